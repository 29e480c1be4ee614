//! The Lambda function behind `/` and `/console/{file}`: the CRM in the browser.

use console::Site;
use lambda_http::{Error, Request, run, service_fn, tracing};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let site = Site::from_env()?;
    run(service_fn(async |request: Request| Ok::<_, Error>(site.answer(&request)))).await
}
