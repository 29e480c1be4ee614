//! The only place that knows DynamoDB: one table, in which every item is a [`Record`] under a [`Key`].
//!
//! - [`Store`] reads; every read is strongly consistent, so what was answered as written is seen by the next.
//! - [`Write`] collects what one request changes and [`Store::commit`] makes all of it true, or nothing.
//! - [`Entity`] says, once per kind of record, in which listings it stands and which values it keeps unique.
//! - [`Meter`] sums what a request costs.
//!
//! **Read, then write.** Whoever bases a write on something it read names the revision that it read
//! ([`Expect::Revision`], or the [`Stored`] entity itself). If that has changed by the time of the commit,
//! nothing is written and the answer is [`Error::Stale`]: read again, decide again.

mod action;
mod client;
mod commit;
mod entity;
mod ids;
mod key;
pub mod listing;
mod load;
mod meter;
mod read;
mod record;
pub mod redo;
pub mod verify;
mod write;

pub use client::{client, https, limited};
pub(crate) use commit::{PATIENCE, jittered};
pub use entity::{Entity, Guard, Holders, Stored};
pub use key::{Key, Kind, Unique};
pub use listing::{Entry, GroupTotal, Groups, Levels, Listing, Order, Page, Point, Total, Window};
pub use meter::{Cost, Meter};
pub use read::Found;
pub use record::Record;
pub use write::{Author, Expect, Write};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::Error;
use meter::Begun;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The most calls of one process at once. Each has a connection of its own, whose TLS is a millisecond of a whole
/// processor and a small function has a seventh of one: an instance whose first request is a union of a hundred
/// organizations, three to five queries each, would open hundreds while somebody waits. Other requests make fewer calls.
const AT_ONCE: usize = 32;

/// The table, seen by one request: what it consumes is summed in its own [`Meter`].
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    meter: Meter,
    calls: Arc<Semaphore>,
    shards: listing::Shards,
    skip: u64,
    patience: Duration,
}

impl Store {
    /// The table named `table`, with a meter that nobody else uses.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            meter: Meter::default(),
            calls: Arc::new(Semaphore::new(AT_ONCE)),
            shards: listing::Shards::default(),
            skip: listing::SKIP,
            patience: PATIENCE,
        }
    }

    /// The same table, in which at most so many `points` are skipped by reading them, and not some hundreds: for tests,
    /// which then need few points to go down every level.
    pub fn skipping(self, points: u64) -> Self {
        Self { skip: points, ..self }
    }

    /// The same table, for whose writers a busy table is tried again for so long.
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same table with its cost summed in `meter`.
    pub fn metered(&self, meter: Meter) -> Self {
        Self { meter, ..self.clone() }
    }

    /// The same table for one of several calls that are made at once; [`Store::join`] when all are answered.
    pub(crate) fn branch(&self) -> Self {
        self.metered(self.meter.branch())
    }

    /// Begins a call as soon as there are not too many. Nobody begins another before it has ended, so that calls only
    /// ever wait for calls that are under way.
    async fn begin(&self) -> Begun {
        // Nobody closes the semaphore, which is the only error there is.
        self.meter.begin(Arc::clone(&self.calls).acquire_owned().await.ok())
    }

    /// All calls of branches are answered: what is called now comes after them.
    pub(crate) fn join(&self) {
        self.meter.join();
    }
}

/// What a failed call means once the SDK has given up repeating it.
fn failure<E: ProvideErrorMetadata + std::fmt::Debug, R: std::fmt::Debug>(error: &SdkError<E, R>) -> Error {
    match error.as_service_error() {
        Some(service) if !is_busy(service.code()) => {
            let text = |part: Option<&str>| part.unwrap_or("unknown").to_owned();
            Error::Internal(format!("{}: {}", text(service.code()), text(service.message())))
        }
        Some(service) => Error::Busy(service.code().unwrap_or("unknown").to_owned()),
        None if matches!(error, SdkError::ConstructionFailure(_)) => Error::Internal(format!("{error:?}")),
        None => Error::Busy(error.to_string()),
    }
}

/// Whether an error code says "try again later" rather than "this is wrong".
fn is_busy(code: Option<&str>) -> bool {
    matches!(
        code,
        Some(
            "ProvisionedThroughputExceededException"
                | "ThrottlingException"
                | "ThrottlingError"
                | "ProvisionedThroughputExceeded"
                | "RequestLimitExceeded"
                | "TransactionConflict"
                | "TransactionConflictException"
                | "TransactionInProgressException"
                | "InternalServerError"
                | "ServiceUnavailable"
        )
    )
}
