//! Reading items by key or by a range of keys, always strongly consistent.

use super::entity::{Entity, Holders, Stored};
use super::key::Key;
use super::listing::Order;
use super::meter::Units;
use super::record::{Attributes, Raw, Record};
use super::sdk_error::failure;
use super::table::Store;
use super::transaction::jittered;
use crate::{Error, Result};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity, Select};
use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// DynamoDB's limit of keys in one BatchGetItem.
const BATCH: usize = 100;

/// Items that were read together, to be taken out one by one.
#[derive(Default)]
pub struct ReadItems(HashMap<Key, Raw>);

impl ReadItems {
    /// The record under `key`; `None` if there is none (or it was taken before).
    ///
    /// # Errors
    /// [`Error::Internal`] if the item is not a `T`.
    pub fn take<T: DeserializeOwned>(&mut self, key: &Key) -> Result<Option<Record<T>>> {
        self.0.remove(key).map(Raw::decode).transpose()
    }

    /// The ids of the entities that a unique value's guards name, each once, lowest first.
    ///
    /// # Errors
    /// [`Error::Internal`] if one of the items is no guard.
    pub fn take_holders(&mut self, guards: &[Key]) -> Result<Vec<u32>> {
        let mut ids = Vec::new();
        for guard in guards {
            ids.extend(self.take::<Holders>(guard)?.into_iter().flat_map(|holders| holders.value.ids));
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// The entity `id`; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Internal`] if the item is not a `T`.
    pub fn take_entity<T: Entity>(&mut self, id: u32) -> Result<Option<Stored<T>>> {
        let Some(raw) = self.0.remove(&Key::entity(T::KIND, id)) else { return Ok(None) };
        let index_version = raw.index_version();
        Ok(Some(Stored { id, index_version, record: raw.decode()? }))
    }
}

impl Store {
    /// The record under `key`.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer, [`Error::Internal`] if the item is not a `T`.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<Record<T>>> {
        self.get_all(std::slice::from_ref(key)).await?.take(key)
    }

    /// The entity `id`.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn entity<T: Entity>(&self, id: u32) -> Result<Option<Stored<T>>> {
        self.get_all(&[Key::entity(T::KIND, id)]).await?.take_entity(id)
    }

    /// The entities `ids` that exist, in the order of `ids`.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn entities<T: Entity>(&self, ids: &[u32]) -> Result<Vec<Stored<T>>> {
        let keys: Vec<_> = ids.iter().map(|id| Key::entity(T::KIND, *id)).collect();
        let mut found = self.get_all(&keys).await?;
        ids.iter().filter_map(|id| found.take_entity(*id).transpose()).collect()
    }

    /// The records in the partition of a [numbered](Key::numbered) name, with their numbers.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn numbered<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<(u32, Record<T>)>> {
        let numbered = |(key, raw): (Key, Raw)| Some((key.number()?, raw));
        let items = self.partition(name).await?.into_iter().filter_map(numbered);
        items.map(|(number, raw)| Ok((number, raw.decode()?))).collect()
    }

    /// The records in a partition whose sort keys, in printable ASCII, begin as that of `first` does, with their keys.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn beginning<T: DeserializeOwned>(&self, first: Key) -> Result<Vec<(Key, Record<T>)>> {
        let to = format!("{}~", first.s);
        let keyed = |item| {
            let raw = Raw(item);
            raw.key().map(|key| Ok((key, raw.decode()?))).transpose()
        };
        let records = self.query(first.p, first.s, to, Order::Ascending, None, keyed).await?;
        Ok(records.into_iter().flatten().collect())
    }

    /// The first records, at most `limit`, in a partition of [named](Key::among) items up to the name of `last`, with their keys.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn until<T: DeserializeOwned>(&self, last: Key, limit: u64) -> Result<Vec<(Key, Record<T>)>> {
        let keyed = |item| {
            let raw = Raw(item);
            raw.key().map(|key| Ok((key, raw.decode()?))).transpose()
        };
        let records =
            self.query(last.p, "!".to_owned(), last.s, Order::Ascending, Some(limit), keyed).await?;
        Ok(records.into_iter().flatten().collect())
    }

    /// All items of a partition whose sort keys are printable ASCII, with their keys.
    pub(super) async fn partition(&self, name: &str) -> Result<Vec<(Key, Raw)>> {
        self.keyed(name.to_owned(), "!".to_owned(), "~".to_owned()).await
    }

    /// The items of a partition with sort keys in a range, with their keys.
    pub(super) async fn keyed(&self, partition: String, from: String, to: String) -> Result<Vec<(Key, Raw)>> {
        let keyed = |item| {
            let raw = Raw(item);
            Ok(raw.key().map(|key| (key, raw)))
        };
        let items = self.query(partition, from, to, Order::Ascending, None, keyed).await?;
        Ok(items.into_iter().flatten().collect())
    }

    /// Everything that stands under `keys`, read in one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn get_all(&self, keys: &[Key]) -> Result<ReadItems> {
        let mut keys: Vec<&Key> = keys.iter().collect();
        keys.sort_unstable();
        keys.dedup();
        let batches = try_join_all(keys.chunks(BATCH).map(|batch| self.get_batch(batch))).await?;
        let raws = batches.into_iter().flatten().map(Raw);
        Ok(ReadItems(raws.filter_map(|raw| Some((raw.key()?, raw))).collect()))
    }

    /// The items of a partition with sort keys in a range, at most `limit` of them, each decoded as it comes: an item takes
    /// several times the memory of what is made of it.
    pub(super) async fn query<T>(
        &self,
        partition: String,
        from: String,
        to: String,
        order: Order,
        limit: Option<u64>,
        decode: impl Fn(Attributes) -> Result<T>,
    ) -> Result<Vec<T>> {
        let range = self.range(partition, from, to).scan_index_forward(order == Order::Ascending);
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let left = limit.map(|limit| limit.saturating_sub(items.len() as u64));
            let left = left.map(|left| i32::try_from(left).unwrap_or(i32::MAX));
            let answer = self.part(range.clone().set_limit(left).set_exclusive_start_key(start)).await?;
            for item in answer.items.unwrap_or_default() {
                items.push(decode(item)?);
            }
            start = answer.last_evaluated_key;
            if start.is_none() || limit.is_some_and(|limit| items.len() as u64 >= limit) {
                return Ok(items);
            }
        }
    }

    /// How many items of a partition have sort keys in a range. Counting costs as many units as reading, but the items do
    /// not travel.
    pub(super) async fn count(&self, partition: String, from: String, to: String) -> Result<u64> {
        let range = self.range(partition, from, to).select(Select::Count);
        let mut count = 0;
        let mut start = None;
        loop {
            let answer = self.part(range.clone().set_exclusive_start_key(start)).await?;
            count += u64::try_from(answer.count).unwrap_or(0);
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    fn range(&self, partition: String, from: String, to: String) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .key_condition_expression("p = :p AND s BETWEEN :from AND :to")
            .expression_attribute_values(":p", AttributeValue::S(partition))
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":to", AttributeValue::S(to))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
    }

    /// One answer of DynamoDB: at most a megabyte.
    async fn part(&self, query: QueryFluentBuilder) -> Result<QueryOutput> {
        self.retried(|| async {
            let begun = self.begin().await;
            let answer = query.clone().send().await.map_err(|error| failure(&error))?;
            self.meter.end(begun, Units::Read, answer.consumed_capacity());
            Ok(answer)
        })
        .await
    }

    /// The answer of a call, which is tried again as long as the table is busy and there is time. A write is tried as long.
    pub(super) async fn retried<T, F: Future<Output = Result<T>>>(&self, call: impl Fn() -> F) -> Result<T> {
        let begun = Instant::now();
        for attempt in 0.. {
            // Boxed: the futures of the SDK are so deep that whatever awaits this would be too deep for the compiler.
            match Box::pin(call()).await {
                Err(Error::Busy(cause)) => {
                    let pause = jittered(attempt, Duration::from_millis(20));
                    if !self.tries_again(begun, pause) {
                        return Err(Error::Busy(cause));
                    }
                    tokio::time::sleep(pause).await;
                }
                answer => return answer,
            }
        }
        Err(Error::internal("attempts do not end"))
    }

    /// The items under `keys` as they stand in the table.
    pub(super) async fn get_raw(&self, keys: &[Key]) -> Result<HashMap<Key, Raw>> {
        Ok(self.get_all(keys).await?.0)
    }

    async fn get_batch(&self, keys: &[&Key]) -> Result<Vec<Attributes>> {
        // What one attempt leaves unprocessed is left to the next.
        let left: Mutex<Vec<Attributes>> = Mutex::new(keys.iter().map(|key| key.attributes()).collect());
        let found: Mutex<Vec<Attributes>> = Mutex::new(Vec::with_capacity(keys.len()));
        self.retried(|| async {
            let keys = lock(&left).clone();
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let begun = self.begin().await;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted.map_err(Error::internal)?)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            self.meter.end(begun, Units::Read, answer.consumed_capacity());
            lock(&found).extend(answer.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let unprocessed = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
            let unprocessed = unprocessed.map(|wanted| wanted.keys).unwrap_or_default();
            let is_done = unprocessed.is_empty();
            *lock(&left) = unprocessed;
            if is_done { Ok(()) } else { Err(Error::Busy("keys stay unprocessed".to_owned())) }
        })
        .await?;
        Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A poisoned lock means a panic elsewhere; the items in it are still whole.
fn lock<T>(items: &Mutex<T>) -> MutexGuard<'_, T> {
    items.lock().unwrap_or_else(PoisonError::into_inner)
}
