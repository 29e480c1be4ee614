//! The S3 of this machine, `s3s` on a folder: for local runs, and for tests, in which its calls meet faults.

use crate::database::{CREDENTIAL, REGION};
use anyhow::{Context, Result, anyhow};
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{StreamExt, iter};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use shared::bucket::Bucket;
use shared::time::Clock;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// The bucket of local runs and tests.
pub const BUCKET: &str = "crm-files";

/// The most bytes of a body that the storage gets at once.
const PIECE: usize = 16 << 10;

/// A call of the storage that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct StorageCall<'a> {
    /// Its method, such as `PUT`.
    pub method: &'a str,
    /// The key of the object; empty for calls of the whole bucket.
    pub key: &'a str,
    /// Its query, with its signature.
    pub query: &'a str,
    /// How many calls there were before it.
    pub before: u64,
}

/// What becomes of a call of the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageFault {
    /// Nothing else than it asks for.
    None,
    /// It is not made: the storage is busy.
    Refused,
    /// It is made, but the caller is not told so.
    LostAnswer,
}

type Script = Box<dyn Fn(StorageCall<'_>) -> StorageFault + Send + Sync>;

/// A storage with one empty bucket, in a folder of its own. Both end with this value.
pub struct Storage {
    /// Its address.
    pub endpoint: String,
    folder: PathBuf,
    faults: Faults,
}

#[derive(Clone, Default)]
struct Faults {
    script: Arc<Mutex<Option<Script>>>,
    calls: Arc<AtomicU64>,
}

impl Storage {
    /// Serves it for as long as the current runtime lives.
    pub async fn start() -> Result<Self> {
        Self::start_at(0).await
    }

    /// The same at that port of this machine.
    pub async fn start_at(port: u16) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("crm-storage-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        let faults = Faults::default();
        let endpoint = serve(listen(port).await?, &folder, faults.clone())?;
        Ok(Self { endpoint, folder, faults })
    }

    /// Its bucket.
    pub fn bucket(&self) -> Bucket {
        self.bucket_at(Clock::utc())
    }

    /// Its bucket for somebody with another clock.
    pub fn bucket_at(&self, clock: Clock) -> Bucket {
        bucket(&self.endpoint, clock)
    }

    /// Lets `script` say what becomes of each call from now on.
    pub fn script(&self, script: impl Fn(StorageCall<'_>) -> StorageFault + Send + Sync + 'static) {
        *self.faults.script.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(script));
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.faults.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A bucket that nobody serves.
pub fn nowhere() -> Bucket {
    bucket("http://127.0.0.1:9", Clock::utc())
}

/// The bucket of a storage at that address, for somebody with this clock.
pub fn bucket(endpoint: &str, clock: Clock) -> Bucket {
    let credentials = Credentials::new(CREDENTIAL, CREDENTIAL, None, None, "testing");
    let base = format!("{endpoint}/{BUCKET}/");
    Bucket::new(BUCKET.to_owned(), base, REGION.to_owned(), credentials, clock)
}

/// Serves a storage from a folder at that port of this machine for as long as the current runtime lives, and answers its address.
pub async fn serve_at(port: u16, folder: &Path) -> Result<String> {
    serve(listen(port).await?, folder, Faults::default())
}

async fn listen(port: u16) -> Result<TcpListener> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    listener.with_context(|| format!("port {port} cannot be used for the storage: end what uses it"))
}

fn serve(listener: TcpListener, folder: &Path, faults: Faults) -> Result<String> {
    fs::create_dir_all(folder.join(BUCKET)).with_context(|| format!("cannot make {}", folder.display()))?;
    let files =
        s3s_fs::FileSystem::new(folder).map_err(|error| anyhow!("{}: {error:?}", folder.display()))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(CREDENTIAL, CREDENTIAL));
    let service = service.build();
    let endpoint = format!("http://{}", listener.local_addr()?);
    let router =
        Router::new().fallback(move |request: Request| answer(service.clone(), faults.clone(), request));
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(endpoint)
}

/// Answers a call, and lets pages of any origin see the answer, as the rules of the bucket in template.yaml do.
async fn answer(service: S3Service, faults: Faults, request: Request) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::OK.into_response()
    } else {
        faulty(service, faults, request).await
    };
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn faulty(service: S3Service, faults: Faults, request: Request) -> Response {
    let fault = faults.of(&request);
    if fault == StorageFault::Refused {
        return busy();
    }
    let request = request.map(|body| s3s::Body::http_body_unsync(in_pieces(body)));
    let answered = match service.call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:?}")).into_response(),
    };
    if fault == StorageFault::LostAnswer { busy() } else { answered }
}

/// The body in small pieces: s3s 0.14 refuses a form where one piece ends in what may be the end of the file, such as a line break of
/// a CSV, and the next is larger than 64 KB.
fn in_pieces(body: Body) -> Body {
    let pieces = body.into_data_stream().flat_map(|data| {
        let mut pieces = Vec::new();
        match data {
            Ok(mut bytes) => {
                while !bytes.is_empty() {
                    pieces.push(Ok(bytes.split_to(bytes.len().min(PIECE))));
                }
            }
            Err(error) => pieces.push(Err(error)),
        }
        iter(pieces)
    });
    Body::from_stream(pieces)
}

fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new(), "<Error><Code>SlowDown</Code></Error>")
        .into_response()
}

impl Faults {
    fn of(&self, request: &Request) -> StorageFault {
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        let key = request.uri().path().trim_start_matches('/').split_once('/').map_or("", |(_, key)| key);
        let query = request.uri().query().unwrap_or_default();
        let call = StorageCall { method: request.method().as_str(), key, query, before };
        let script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.as_ref().map_or(StorageFault::None, |script| script(call))
    }
}
