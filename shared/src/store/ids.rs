//! Ids: integers from 1, one run per kind, growing and never used twice. Gaps are normal.

use super::key::{Key, Kind};
use super::meter::Units;
use super::sdk_error::failure;
use super::table::Store;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

const COUNT: &str = "n";

impl Store {
    /// A new id.
    ///
    /// It is taken outside the transaction that uses it, so that creations do not queue on one counter. A creation that
    /// fails, or an answer that is lost, leaves a gap.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn next_id(&self, kind: Kind) -> Result<u32> {
        self.next_ids(kind, 1).await
    }

    /// As [`Store::next_id`], for one of several calls that are made at once.
    pub(crate) async fn into_next_id(self, kind: Kind) -> Result<u32> {
        self.next_id(kind).await
    }

    /// A run of so many new ids: the first of them.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn next_ids(&self, kind: Kind, count: u32) -> Result<u32> {
        self.retried(|| self.take_ids(kind, count)).await
    }

    async fn take_ids(&self, kind: Kind, count: u32) -> Result<u32> {
        let begun = self.begin_write().await?;
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::counter(kind).attributes()))
            .update_expression("ADD #n :count")
            .expression_attribute_names("#n", COUNT)
            .expression_attribute_values(":count", AttributeValue::N(count.to_string()))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure(&error))?;
        self.meter.end(begun, Units::Write, answer.consumed_capacity());
        let last =
            answer.attributes().and_then(|attributes| attributes.get(COUNT)?.as_n().ok()?.parse().ok());
        let first = last.and_then(|last: u32| last.checked_sub(count)?.checked_add(1));
        first.ok_or_else(|| Error::internal("the id counter answered no number"))
    }
}
