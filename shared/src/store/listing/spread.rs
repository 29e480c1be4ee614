//! Merging shards again.
//!
//! While writers conflict, they spread over the shards of a listing's nodes, and every reader pays for all of them from then on. So
//! whoever writes to a shard other than 0 leaves a note of the node, and the sweeper adds up its shards once nobody has noted it
//! for an hour. A note that is lost costs readers some units, and comes with the next conflict.

use super::change::deltas;
use super::node::number;
use super::{ListingChange, PickedShards};
use crate::log::short;
use crate::store::action::addition;
use crate::store::key::Key;
use crate::store::meter::Units;
use crate::store::record::{Raw, attribute, encode};
use crate::store::sdk_error::failure;
use crate::store::table::Store;
use crate::store::transaction::Cancelled;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, PutRequest, ReturnConsumedCapacity, TransactWriteItem, WriteRequest,
};
use std::collections::BTreeMap;

/// Seconds without a note after which the shards of a node are merged.
const QUIET: i64 = 60 * 60;

/// DynamoDB's limit of items in one BatchWriteItem.
const BATCH: usize = 25;

impl Store {
    /// Leaves a note of the nodes that `changes` have added to on a shard other than 0. A failure is no reason to fail the
    /// write, which is done.
    pub(in crate::store) async fn note_spread(&self, changes: &[ListingChange], picked: &PickedShards) {
        let nodes = deltas(changes).into_nodes().filter(|(listing, _, _)| picked.shard(listing) > 0);
        let nodes = nodes.map(|(listing, node, _)| Key::spread(&listing, &node));
        let new = self.shards.not_noted(nodes);
        for batch in new.chunks(BATCH) {
            if let Err(cause) = self.put_notes(batch).await {
                tracing::warn!(cause = short(cause), "shards are not noted to be merged");
            }
        }
    }

    async fn put_notes(&self, keys: &[Key]) -> Result<()> {
        let epoch = self.clock.epoch();
        let request = |key: &Key| {
            let put = PutRequest::builder().set_item(Some(encode(key, 1, &epoch, None)?)).build();
            Ok(WriteRequest::builder().put_request(put.map_err(Error::internal)?).build())
        };
        let requests: Vec<_> = keys.iter().map(request).collect::<Result<_>>()?;
        let begun = self.begin_write().await?;
        let call = self.client.batch_write_item().request_items(&self.table, requests);
        let answer = call.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        let answer = answer.map_err(|error| failure(&error))?;
        self.meter.end(begun, Units::Write, answer.consumed_capacity());
        Ok(())
    }

    /// Merges the shards of all nodes that have been quiet for an hour: the sweeper does. Answers how many nodes.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn merge_shards(&self) -> Result<u64> {
        let notes = self.partition(Key::SPREAD).await?;
        let mut merged = 0;
        for (key, noted) in notes.into_iter().filter_map(|(key, raw)| Some((key, raw.decode::<i64>().ok()?)))
        {
            if noted.value + QUIET <= self.clock.epoch() {
                merged += u64::from(self.merge_node(&key, noted.value).await?);
            }
        }
        Ok(merged)
    }

    /// Merges the shards of one node, unless somebody writes to one of them meanwhile.
    async fn merge_node(&self, note: &Key, noted: i64) -> Result<bool> {
        let Some((listing, node)) = note.spread_node() else { return Ok(false) };
        let first = Key::node(listing, node, 0);
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        let mut actions = Vec::new();
        for (key, shard) in self.shards_of(listing, node).await? {
            if key == first {
                continue;
            }
            let names = key.attributes();
            for (name, value) in shard.0.iter().filter(|(name, _)| !names.contains_key(*name)) {
                if name != attribute::SHARD_REVISION {
                    *sums.entry(name.clone()).or_default() += number(value)?;
                }
            }
            actions.push(delete_unchanged(&key, shard.0.get(attribute::SHARD_REVISION), &self.table)?);
        }
        sums.retain(|_, sum| *sum != 0);
        if !sums.is_empty() {
            actions.push(addition(&first, sums, &self.table)?);
        }
        actions.push(delete_note(note, noted, &self.table)?);
        match self.transact(actions, &[]).await {
            Ok(_) => Ok(true),
            // Somebody has written to a shard, or noted the node again: next time.
            Err(Cancelled::ConditionFailed(_)) => Ok(false),
            Err(Cancelled::Failed(error)) => Err(error),
        }
    }

    /// All shards of a node that there are.
    async fn shards_of(&self, listing: &str, node: &str) -> Result<Vec<(Key, Raw)>> {
        let (from, to) = (format!("{node}."), format!("{node}.~"));
        self.keyed(Key::nodes(listing), from, to).await
    }
}

/// Deletes a shard if nobody has written to it since it was read.
pub(super) fn delete_unchanged(
    key: &Key,
    revision: Option<&AttributeValue>,
    table: &str,
) -> Result<TransactWriteItem> {
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key.attributes()))
        .expression_attribute_names("#v", attribute::SHARD_REVISION);
    let delete = match revision {
        Some(revision) => {
            delete.condition_expression("#v = :v").expression_attribute_values(":v", revision.clone())
        }
        // Version 0.1 counted no writes of shards; it has written the last one long ago.
        None => delete.condition_expression("attribute_not_exists(#v)"),
    };
    Ok(TransactWriteItem::builder().delete(delete.build().map_err(Error::internal)?).build())
}

/// Deletes a note if it is still that of `noted`.
fn delete_note(key: &Key, noted: i64, table: &str) -> Result<TransactWriteItem> {
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key.attributes()))
        .condition_expression("#d = :noted")
        .expression_attribute_names("#d", attribute::DOCUMENT)
        .expression_attribute_values(":noted", AttributeValue::N(noted.to_string()));
    Ok(TransactWriteItem::builder().delete(delete.build().map_err(Error::internal)?).build())
}
