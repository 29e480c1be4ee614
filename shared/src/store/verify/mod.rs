//! Recounting: does the table hold exactly the entries, counters and guards that follow from its entities?
//!
//! [`Store::verify`] reads every item of the table once and keeps books with two sides: what the entities call
//! for, and what is there. Where the sides are not equal in the end is a [`Difference`]; [`Store::repair`] mends
//! them. What is still to be done of large writes (see [`redo`](super::redo)) counts as if it were done: it is late, not
//! lost.
//!
//! **The table must be quiet.** A scan is no snapshot: of a record that is written meanwhile it may see the old
//! entity and the new entries. A difference is only to be believed, and mended, while nobody writes.
//!
//! **Memory.** An entry is forgotten once it has met its entity, so that at worst all entries are waiting: some
//! 150 bytes each. Counters (180 bytes) and guards (300 bytes) are kept to the end. A table of three million
//! entries, with a million counters and half a million guards, needs at most some 800 MB.

mod books;
mod difference;
mod repair;

pub use difference::Difference;
pub use repair::Repair;

use super::entity::Entity;
use super::key::{Key, Kind};
use super::listing::{Listing, Point};
use super::meter::Units;
use super::record::Raw;
use super::{Store, failure};
use crate::Result;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use books::Books;

/// An entity as it stands in the table, of whichever kind.
pub struct Document {
    id: u32,
    raw: Raw,
}

impl Document {
    /// What follows from the entity, which is a `T`.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if it is not.
    pub fn index<T: Entity>(self) -> Result<Index> {
        let entity: T = self.raw.decode()?.value;
        let guards = entity.guards().into_iter().map(|guard| Key::unique(guard.unique, guard.value));
        let guards = guards.chain(entity.shares()).collect();
        Ok(Index { id: self.id, points: entity.points(self.id), guards, covering: entity.covering() })
    }
}

/// What follows from an entity: where it stands in listings, what it says there, and which values it has that are
/// guarded.
pub struct Index {
    id: u32,
    points: Vec<(Listing, Point)>,
    guards: Vec<Key>,
    covering: Option<String>,
}

/// What a recount has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many items the table has.
    pub items: u64,
    /// How many large writes are not wholly done yet.
    pub pending: usize,
    /// What is not as the entities say; first what cannot be read.
    pub differences: Vec<Difference>,
}

impl Store {
    /// Recounts a quiet table. `index` is [`model::index`](crate::model::index), which knows every kind of entity.
    /// `progress` is told how many items have been read, and of how many: DynamoDB's own count, hours old.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn verify(
        &self,
        index: impl Fn(Kind, Document) -> Result<Index>,
        progress: impl Fn(u64, u64),
    ) -> Result<Report> {
        let table = self.client.describe_table().table_name(&self.table).send().await;
        let table = table.map_err(|error| failure(&error))?.table;
        let size =
            table.and_then(|table| table.item_count).and_then(|count| count.try_into().ok()).unwrap_or(0);
        let mut books = Books::default();
        let mut report = Report::default();
        for rest in self.pending().await? {
            books.finish(&rest.changes);
            report.pending += 1;
        }
        let mut start = None;
        loop {
            let begun = self.begin().await;
            let answer = self
                .client
                .scan()
                .table_name(&self.table)
                .set_exclusive_start_key(start)
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            self.meter.end(begun, Units::Read, answer.consumed_capacity());
            for item in answer.items.unwrap_or_default() {
                books.enter(Raw(item), &index);
                report.items += 1;
            }
            progress(report.items, size);
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        report.differences = books.close();
        Ok(report)
    }
}
