//! The changes of a record, as its history shows them: by whom, and in which fields of its row.

use super::logged::{known_time, person};
use super::shown::Fields;
use super::{Person, RelatedIds, Shown};
use crate::store::{Change, ChangeAction, History, Record, Slice, Store, Stored};
use crate::time::{Time, as_text};
use crate::{Error, Result};
use futures_util::future::try_join;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A change of a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "一次修改")]
pub struct RecordChange {
    /// 修改后的修订号，每次写入加1，可能有间隔；恢复到这一次以后的样子时作为to_revision传回
    #[schemars(range(min = 1))]
    revision: u32,
    /// create新建、edit修改、delete删除、restore恢复、rename单位改名时系统的修改
    #[schemars(with = "String", extend("enum" = ["create", "edit", "delete", "restore", "rename"]))]
    action: ChangeAction,
    /// 修改的人，系统的修改或者不知道时是null
    by: Option<Person>,
    /// 修改的时间，不知道时是null
    #[serde(serialize_with = "as_text")]
    time: Option<Time>,
    /// 改变的字段；新建时是所有有值的字段，删除和恢复时是空的
    changes: Vec<FieldChange>,
}

/// A field that a change has changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(description = "一个字段的改变")]
pub struct FieldChange {
    /// 字段，与这种记录的列表中的相同
    field: String,
    /// 修改前的值
    before: FieldValue,
    /// 修改后的值
    after: FieldValue,
}

/// A value of a field.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
struct FieldValue(Value);

impl JsonSchema for FieldValue {
    fn schema_name() -> Cow<'static, str> {
        "FieldValue".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let object = json!({ "type": "object", "additionalProperties": true });
        let scalars = ["boolean", "integer", "string"].map(|name| json!({ "type": name }));
        let one: Vec<_> = scalars.into_iter().chain([object]).collect();
        let several = json!({ "type": "array", "items": { "anyOf": one } });
        let any = one.into_iter().chain([several, json!({ "type": "null" })]);
        json_schema!({ "anyOf": any.collect::<Vec<_>>() })
    }
}

/// Fields of rows that say nothing of what was changed.
const LEFT_OUT: [&str; 2] = ["id", "version"];

impl RecordChange {
    /// A slice of the changes of a record, the newest first, with all names that they show. At most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn of_history<T: Shown>(
        store: &Store,
        history: &History<T>,
        slice: Slice,
    ) -> Result<Vec<Self>> {
        let shown: Vec<_> = slice.of(history.changes.iter().enumerate().rev());
        let before = |at: usize| history.changes.get(at.checked_sub(1)?).map(|before| before.value);
        let compared = shown.iter().filter(|(_, change)| compares(change.action));
        let values: BTreeSet<_> =
            compared.flat_map(|(at, change)| before(*at).into_iter().chain([change.value])).collect();
        let people =
            RelatedIds::of_employees(shown.iter().filter_map(|(_, change)| person(change.author.by)));
        let (for_fields, for_people) = (store.branch(), store.branch());
        let (fields, people) =
            try_join(fields_of(&for_fields, history, values), people.names(&for_people)).await?;
        store.join();
        let row = |(at, change): (usize, &Change)| Self {
            revision: change.revision,
            action: change.action,
            by: person(change.author.by).map(|by| people.employee(by)),
            time: known_time(change.author.at),
            changes: match compares(change.action) {
                true => {
                    differences(before(at).and_then(|value| fields.get(&value)), fields.get(&change.value))
                }
                false => Vec::new(),
            },
        };
        Ok(shown.into_iter().map(row).collect())
    }
}

/// Whether a change changes fields.
fn compares(action: ChangeAction) -> bool {
    !matches!(action, ChangeAction::Delete | ChangeAction::Restore)
}

/// The fields of some of the values that a record had.
async fn fields_of<T: Shown>(
    store: &Store,
    history: &History<T>,
    values: BTreeSet<usize>,
) -> Result<BTreeMap<usize, Fields>> {
    let stored = |value: &usize| {
        let value =
            history.values.get(*value).ok_or_else(|| Error::internal("a change has no value"))?.clone();
        let record = Record { revision: 0, author: None, value };
        Ok(Stored { id: history.id, index_version: T::INDEX_VERSION, record })
    };
    let stored = values.iter().map(stored).collect::<Result<Vec<_>>>()?;
    let fields = T::to_fields(store, stored).await?;
    Ok(values.into_iter().zip(fields).collect())
}

/// What differs between two rows; without the first, every field of the second that has a value.
fn differences(before: Option<&Fields>, after: Option<&Fields>) -> Vec<FieldChange> {
    let differs = |(field, after): (&String, &Value)| {
        let before = before.map(|before| before.get(field).cloned().unwrap_or_default());
        let is_same = before.as_ref().map_or_else(|| is_empty(after), |before| before == after);
        let change = || FieldChange {
            field: field.clone(),
            before: FieldValue(before.clone().unwrap_or_default()),
            after: FieldValue(after.clone()),
        };
        (!is_same && !LEFT_OUT.contains(&field.as_str())).then(change)
    };
    after.into_iter().flatten().filter_map(differs).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
