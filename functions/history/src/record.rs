//! `/api/history/record`.

use shared::http::reference::Operation;
use shared::http::{Call, HttpResult, Reply};

/// Not built yet.
pub async fn get(_call: Call) -> HttpResult {
    Ok(Reply::done("操作成功"))
}

pub fn get_doc() -> Operation {
    Operation::done("操作", "操作成功")
}
