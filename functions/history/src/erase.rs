//! `/api/history/erase`.

use shared::http::reference::Operation;
use shared::http::{Call, HttpResult, Reply};

/// Not built yet.
pub async fn post(_call: Call) -> HttpResult {
    Ok(Reply::done("操作成功"))
}

pub fn post_doc() -> Operation {
    Operation::done("操作", "操作成功")
}
