//! Filling an empty table: demo data and benchmarks, up to millions of records.

use super::action::Action;
use super::key::Key;
use super::listing::{Deltas, EntryContent, ListingChange, PointChange};
use super::meter::Units;
use super::record::Attributes;
use super::sdk_error::failure;
use super::table::Store;
use super::transaction::jittered;
use super::write::Write;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnConsumedCapacity, WriteRequest};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use std::time::Duration;

/// DynamoDB's limit of items in one BatchWriteItem.
const BATCH: usize = 25;
/// Batches under way at once.
const AT_ONCE: usize = 8;
/// How often items that DynamoDB left unprocessed are sent again before the table counts as busy.
const ROUNDS: u32 = 8;

impl Store {
    /// Writes new entities into a table that nobody else uses: without conditions and transactions, and every counter
    /// once. `writes` may only create. `progress` is told how many items were written.
    ///
    /// If it fails, the table is to be thrown away.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer, [`Error::Internal`] for a write that does not only create.
    pub async fn load(
        &self,
        writes: impl IntoIterator<Item = Result<Write>>,
        progress: impl Fn(u64),
    ) -> Result<()> {
        let mut deltas = Deltas::default();
        let mut failed = None;
        let items =
            writes.into_iter().map_while(|write| match write.and_then(|write| puts(write, &mut deltas)) {
                Ok(items) => Some(items),
                Err(error) => {
                    failed = Some(error);
                    None
                }
            });
        self.load_items(items.flatten(), &progress).await?;
        if let Some(error) = failed {
            return Err(error);
        }
        let nodes = deltas.into_nodes().map(|(listing, node, counters)| {
            let mut item = Key::node(&listing, &node, 0).attributes();
            item.extend(
                counters.into_iter().map(|(name, count)| (name, AttributeValue::N(count.to_string()))),
            );
            item
        });
        self.load_items(nodes, &progress).await
    }

    async fn load_items(
        &self,
        items: impl Iterator<Item = Attributes>,
        progress: &impl Fn(u64),
    ) -> Result<()> {
        let mut items = items.peekable();
        let batches = std::iter::from_fn(|| {
            items.peek()?;
            Some(items.by_ref().take(BATCH).collect::<Vec<_>>())
        });
        // Batches are tasks: while this one makes the next, other threads send those before.
        let sent = iter(batches.map(|batch| async {
            let (store, count) = (self.clone(), batch.len() as u64);
            let sent = tokio::spawn(async move { store.load_batch(batch).await });
            sent.await.map_err(Error::internal)?.map(|()| progress(count))
        }));
        sent.buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn load_batch(&self, batch: Vec<Attributes>) -> Result<()> {
        let request = |item| {
            let put = PutRequest::builder().set_item(Some(item)).build().map_err(Error::internal)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let mut left: Vec<_> = batch.into_iter().map(request).collect::<Result<_>>()?;
        for round in 0..ROUNDS {
            let begun = self.begin_write().await?;
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.table, left)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            self.meter.end(begun, Units::Write, answer.consumed_capacity());
            left = answer.unprocessed_items.unwrap_or_default().remove(&self.table).unwrap_or_default();
            if left.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(jittered(round, Duration::from_millis(50))).await;
        }
        Err(Error::Busy("items stay unprocessed".to_owned()))
    }
}

/// The items that a write puts, with the entries of its points; the counts of its points are added to `deltas`.
fn puts(write: Write, deltas: &mut Deltas) -> Result<Vec<Attributes>> {
    let not_new = || Error::internal("only creations can be loaded");
    let new = write.actions.into_iter().filter(|action| !action.is_for_old_items());
    let mut items: Vec<_> = new.map(Action::into_put).collect::<Option<_>>().ok_or_else(not_new)?;
    let changes = write.indexed.into_iter().flat_map(|entity| entity.changes);
    for ListingChange { listing, point, change, projection } in changes {
        deltas.add(&listing, point, point.position(), change.count());
        let content = EntryContent::new(&listing, point, projection.as_deref());
        let entry = || content.item(&listing.entry(point));
        items.push((change == PointChange::Add).then(entry).ok_or_else(not_new)?);
    }
    Ok(items)
}
