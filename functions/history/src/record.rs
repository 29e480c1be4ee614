//! `/api/history/record`: everything that happened to a record.

use shared::http::choices::{KIND_NAMES, KINDS};
use shared::http::reference::{Operation, choice, id};
use shared::http::{Call, HttpResult, Page, Params, Reply};
use shared::model::{ForKind, RecordChange, Shown};
use shared::{Error, Result};

/// The changes of a record, the newest first.
pub async fn get(call: Call) -> HttpResult {
    let kind = call.query.required("kind", |query, field| query.choice(field, &KINDS))?;
    call.enter(kind)?;
    let id = call.query.required("id", Params::id)?;
    let page = call.query.page()?;
    let (changes, total) = kind.run(Changes { call: &call, id, page }).await?;
    Ok(Reply::list(changes, total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<RecordChange>("查询一条记录的历史")
        .about("谁在什么时候改了什么，从新到旧排列，也可以查询已经删除的记录。字段和值与这种记录的列表中的相同；名字是现在的名字。")
        .params([
            choice("kind", &KINDS, "记录的种类").means(&KIND_NAMES).required(),
            id("id", "记录的id").required(),
        ])
        .additive()
}

/// A page of the changes of the record `id`.
struct Changes<'a> {
    call: &'a Call,
    id: u32,
    page: Page,
}

impl ForKind for Changes<'_> {
    type Output = Result<(Vec<RecordChange>, u64)>;

    async fn run<T: Shown>(self) -> Self::Output {
        let Self { call, id, page } = self;
        let history = call.store.history::<T>(id).await?.ok_or(Error::NotFound(T::KIND))?;
        let changes = RecordChange::of_history(&call.store, &history, page.slice()).await?;
        Ok((changes, history.changes.len() as u64))
    }
}
