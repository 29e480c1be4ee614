//! A change of a record, as log and feed show it.

use schemars::JsonSchema;
use serde::Serialize;
use shared::Result;
use shared::model::{Logged, LoggedKind, Person};
use shared::store::{ChangeAction, Entry, Store};
use shared::time::{Time, as_text};

/// A change of a record.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "一次操作")]
pub struct LogRow {
    /// 记录的种类，job是任务，例如导出
    kind: LoggedKind,
    /// 记录的id
    #[schemars(range(min = 1))]
    id: u32,
    /// 操作后的修订号，同一条记录的后一次操作比前一次的大
    #[schemars(range(min = 1))]
    revision: u32,
    /// create新建、edit修改、delete删除、restore恢复、rename单位改名时系统的修改
    #[schemars(with = "String", extend("enum" = ["create", "edit", "delete", "restore", "rename"]))]
    action: ChangeAction,
    /// 操作的人，系统的修改或者不知道时是null
    by: Option<Person>,
    /// 操作的时间，不知道时是null
    #[serde(serialize_with = "as_text")]
    time: Option<Time>,
    /// 名称，或者客户的名字和日期
    title: String,
}

/// The rows of entries of logs, in their order. At most one round trip.
pub async fn rows(store: &Store, entries: &[Entry]) -> Result<Vec<LogRow>> {
    Ok(Logged::of_entries(store, entries).await?.into_iter().map(LogRow::from).collect())
}

impl From<Logged> for LogRow {
    fn from(Logged { kind, id, revision, action, by, time, title }: Logged) -> Self {
        Self { kind, id, revision, action, by, time, title }
    }
}
