//! Recounting: does the table hold exactly the entries, counters and guards that follow from its entities?
//!
//! [`Store::verify`] reads every item of the table once and compares what the entities call for with what is there. Each place
//! where they differ is a [`Difference`]; [`Store::repair`] mends them. [Deferred writes](super::deferred) count as if they
//! were done: they are not lost.
//!
//! **The table must be quiet.** A scan is no snapshot: of a record that is written meanwhile it may see the old entity and
//! the new entries. A difference is only to be believed, and mended, while nobody writes.
//!
//! **Memory.** An entry is forgotten once it has met its entity. At worst all entries are waiting, some 150 bytes each.
//! Counters (180 bytes) and guards (300 bytes) are kept to the end. A table of three million entries, with a million
//! counters and half a million guards, needs at most some 800 MB. The keys of other items that have a value are kept (100 bytes each).

mod difference;
mod entity_type;
mod recount;
mod repair;

pub use difference::{Collision, Difference};
pub use entity_type::EntityType;
pub use repair::Repair;

use super::key::{ItemType, Key};
use super::meter::Units;
use super::record::Raw;
use super::sdk_error::failure;
use super::table::Store;
use crate::Result;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use recount::Recount;

/// What a recount has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many items the table has.
    pub items: u64,
    /// How many deferred writes there are.
    pub deferred: usize,
    /// The differences; first the items that cannot be read.
    pub differences: Vec<Difference>,
    /// The items under names with a value, such as `SETTINGS#x`, which follow from no entity.
    pub named: Vec<Key>,
    /// The unique values that several entities have. They are no differences: there is nothing to mend.
    pub collisions: Vec<Collision>,
}

/// Items of one page: about as many as the megabyte that DynamoDB reads at once. Without a limit an emulator may read all items that are
/// left for each page.
const PAGE: i32 = 3000;

impl Store {
    /// Recounts a quiet table with these kinds of entity; entities of another kind are left alone. `progress` is told how
    /// many items have been read, and of how many: DynamoDB's own count, hours old.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn verify(&self, types: &[EntityType], progress: impl Fn(u64, u64)) -> Result<Report> {
        // Only for the progress.
        let table = self.client.describe_table().table_name(&self.table).send().await.ok();
        let count = table.and_then(|answer| answer.table).and_then(|table| table.item_count);
        let size = count.and_then(|count| count.try_into().ok()).unwrap_or(0);
        let mut recount = Recount::new(types);
        let mut report = Report::default();
        for (key, deferred) in self.deferred_items().await? {
            let left = deferred.map(|deferred| deferred.left().to_vec());
            recount.add_deferred(key, left);
            report.deferred += 1;
        }
        for (key, left) in self.legacy_changes().await? {
            recount.add_deferred(key, left);
            report.deferred += 1;
        }
        let mut start = None;
        loop {
            let scan = self
                .client
                .scan()
                .table_name(&self.table)
                .set_exclusive_start_key(start)
                .consistent_read(true)
                .limit(PAGE)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            let answer = self
                .retried(|| async {
                    let begun = self.begin().await;
                    let answer = scan.clone().send().await.map_err(|error| failure(&error))?;
                    self.meter.end(begun, Units::Read, answer.consumed_capacity());
                    Ok(answer)
                })
                .await?;
            for item in answer.items.unwrap_or_default() {
                let raw = Raw(item);
                let is_named =
                    |key: &Key| key.item_type() == ItemType::Other && key.p.contains('#') && key.s == "R";
                report.named.extend(raw.key().filter(is_named));
                recount.add(raw);
                report.items += 1;
            }
            progress(report.items, size);
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        recount.finish_history();
        report.collisions = recount.collisions();
        report.differences = recount.differences();
        Ok(report)
    }
}
