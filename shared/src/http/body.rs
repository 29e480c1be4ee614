//! Turning query strings, forms and JSON bodies into [`Params`].

use super::{Failure, ParamSource, Params};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use percent_encoding::percent_decode;
use serde_json::{Map, Value, json};

/// The largest body that is read, in bytes.
pub(super) const MAX_BODY: usize = 256 * 1024;

/// The whole body.
pub async fn read(body: Body) -> Result<Bytes, Failure> {
    to_bytes(body, MAX_BODY).await.map_err(|_| Failure::body_too_large())
}

/// The parameters in a body; a missing content-type is read as JSON, a missing body as no parameters.
pub fn params(headers: &HeaderMap, body: &[u8]) -> Result<Params, Failure> {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let media_type = content_type.unwrap_or("application/json").split(';').next().unwrap_or_default().trim();
    if body.is_empty() {
        return Ok(Params::default());
    }
    match media_type.to_ascii_lowercase().as_str() {
        "application/json" => json(body),
        // `curl -d '{…}'` calls its body a form; no parameter's name begins with a brace.
        "application/x-www-form-urlencoded" if body.starts_with(b"{") => json(body),
        "application/x-www-form-urlencoded" => Ok(form(ParamSource::Body, body)),
        _ => Err(Failure::unsupported_media_type()),
    }
}

fn json(body: &[u8]) -> Result<Params, Failure> {
    let values =
        serde_json::from_slice::<Map<_, _>>(body).map_err(|error| Failure::malformed_body(&error))?;
    Ok(Params::new(ParamSource::Body, values))
}

/// The parameters in a query string or a form. A name that comes more than once, or as `name[]` or `name[0]`, is
/// an array. What is not UTF-8, or has another index, such as `name[a]`, is a value that no reader takes: whoever asks for
/// the name refuses it, and does not take it for absent.
pub fn form(source: ParamSource, text: &[u8]) -> Params {
    let mut params = Map::new();
    for pair in text.split(|byte| *byte == b'&') {
        let readable = percent_decode(pair).decode_utf8().is_ok();
        for (name, value) in form_urlencoded::parse(pair) {
            let (name, index) =
                name.split_once('[').map_or((&*name, None), |(name, rest)| (name, Some(rest)));
            let in_array = index.is_some_and(is_index);
            let is_value = readable && (in_array || index.is_none());
            let value = if is_value { Value::String(value.into_owned()) } else { json!({}) };
            match params.get_mut(name) {
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
                None if in_array => drop(params.insert(name.to_owned(), Value::Array(vec![value]))),
                None => drop(params.insert(name.to_owned(), value)),
            }
        }
    }
    Params::new(source, params)
}

/// Whether this is what follows the opening bracket in `ids[]` and `ids[0]`.
fn is_index(rest: &str) -> bool {
    rest.strip_suffix(']').is_some_and(|index| index.bytes().all(|b| b.is_ascii_digit()))
}
