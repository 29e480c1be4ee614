//! The folder of files, and what answers a request for one.

use crate::plain::{missing, plain};
use crate::{file, page};
use lambda_http::http::header::{ALLOW, X_CONTENT_TYPE_OPTIONS};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Request, Response, tracing};
use std::env::{current_exe, var};
use std::io;
use std::path::PathBuf;
use std::time::Instant;

/// Where the bucket's origin stands: as template.yaml sets it, as `scripts/dev` does, and in a `cargo lambda watch` by hand.
const BUCKET_ORIGINS: [&str; 3] = ["BUCKET_ORIGIN", "AWS_ENDPOINT_URL_S3", "LOCAL_ENDPOINT_URL_S3"];

/// The files of the console, and what its page is told.
pub struct Site {
    /// The folder with `index.html` and the files that it asks for.
    pub files: PathBuf,
    /// The origin of the bucket from which pictures come and to which they go.
    pub bucket: Option<String>,
    /// Who may sign in with one click, as JSON; in local runs.
    pub demo: Option<String>,
}

impl Site {
    /// Reads `CONSOLE_FILES`, or else takes the folder `target/console` beside the program, as it lies in the zip, and what may be missing: `DEMO_ACCOUNTS`, and
    /// the bucket's origin, which is that of a local storage where there is one.
    ///
    /// # Errors
    /// If the program does not know where it is.
    pub fn from_env() -> io::Result<Self> {
        let given = |name| var(name).ok().filter(|value| !value.is_empty());
        let files = match given("CONSOLE_FILES") {
            Some(folder) => folder.into(),
            None => current_exe()?.with_file_name("target/console"),
        };
        Ok(Self { files, bucket: BUCKET_ORIGINS.into_iter().find_map(given), demo: given("DEMO_ACCOUNTS") })
    }

    /// Answers a request, and logs it.
    pub fn answer(&self, request: &Request) -> Response<Body> {
        let begun = Instant::now();
        let path = request.uri().path();
        let mut response = match (request.method(), path) {
            (&Method::GET | &Method::HEAD, "/") => {
                page::get(&self.files, self.bucket.as_deref(), self.demo.as_deref())
            }
            (&Method::GET | &Method::HEAD, _) => match path.strip_prefix("/console/") {
                Some(name) => file::get(&self.files, name, request.headers()),
                None => missing(),
            },
            _ => {
                let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "只能用GET");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
                response
            }
        };
        // No browser may take a file for something else than it is called.
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let (method, status) = (request.method().as_str(), response.status().as_u16());
        let path: String = path.chars().take(100).collect();
        tracing::info!(method, path, status, ms = begun.elapsed().as_secs_f64() * 1e3, "answered");
        response
    }
}
