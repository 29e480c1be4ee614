//! The Lambda function that EventBridge calls every hour.

use lambda_http::lambda_runtime::{LambdaEvent, run, service_fn};
use lambda_http::tracing;
use serde_json::Value;
use shared::http::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    tracing::init_default_subscriber();
    let app = App::from_env()?;
    let sweep = async |_: LambdaEvent<Value>| sweeper::sweep(&app).await.map_err(lambda_http::Error::from);
    run(service_fn(sweep)).await
}
