//! What stands between the SDK and the database: it sees each call, and sends it on or answers it itself.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Who sees each call of a client.
pub trait Intercept: Send + Sync + 'static {
    /// What becomes of a call; `database` takes those that are sent on.
    fn call(
        &self,
        database: &SharedHttpConnector,
        request: HttpRequest,
    ) -> impl Future<Output = Result<HttpResponse, ConnectorError>> + Send;
}

/// What carries the calls of a client to the database, past `intercept`.
pub fn http_client(intercept: impl Intercept) -> SharedHttpClient {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let intercept = Arc::new(intercept);
    http_client_fn(move |settings, components| {
        let database = http.http_connector(settings, components);
        SharedHttpConnector::new(Connector { intercept: Arc::clone(&intercept), database })
    })
}

/// The operation of a call, such as `TransactWriteItems`.
pub fn operation(request: &HttpRequest) -> &str {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default()
}

/// An answer of DynamoDB.
pub fn answer(status: u16, body: &Value) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}

struct Connector<T> {
    intercept: Arc<T>,
    database: SharedHttpConnector,
}

impl<T> fmt::Debug for Connector<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl<T: Intercept> HttpConnector for Connector<T> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (intercept, database) = (Arc::clone(&self.intercept), self.database.clone());
        HttpConnectorFuture::new(async move { intercept.call(&database, request).await })
    }
}
