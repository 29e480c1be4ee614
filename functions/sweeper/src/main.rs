//! The Lambda function that EventBridge calls every hour.

use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde_json::Value;
use shared::http::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let app = App::from_env()?.with_bucket()?;
    let sweep = async |_: LambdaEvent<Value>| sweeper::sweep(&app).await.map_err(Error::from);
    run(service_fn(sweep)).await
}
