//! `/console/{file}`: scripts, styles and pictures, as the build has compressed them. Their names have a hash of their content
//! in them, so that browsers keep them for ever.

use crate::plain::missing;
use lambda_http::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use lambda_http::http::{HeaderMap, HeaderValue};
use lambda_http::{Body, Response};
use std::fs;
use std::path::Path;

/// The types of the files that a build may have.
const TYPES: [(&str, &str); 4] = [
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
];

/// Encodings, best first, and how the names of such files end.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The file, in the best encoding that the browser takes.
pub fn get(folder: &Path, name: &str, request: &HeaderMap) -> Response<Body> {
    let Some(media_type) = media_type(name) else { return missing() };
    let accepted = ENCODINGS.iter().filter(|(encoding, _)| accepts(request, encoding));
    let variants = accepted.map(|(encoding, end)| (Some(*encoding), *end)).chain([(None, "")]);
    for (encoding, end) in variants {
        let Ok(bytes) = fs::read(folder.join(format!("{name}{end}"))) else { continue };
        let mut response = Response::new(Body::Binary(bytes));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        return response;
    }
    missing()
}

/// The type of a file with a name that a build gives: letters, digits, `_`, `-`, and dots between them. Nothing else is looked
/// for, so that no name leads out of the folder.
fn media_type(name: &str) -> Option<&'static str> {
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    let (_, end) = name.split('.').all(is_plain).then(|| name.rsplit_once('.'))??;
    TYPES.iter().find(|(known, _)| *known == end).map(|(_, media_type)| *media_type)
}

/// Whether the browser takes an encoding (RFC 9110, 12.5.3): it names it, and not with a weight of zero.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let lines = request.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        is_named && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}
