//! The Lambda function behind `/` and `/console/{file}`: the CRM in the browser.

use console::Site;
use lambda_http::{Error, Request, run, service_fn, tracing};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let site = Site::from_env()?;
    let mut lost = 0;
    // As the other functions do: `shared::http::run` says why.
    loop {
        match run(service_fn(async |request: Request| Ok::<_, Error>(site.answer(&request)))).await {
            Err(cause) if lost < 20 => tracing::warn!(%cause, "the connection to the runtime is lost"),
            ended => return ended,
        }
        lost += 1;
    }
}
