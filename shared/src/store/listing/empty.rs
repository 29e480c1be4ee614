//! Removing the counters of listings in which nothing stands any more.
//!
//! Counters of 0 may stay: they are the same as none. But a listing's name may tell what stood in it, so they go where that
//! must be forgotten.
//!
//! The counters of an empty listing add up to 0, so it can lose all of its nodes at once without changing any total. Each is
//! deleted on condition that nobody has counted in it since: a shard other than 0 says how often it was written; in shard 0
//! none of the node's own counters has changed or come, and every write changes one of those.

use super::Listing;
use super::node::{Level, number, own_node};
use super::spread::delete_unchanged;
use crate::store::action::{Action, MAX_ACTIONS};
use crate::store::key::Key;
use crate::store::record::{Attributes, Raw, attribute};
use crate::store::table::Store;
use crate::store::transaction::Cancelled;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use std::collections::{BTreeMap, BTreeSet};

/// DynamoDB's limit of bytes in an expression.
const EXPRESSION: usize = 4096;

impl Store {
    /// Deletes the counters of a listing without weights, and the notes of their shards, if nothing stands in the listing. Where
    /// somebody writes to it meanwhile they stay. Answers whether there were any and they are gone. One round trip where there
    /// is none, else two.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn remove_empty(&self, listing: &Listing) -> Result<bool> {
        let nodes = self.partition(&Key::nodes(listing.name())).await?;
        if nodes.is_empty() || !is_empty(&nodes)? {
            return Ok(false);
        }
        let levels = listing.levels().all();
        let delete = |(key, raw): &(Key, Raw)| match key.clone().first_shard() == *key {
            true => delete_uncounted(levels, key, &raw.0, &self.table),
            false => delete_unchanged(key, raw.0.get(attribute::SHARD_REVISION), &self.table).map(Some),
        };
        let deletions = nodes.iter().map(delete).collect::<Result<Option<Vec<_>>>>()?;
        let Some(mut actions) = deletions else { return Ok(false) };
        let notes: BTreeSet<_> = nodes.iter().filter_map(|(key, _)| key.note_of(listing.name())).collect();
        for note in notes {
            actions.push(Action::delete(note).item(&self.table)?);
        }
        if actions.len() > MAX_ACTIONS {
            return Ok(false);
        }
        match self.transact(actions, &[]).await {
            Ok(_) => Ok(true),
            Err(Cancelled::ConditionFailed(_)) => Ok(false),
            Err(Cancelled::Failed(error)) => Err(error),
        }
    }
}

/// Whether the counters add up to nothing in every slot, over all shards, and all nodes that count in it.
fn is_empty(nodes: &[(Key, Raw)]) -> Result<bool> {
    let mut sums: BTreeMap<(String, &str), i128> = BTreeMap::new();
    for (key, raw) in nodes {
        for (name, value) in raw.0.iter().filter(|(name, _)| is_counter(name)) {
            let node = own_node(&key.s, name).map(|node| format!("{node}.0"));
            let node = node.unwrap_or_else(|| key.clone().first_shard().s);
            *sums.entry((node, name)).or_default() += number(value)?;
        }
    }
    Ok(sums.values().all(|sum| *sum == 0))
}

fn is_counter(name: &str) -> bool {
    !["p", "s", attribute::SHARD_REVISION].contains(&name)
}

/// Deletes the shard 0 of a node if it still counts what it did; `None` if that is too much for a condition.
fn delete_uncounted(
    levels: &[Level],
    key: &Key,
    item: &Attributes,
    table: &str,
) -> Result<Option<TransactWriteItem>> {
    let own = levels.iter().find_map(|level| level.own_counters(&key.s)).unwrap_or_default();
    let there = item.keys().filter(|name| is_counter(name));
    let names: BTreeSet<_> = own.iter().chain(there).collect();
    let mut delete = Delete::builder().table_name(table).set_key(Some(key.attributes()));
    let mut terms = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        delete = delete.expression_attribute_names(format!("#{at:x}"), name);
        match item.get(name) {
            Some(value) => {
                delete = delete.expression_attribute_values(format!(":{at:x}"), value.clone());
                terms.push(format!("#{at:x}=:{at:x}"));
            }
            None => terms.push(format!("attribute_not_exists(#{at:x})")),
        }
    }
    let condition = terms.join(" AND ");
    if condition.len() > EXPRESSION {
        return Ok(None);
    }
    let delete = delete.condition_expression(condition).build().map_err(Error::internal)?;
    Ok(Some(TransactWriteItem::builder().delete(delete).build()))
}
