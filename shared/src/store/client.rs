//! The SDK client: TLS on ring, short timeouts, standard retries.

use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{Client, config::Builder};
use aws_smithy_http_client::{Builder as HttpBuilder, tls};
use std::time::Duration;

/// A client configured as the SDK does everywhere: region, credentials and `AWS_ENDPOINT_URL_DYNAMODB` from the
/// environment. `endpoint` goes before the environment's.
pub async fn client(endpoint: Option<&str>) -> Client {
    // aws-lc, the SDK's default, spends 36 ms of CPU at a cold start on its entropy source; ring spends none.
    let http = HttpBuilder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let mut config = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if let Some(endpoint) = endpoint {
        config = config.endpoint_url(endpoint);
    }
    Client::from_conf(limited(Builder::from(&config.load().await)).build())
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
