//! What an operation may be refused with.

use super::set;
use crate::http::failure::{self, Refusal};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The responses to an operation that may be refused with these, each under its status.
pub fn responses(refusals: &[Refusal]) -> BTreeMap<String, Value> {
    let mut statuses: BTreeMap<StatusCode, Vec<&Refusal>> = BTreeMap::new();
    for refusal in refusals {
        statuses.entry(refusal.status).or_default().push(refusal);
    }
    let response = |(status, refusals): (StatusCode, Vec<&Refusal>)| {
        let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code).collect();
        let descriptions: Vec<_> =
            refusals.iter().map(|refusal| format!("{}：`{}`", refusal.message, refusal.code)).collect();
        let schema = json!({ "allOf": [
            { "$ref": "#/components/schemas/Failure" },
            { "type": "object", "properties": { "code": { "type": "string", "enum": codes } } },
        ] });
        let mut response = json!({
            "description": descriptions.join("；"),
            "content": { "application/json": { "schema": schema } },
        });
        let mut headers = Map::new();
        let mut header = |name: &str, description: &str, schema: Value| {
            let header = json!({ "required": true, "description": description, "schema": schema });
            headers.insert(name.to_owned(), header);
        };
        if refusals.iter().any(|refusal| failure::RETRIED.contains(refusal)) {
            header("Retry-After", "多少秒以后可以重试", json!({ "type": "integer", "minimum": 1 }));
        }
        if status == StatusCode::UNAUTHORIZED {
            header("WWW-Authenticate", "需要session", json!({ "type": "string", "const": "Bearer" }));
        }
        if !headers.is_empty() {
            set(&mut response, "headers", headers);
        }
        (status.as_str().to_owned(), response)
    };
    statuses.into_iter().map(response).collect()
}
