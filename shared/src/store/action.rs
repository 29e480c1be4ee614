//! The actions of a transaction.

use super::expect::Expect;
use super::key::{Key, Unique};
use super::record::{Attributes, attribute};
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};

/// DynamoDB's limit of actions in a transaction.
pub(super) const MAX_ACTIONS: usize = 100;

/// One action: a change of one item, perhaps on a condition.
pub(super) struct Action {
    pub change: ItemChange,
    pub expect: Option<Expect>,
    pub failure: ConditionFailure,
}

pub(super) enum ItemChange {
    Put(Attributes),
    Delete(Key),
    /// Changes nothing: only the condition counts.
    Check(Key),
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
}

impl Action {
    /// Changes an item on a condition; if it does not hold, what was read is stale.
    pub fn on(expect: Expect, change: ItemChange) -> Self {
        Self { change, expect: Some(expect), failure: ConditionFailure::Stale }
    }

    /// Puts an item, whatever there is.
    pub fn put(item: Attributes) -> Self {
        Self { change: ItemChange::Put(item), expect: None, failure: ConditionFailure::Stale }
    }

    /// Deletes what there is, if anything.
    pub fn delete(key: Key) -> Self {
        Self { change: ItemChange::Delete(key), expect: None, failure: ConditionFailure::Stale }
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
        match (self.change, self.expect) {
            (ItemChange::Put(item), Some(Expect::Absent)) => Some(item),
            _ => None,
        }
    }

    /// The action as DynamoDB takes it.
    pub fn item(&self, table: &str) -> Result<TransactWriteItem> {
        let condition = self.expect.map(|expect| match expect {
            Expect::Absent => "attribute_not_exists(p)".to_owned(),
            Expect::Revision(_) => "#v = :revision".to_owned(),
        });
        let (names, values) = match self.expect {
            Some(Expect::Revision(revision)) => (
                Some([("#v".to_owned(), attribute::REVISION.to_owned())].into()),
                Some([(":revision".to_owned(), AttributeValue::N(revision.to_string()))].into()),
            ),
            _ => (None, None),
        };
        let show_old = match self.failure {
            ConditionFailure::Taken(_) => ReturnValuesOnConditionCheckFailure::AllOld,
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

/// Adds to counters of a node.
pub(super) fn addition(
    node: &Key,
    counters: impl IntoIterator<Item = (String, i128)>,
    table: &str,
) -> Result<TransactWriteItem> {
    let mut update = Update::builder().table_name(table).set_key(Some(node.attributes()));
    let mut terms = Vec::new();
    for (n, (name, delta)) in counters.into_iter().enumerate() {
        update = update
            .expression_attribute_names(format!("#{n}"), name)
            .expression_attribute_values(format!(":{n}"), AttributeValue::N(delta.to_string()));
        terms.push(format!("#{n} :{n}"));
    }
    let update = update.update_expression(format!("ADD {}", terms.join(", ")));
    Ok(TransactWriteItem::builder().update(update.build().map_err(Error::internal)?).build())
}
