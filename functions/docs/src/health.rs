//! `/api/health`: whether the API is there, and which one it is.

use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::Operation;
use shared::http::{Call, HttpResult, Reply};

/// What was deployed.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "部署的程序")]
struct Health {
    /// 版本
    version: &'static str,
}

/// The version that was deployed.
pub async fn get(_: Call) -> HttpResult {
    Ok(Reply::data(Health { version: env!("CARGO_PKG_VERSION") }))
}

pub fn get_doc() -> Operation {
    Operation::data::<Health>("接口是否可用").additive()
}
