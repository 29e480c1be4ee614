//! The SDK client: TLS on ring, short timeouts, standard retries.

use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::{Builder, tls};
use std::time::Duration;

/// A client configured as the SDK does everywhere: region, credentials and `AWS_ENDPOINT_URL_DYNAMODB` from the
/// environment. `endpoint` goes before the environment's.
pub async fn client(endpoint: Option<&str>) -> Client {
    // aws-lc, the SDK's default, spends 36 ms of CPU at a cold start on its entropy source; ring spends none.
    let http = Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(12))
        .build();
    let mut config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(4));
    if let Some(endpoint) = endpoint {
        config = config.endpoint_url(endpoint);
    }
    Client::new(&config.load().await)
}
