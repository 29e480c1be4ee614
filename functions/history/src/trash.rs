//! `/api/history/trash`: what was deleted.

use schemars::JsonSchema;
use serde::Serialize;
use shared::http::choices::{KIND_NAMES, KINDS};
use shared::http::reference::{Operation, choice};
use shared::http::{Call, HttpResult, Reply};
use shared::model::{Logged, LoggedKind, Person, RecordKind};
use shared::store::{Order, trash_of};
use shared::time::{Time, as_text};

/// A record in the trash.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "一条删除的记录")]
struct TrashRow {
    /// 记录的种类
    #[schemars(with = "RecordKind")]
    kind: LoggedKind,
    /// 记录的id
    id: u32,
    /// 名称，或者客户的名字和日期
    title: String,
    /// 删除的人，不知道时是null
    by: Option<Person>,
    /// 删除的时间，不知道时是null
    #[serde(serialize_with = "as_text")]
    time: Option<Time>,
}

/// The deleted records of a kind, the last deleted first.
pub async fn get(call: Call) -> HttpResult {
    let kind = call.query.required("kind", |query, field| query.choice(field, &KINDS))?;
    call.enter(kind)?;
    let page = call.query.page()?;
    let found = call.list(&[trash_of(kind.kind())], Order::Descending, page).await?;
    let deleted = Logged::of_entries(&call.store, &found.entries).await?;
    Ok(Reply::list(deleted.into_iter().map(TrashRow::from).collect::<Vec<_>>(), found.total, page))
}

impl From<Logged> for TrashRow {
    fn from(Logged { kind, id, title, by, time, .. }: Logged) -> Self {
        Self { kind, id, title, by, time }
    }
}

pub fn get_doc() -> Operation {
    Operation::rows::<TrashRow>("查询回收站")
        .about("删除的记录，从新到旧排列；恢复以后就不在里面了。")
        .params([choice("kind", &KINDS, "记录的种类").means(&KIND_NAMES).required()])
        .additive()
}
