//! The actions of a transaction.

use super::key::Key;
use super::record::{Attributes, attribute};
use super::write::Expect;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};

pub(super) struct Action {
    pub change: Change,
    pub expect: Option<Expect>,
    pub refusal: Refusal,
}

pub(super) enum Change {
    Put(Attributes),
    Delete(Key),
    /// Changes nothing; only expects.
    Check(Key),
}

/// What it means that an action's expectation was not met.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    Stale,
    /// Something of an earlier write to the same entity is still to be done.
    Unfinished,
    Taken {
        field: &'static str,
        message: &'static str,
    },
}

impl Action {
    /// Puts an item, whatever there is.
    pub fn put(item: Attributes) -> Self {
        Self { change: Change::Put(item), expect: None, refusal: Refusal::Stale }
    }

    /// Deletes what there is, if anything.
    pub fn delete(key: Key) -> Self {
        Self { change: Change::Delete(key), expect: None, refusal: Refusal::Stale }
    }

    /// Puts what is still to be done for a large write under `key`, where nothing of an earlier one may be.
    pub fn put_rest(rest: Attributes) -> Self {
        Self { change: Change::Put(rest), expect: Some(Expect::Absent), refusal: Refusal::Unfinished }
    }

    /// Expects that nothing of an earlier write is still to be done.
    pub fn no_rest(key: Key) -> Self {
        Self { change: Change::Check(key), expect: Some(Expect::Absent), refusal: Refusal::Unfinished }
    }

    /// Takes away what was still to be done, which must be there and be the one with this mark.
    pub fn take_rest(key: Key, mark: u32) -> Self {
        Self { change: Change::Delete(key), expect: Some(Expect::Revision(mark)), refusal: Refusal::Stale }
    }

    /// Puts what is left in its place, where it must still be the one with this mark.
    pub fn lessen_rest(rest: Attributes, mark: u32) -> Self {
        Self { change: Change::Put(rest), expect: Some(Expect::Revision(mark)), refusal: Refusal::Stale }
    }

    /// The item, if this puts a new one.
    pub fn into_put(self) -> Option<Attributes> {
        match (self.change, self.expect) {
            (Change::Put(item), Some(Expect::Absent)) => Some(item),
            _ => None,
        }
    }

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
        let show_old = match self.refusal {
            Refusal::Taken { .. } => ReturnValuesOnConditionCheckFailure::AllOld,
            Refusal::Stale | Refusal::Unfinished => ReturnValuesOnConditionCheckFailure::None,
        };
        let item = TransactWriteItem::builder();
        let item = match &self.change {
            Change::Put(attributes) => item.put(
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
            Change::Delete(key) => item.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(Error::internal)?,
            ),
            Change::Check(key) => item.condition_check(
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
