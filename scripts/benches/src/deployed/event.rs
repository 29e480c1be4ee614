//! The events that functions are called with.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use testing::encoded::encoded_query;

const EVENT: &str = include_str!("../../../../events/contract-contract-post.json");

/// What a schedule sends.
pub fn scheduled() -> String {
    json!({ "detail-type": "Scheduled Event" }).to_string()
}

/// What API Gateway sends for a request: [`EVENT`] with another operation, query and body.
pub fn request(operation: &str, query: &str, body: Option<&Value>, token: &str) -> Result<String> {
    let mut event: Value = serde_json::from_str(&EVENT.replace("TOKEN", token))?;
    let (method, path) = operation.split_once(' ').context("a method and a path")?;
    let body = body.map(Value::to_string);
    let length = body.as_deref().unwrap_or_default().len().to_string();
    let parts = [
        ("/routeKey", json!(operation)),
        ("/rawPath", json!(path)),
        ("/rawQueryString", json!(encoded_query(query))),
        ("/headers/content-length", json!(length)),
        ("/requestContext/routeKey", json!(operation)),
        ("/requestContext/http/method", json!(method)),
        ("/requestContext/http/path", json!(path)),
        ("/body", json!(body)),
    ];
    for (pointer, value) in parts {
        *event.pointer_mut(pointer).with_context(|| format!("an event without {pointer}"))? = value;
    }
    Ok(event.to_string())
}
