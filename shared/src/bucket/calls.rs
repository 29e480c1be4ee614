//! The bucket, and calls of it: short timeouts, and two more tries.

use super::signing::Signer;
use super::xml;
use crate::environment::{credentials, needed};
use crate::time::Clock;
use crate::{Error, Result};
use aws_credential_types::Credentials;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::http::{Headers, Request};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use std::env::var;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// For how long one attempt of a call may take: a part of some megabytes arrives in less.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(8);
/// The pauses before further attempts.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// For how long the signature of a call of ours counts, in seconds: longer than all its attempts take.
const SIGNED_FOR: u32 = 60;
/// Where the address of a local storage stands; the second is that of `cargo lambda watch` by hand.
const LOCAL_ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT_URL_S3", "LOCAL_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];

/// The bucket.
#[derive(Clone)]
pub struct Bucket {
    pub(super) signer: Arc<Signer>,
    connector: SharedHttpConnector,
}

/// A call.
pub(super) struct S3Call<'a> {
    pub method: &'static str,
    pub key: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    pub headers: &'a [(&'static str, String)],
    pub body: Bytes,
}

/// What the bucket answers.
pub(super) struct S3Answer {
    pub status: u16,
    pub headers: Headers,
    pub body: Bytes,
}

impl Bucket {
    /// The bucket that the environment names, where Lambda puts region and credentials, and template.yaml `BUCKET_NAME` and
    /// `BUCKET_HOST`, under which AWS serves it. A local storage is at the first of `AWS_ENDPOINT_URL_S3`,
    /// `LOCAL_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL` that is set, with the bucket's name in the path.
    ///
    /// # Errors
    /// Names the variable that is missing, and what sets it.
    pub fn from_env() -> std::result::Result<Self, String> {
        let name = needed("BUCKET_NAME")?;
        let base = match LOCAL_ENDPOINTS.iter().find_map(|name| var(name).ok()) {
            Some(endpoint) => format!("{}/{name}/", endpoint.trim_end_matches('/')),
            None => format!("https://{}/", needed("BUCKET_HOST")?),
        };
        let credentials = credentials()?;
        Ok(Self::new(name, base, needed("AWS_REGION")?, credentials, Clock::utc()))
    }

    /// The bucket `name` at `base`, a URL that ends with `/`; the keys of its objects follow. Signatures are dated by `clock`.
    pub fn new(name: String, base: String, region: String, credentials: Credentials, clock: Clock) -> Self {
        let tls = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let connector = if base.starts_with("https:") {
            Connector::builder().tls_provider(tls).build()
        } else {
            Connector::builder().build_http()
        };
        let signer = Signer { name, base, region, credentials, clock };
        Self { signer: Arc::new(signer), connector: SharedHttpConnector::new(connector) }
    }

    /// Makes a call, and makes it again where the storage is busy or does not answer: every call may be made twice.
    ///
    /// # Errors
    /// [`Error::Busy`] if it stays so.
    pub(super) async fn call(&self, call: S3Call<'_>) -> Result<S3Answer> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let url = self.signer.url(call.method, call.key, call.query, SIGNED_FOR)?;
            let cause = match timeout(ATTEMPT_LIMIT, self.send(&call, &url)).await {
                Ok(Ok(answer)) if answer.status < 500 && answer.status != 429 => return Ok(answer),
                Ok(Ok(answer)) => answer.cause(),
                Ok(Err(cause)) => cause,
                Err(_) => "no answer".to_owned(),
            };
            let Some(pause) = pauses.next() else {
                return Err(Error::Busy(format!("storage: {}: {cause}", call.method)));
            };
            sleep(pause).await;
        }
    }

    async fn send(&self, call: &S3Call<'_>, url: &str) -> std::result::Result<S3Answer, String> {
        let mut request = Request::new(SdkBody::from(call.body.clone()));
        request.set_method(call.method).map_err(|error| error.to_string())?;
        request.set_uri(url).map_err(|_| "no URL".to_owned())?;
        for (name, value) in call.headers {
            request.headers_mut().insert(*name, value.clone());
        }
        let answer = self.connector.call(request).await.map_err(|error| error.to_string())?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = ByteStream::new(answer.into_body()).collect().await;
        let body = body.map_err(|error| error.to_string())?.into_bytes();
        Ok(S3Answer { status, headers, body })
    }
}

impl S3Answer {
    /// The answer of a call that may not be refused.
    ///
    /// # Errors
    /// [`Error::Internal`] with the storage's code.
    pub fn done(self) -> Result<Self> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(self.refused()) }
    }

    /// The same of an object that may be absent.
    ///
    /// # Errors
    /// As [`S3Answer::done`].
    pub fn found(self) -> Result<Option<Self>> {
        let is_absent =
            self.status == 404 && xml::first(&self.body, "Code").as_deref() != Some("NoSuchBucket");
        if is_absent { Ok(None) } else { self.done().map(Some) }
    }

    fn refused(&self) -> Error {
        Error::Internal(format!("storage: {}", self.cause()))
    }

    /// Status and code: what the storage says beside them quotes what was sent.
    fn cause(&self) -> String {
        format!("{} {}", self.status, xml::first(&self.body, "Code").unwrap_or_default())
    }
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket").field("base", &self.signer.base).finish_non_exhaustive()
    }
}
