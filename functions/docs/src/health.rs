//! `/api/health`: whether the API is there, and which one it is.

use serde_json::json;
use shared::Result;
use shared::http::{Call, Reply};

/// The version that was deployed.
pub async fn get(_: Call) -> Result<Reply> {
    Ok(Reply::data(json!({ "version": env!("CARGO_PKG_VERSION") })))
}
