//! `/api/history/feed`: every change once, for other systems.

use crate::log_row::{LogRow, rows};
use shared::http::reference::Operation;
use shared::http::{Call, Failure, HttpResult, Reply};
use shared::model::LoggedKind;
use shared::store::FeedCursor;

/// The changes of all records after those that the caller has read, the oldest first.
pub async fn get(call: Call) -> HttpResult {
    let kinds: Vec<_> = LoggedKind::all().into_iter().map(LoggedKind::kind).collect();
    let after = call.query.text("after")?.value().map(|text| {
        let unknown = || Failure::invalid("after", "读取位置必须是上次返回的next");
        FeedCursor::parse(&text, &kinds).ok_or_else(unknown)
    });
    let (after, count) = (after.transpose()?.unwrap_or_default(), call.query.count()?);
    let part = call.store.feed(&kinds, after, call.now, count).await?;
    Ok(Reply::feed(rows(&call.store, &part.entries).await?, part.next))
}

pub fn get_doc() -> Operation {
    Operation::feed::<LogRow>("按顺序读取所有操作")
        .about("操作日志，从旧到新排列，到一分钟以前为止。每次把返回的next作为下次的after传回，就能得到每一次操作，不重复也不遗漏，同一条记录的操作总是按先后排列：用来把数据同步到其他系统。只有管理员可以查询。")
        .additive()
}
