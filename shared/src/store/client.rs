//! The SDK client: TLS on ring, short timeouts, standard retries.

use crate::environment::{credentials, needed};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Region, SharedHttpClient, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_smithy_http_client::{Builder as HttpBuilder, tls};
use std::env::var;
use std::time::Duration;

/// The client of a Lambda function. Region, credentials, and an endpoint if it is not AWS's own, come from the environment,
/// where Lambda puts them. The other places where the SDK would look (aws-config) need a client of another AWS service, which
/// makes a tenth of a zip.
///
/// # Errors
/// Names the variable that is missing, and what sets it.
pub fn client() -> Result<Client, String> {
    let credentials = credentials()?;
    let mut config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(needed("AWS_REGION")?))
        .credentials_provider(credentials)
        .http_client(https());
    config.set_endpoint_url(var("AWS_ENDPOINT_URL_DYNAMODB").or_else(|_| var("AWS_ENDPOINT_URL")).ok());
    Ok(Client::from_conf(limited(config).build()))
}

/// The HTTPS client of calls to AWS.
pub fn https() -> SharedHttpClient {
    // aws-lc, the SDK's default, spends 36 ms of CPU at a cold start on its entropy source; ring spends none.
    HttpBuilder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https()
}

/// How long every client waits for an answer, and how often it repeats a call.
pub fn limited(config: Builder) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(12))
        .build();
    // DynamoDB answers within milliseconds, so that a pause of the SDK's default, up to a second, wastes time.
    let retries =
        RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(50));
    config.timeout_config(timeouts).retry_config(retries)
}
