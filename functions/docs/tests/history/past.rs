//! What was answered, compared with the log and with the histories of records.

use serde_json::{Value, json};
use shared::model::{ForKind, RecordKind, Restorable};
use shared::store::{Change, ChangeAction, Store};
use shared::time::{DayEdge, Time};
use std::collections::BTreeMap;
use testing::Client;

/// A row of the log.
pub type Row = Value;

/// A record: kind and id.
pub type RecordId = (RecordKind, u32);

/// A write of a record that was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    pub action: ChangeAction,
    pub by: u32,
    /// Between which times of the wall clock it was made.
    pub from: u32,
    pub to: u32,
    /// What the record was after it, or before the deletion.
    pub state: Value,
}

/// All changes since the company was founded, the newest first.
#[derive(Debug)]
pub struct Log {
    pub rows: Vec<Row>,
}

impl Log {
    pub async fn read(admin: &Client) -> Self {
        Self::of(admin, "").await
    }

    /// What `query` asks for, page by page.
    pub async fn of(admin: &Client, query: &str) -> Self {
        let mut rows = Vec::new();
        for page in 1.. {
            let uri = format!("/api/history/log?start_time=2021-01-01&count=100&page={page}&{query}");
            let answer = admin.get(&uri).await;
            let more = answer.ok().as_array().unwrap();
            if more.is_empty() {
                assert_eq!(answer.page().0, rows.len() as u64, "the total");
                break;
            }
            rows.extend(more.iter().cloned());
        }
        Self { rows }
    }

    /// The rows of each record, the oldest first.
    pub fn by_record(&self) -> BTreeMap<RecordId, Vec<Row>> {
        let mut records: BTreeMap<RecordId, Vec<Row>> = BTreeMap::new();
        for row in self.rows.iter().rev() {
            let kind = RecordKind::ALL.into_iter().find(|kind| json!(kind) == row["kind"]).unwrap();
            let id = row["id"].as_u64().unwrap().try_into().unwrap();
            records.entry((kind, id)).or_default().push(row.clone());
        }
        records
    }
}

/// What a record is now; `None` if it is deleted.
pub async fn state(store: &Store, (kind, id): RecordId) -> Option<Value> {
    kind.run(Now { store, id }).await
}

struct Now<'a> {
    store: &'a Store,
    id: u32,
}

impl ForKind for Now<'_> {
    type Output = Option<Value>;

    async fn run<T: Restorable>(self) -> Self::Output {
        let stored = self.store.entity::<T>(self.id).await.unwrap()?;
        Some(serde_json::to_value(&stored.record.value).unwrap())
    }
}

/// Each change of a record with what the record was after it, or before the deletion, and its title.
struct Replay<'a> {
    store: &'a Store,
    id: u32,
}

impl ForKind for Replay<'_> {
    type Output = Vec<(Change, Value, String)>;

    async fn run<T: Restorable>(self) -> Self::Output {
        let history = self.store.history::<T>(self.id).await.unwrap().unwrap();
        let replayed = history.changes.iter().map(|change| {
            let value = history.value(change).unwrap();
            (*change, serde_json::to_value(value).unwrap(), value.title().text)
        });
        replayed.collect()
    }
}

/// Checks the rows of a record in the log, and its history, against what was answered. A rename of an organization changes
/// its customers beside: by nobody, at some time, and nothing but that name.
pub async fn check(store: &Store, kind: RecordKind, id: u32, answered: &[Answered], rows: &[Row]) {
    let replayed = kind.run(Replay { store, id }).await;
    assert_eq!(replayed.len(), rows.len(), "{kind:?} {id}: {answered:?}, {rows:?}");
    let mut answered = answered.iter();
    let mut before: Option<(u32, Value)> = None;
    for ((change, state, title), row) in replayed.into_iter().zip(rows) {
        let at = Time::parse(row["time"].as_str().unwrap(), DayEdge::Start).unwrap();
        let by = row["by"]["user_id"].as_u64().unwrap_or(0);
        assert_eq!(
            (json!(change.revision), json!(change.action), u64::from(change.author.by), change.author.at),
            (row["revision"].clone(), row["action"].clone(), by, at),
            "{kind:?} {id}"
        );
        assert!(row["title"].as_str().unwrap().ends_with(&title), "{row}: {title}");
        if change.action == ChangeAction::Rename {
            let (_, old) = before.as_ref().unwrap();
            assert_eq!((by, without_name(&state)), (0, without_name(old)), "{row}");
            assert_ne!(state, *old, "{row}");
        } else {
            let write = answered.next().unwrap_or_else(|| panic!("nobody was answered {row}"));
            assert_eq!((change.action, by), (write.action, u64::from(write.by)), "{row}");
            assert_eq!(without_name(&state), without_name(&write.state), "{row}");
            let latest = write.to.max(before.as_ref().map_or(0, |(at, _)| at + 1));
            assert!((write.from..=latest).contains(&at.0), "{row}: from {} to {latest}", write.from);
        }
        before = Some((at.0, state));
    }
    assert_eq!(answered.count(), 0, "{kind:?} {id}: answered and not in the log");
}

/// The state of a customer without the name of their organization, which may change at any time.
fn without_name(state: &Value) -> Value {
    let mut state = state.clone();
    state.as_object_mut().unwrap().remove("organization_name");
    state
}
