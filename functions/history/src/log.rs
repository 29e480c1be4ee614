//! `/api/history/log`: who did what.

use crate::log_row::{LogRow, rows};
use shared::http::choices::{LOGGED_KIND_NAMES, LOGGED_KINDS};
use shared::http::reference::{Operation, choice, id};
use shared::http::{Call, HttpResult, Reply};
use shared::model::{LogQuery, LoggedKind};
use shared::time::Time;

/// The changes of all records, or of those of a kind, in a window of time, the newest first.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let kind = call.query.choice("kind", &LOGGED_KINDS)?.value();
    let query = LogQuery {
        kinds: kind.map_or_else(LoggedKind::all, |kind| vec![kind]),
        by: call.query.id("user_id")?.value(),
        // An entry may be dated some seconds ahead.
        window: call.query.endless_window(call.now, Time::a_week_before)?,
    };
    let found = query.find(&call.store, page.slice()).await?;
    Ok(Reply::list(rows(&call.store, &found.entries).await?, found.total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<LogRow>("查询操作日志")
        .about("谁在什么时候新建、修改、删除、恢复、导出了什么，从新到旧排列，包括系统的修改。只有管理员可以查询。")
        .params([
            choice("kind", &LOGGED_KINDS, "记录的种类；不传则返回所有种类").means(&LOGGED_KIND_NAMES),
            id("user_id", "操作的员工id；不传则返回所有人和系统的操作"),
        ])
        .endless_week()
        .additive()
}
