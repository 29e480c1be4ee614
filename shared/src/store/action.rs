//! The actions of a transaction.

use super::entity::Holders;
use super::expect::Expect;
use super::key::{Key, Unique};
use super::record::{Attributes, attribute};
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};
use std::collections::HashMap;

/// DynamoDB's limit of actions in a transaction.
pub(super) const MAX_ACTIONS: usize = 100;

/// One action: a change of one item, perhaps on a condition.
pub(super) struct Action {
    pub change: ItemChange,
    pub condition: Option<Condition>,
    pub failure: ConditionFailure,
}

/// What must be true of an item for its action.
#[derive(Clone)]
pub(super) enum Condition {
    /// What the caller expects.
    Expect(Expect),
    /// There is such an item, whatever it is.
    Exists,
    /// There is no such guard, or it names this entity and no other.
    Free(u32),
    /// The guard names exactly these.
    HeldBy(Vec<u32>),
}

pub(super) enum ItemChange {
    Put(Attributes),
    Delete(Key),
    /// Changes nothing: only the condition counts.
    Check(Key),
}

impl ItemChange {
    /// The key of the item.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Put(item) => Key::of(item),
            Self::Delete(key) | Self::Check(key) => Some(key.clone()),
        }
    }
}

/// What it means that an action's condition does not hold.
#[derive(Clone, Copy)]
pub(super) enum ConditionFailure {
    /// The caller has read an item that has changed since.
    Stale,
    /// An earlier write to the same entity is not finished.
    Unfinished,
    /// Another entity has the value.
    Taken(Unique),
    /// The guard to be released names others too, or only others: see [`guard`](super::guard).
    NotMine,
}

impl Action {
    /// Changes an item on a condition; if it does not hold, what was read is stale.
    pub fn on(expect: Expect, change: ItemChange) -> Self {
        Self { change, condition: Some(Condition::Expect(expect)), failure: ConditionFailure::Stale }
    }

    /// Puts an item, whatever there is.
    pub fn put(item: Attributes) -> Self {
        Self { change: ItemChange::Put(item), condition: None, failure: ConditionFailure::Stale }
    }

    /// Deletes what there is, if anything.
    pub fn delete(key: Key) -> Self {
        Self { change: ItemChange::Delete(key), condition: None, failure: ConditionFailure::Stale }
    }

    /// Puts a deferred write, where there must be none of an earlier write.
    pub fn put_deferred(item: Attributes) -> Self {
        let failure = ConditionFailure::Unfinished;
        Self { failure, ..Self::on(Expect::Absent, ItemChange::Put(item)) }
    }

    /// Checks that there is no deferred write.
    pub fn nothing_deferred(key: Key) -> Self {
        let failure = ConditionFailure::Unfinished;
        Self { failure, ..Self::on(Expect::Absent, ItemChange::Check(key)) }
    }

    /// The item, if this puts a new one.
    pub fn into_put(self) -> Option<Attributes> {
        match (self.change, self.condition) {
            (ItemChange::Put(item), Some(Condition::Expect(Expect::Absent))) => Some(item),
            _ => None,
        }
    }

    /// Whether it changes nothing where there is nothing yet.
    pub fn is_for_old_items(&self) -> bool {
        matches!((&self.change, &self.condition), (ItemChange::Delete(_), Some(Condition::Free(_))))
    }

    /// The action as DynamoDB takes it.
    pub fn item(&self, table: &str) -> Result<TransactWriteItem> {
        let condition = self.condition.as_ref().map(|condition| match condition {
            Condition::Expect(Expect::Absent) => "attribute_not_exists(p)".to_owned(),
            Condition::Exists => "attribute_exists(p)".to_owned(),
            Condition::Expect(Expect::Revision(_)) => "#v = :revision".to_owned(),
            Condition::Free(_) => "attribute_not_exists(p) OR #d.#ids = :ids".to_owned(),
            Condition::HeldBy(_) => "#d.#ids = :ids".to_owned(),
        });
        let (names, values) = match &self.condition {
            Some(Condition::Expect(Expect::Revision(revision))) => (
                Some([("#v".to_owned(), attribute::REVISION.to_owned())].into()),
                Some([(":revision".to_owned(), AttributeValue::N(revision.to_string()))].into()),
            ),
            Some(Condition::Free(id)) => (Some(guard_names()), Some(guard_ids(&[*id]))),
            Some(Condition::HeldBy(ids)) => (Some(guard_names()), Some(guard_ids(ids))),
            Some(Condition::Expect(Expect::Absent) | Condition::Exists) | None => (None, None),
        };
        let show_old = match self.failure {
            ConditionFailure::Taken(_) | ConditionFailure::NotMine => {
                ReturnValuesOnConditionCheckFailure::AllOld
            }
            ConditionFailure::Stale | ConditionFailure::Unfinished => {
                ReturnValuesOnConditionCheckFailure::None
            }
        };
        let item = TransactWriteItem::builder();
        let item = match &self.change {
            ItemChange::Put(attributes) => item.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(attributes.clone()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(show_old)
                    .build()
                    .map_err(Error::internal)?,
            ),
            ItemChange::Delete(key) => item.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(show_old)
                    .build()
                    .map_err(Error::internal)?,
            ),
            ItemChange::Check(key) => item.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(Error::internal)?,
            ),
        };
        Ok(item.build())
    }
}

/// The path of a guard's ids in its document.
fn guard_names() -> HashMap<String, String> {
    let names = [("#d", attribute::DOCUMENT), ("#ids", Holders::IDS)];
    names.map(|(name, attribute)| (name.to_owned(), attribute.to_owned())).into()
}

fn guard_ids(ids: &[u32]) -> Attributes {
    let ids = ids.iter().map(|id| AttributeValue::N(id.to_string())).collect();
    [(":ids".to_owned(), AttributeValue::L(ids))].into()
}

/// Adds to counters of a node.
pub(super) fn addition(
    node: &Key,
    counters: impl IntoIterator<Item = (String, i128)>,
    table: &str,
) -> Result<TransactWriteItem> {
    let amounts = counters.into_iter().map(|(name, delta)| (name, AttributeValue::N(delta.to_string())));
    update(node, "ADD", "", amounts, table)
}

/// Sets attributes of an item.
pub(super) fn assignment(
    key: &Key,
    attributes: impl IntoIterator<Item = (String, AttributeValue)>,
    table: &str,
) -> Result<TransactWriteItem> {
    update(key, "SET", " =", attributes, table)
}

fn update(
    key: &Key,
    verb: &str,
    sign: &str,
    attributes: impl IntoIterator<Item = (String, AttributeValue)>,
    table: &str,
) -> Result<TransactWriteItem> {
    let mut update = Update::builder().table_name(table).set_key(Some(key.attributes()));
    let mut terms = Vec::new();
    for (n, (name, value)) in attributes.into_iter().enumerate() {
        update = update
            .expression_attribute_names(format!("#{n}"), name)
            .expression_attribute_values(format!(":{n}"), value);
        terms.push(format!("#{n}{sign} :{n}"));
    }
    let update = update.update_expression(format!("{verb} {}", terms.join(", ")));
    Ok(TransactWriteItem::builder().update(update.build().map_err(Error::internal)?).build())
}
