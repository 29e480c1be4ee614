//! The table, as one request sees it.

use super::deferred::Overlay;
use super::listing::Shards;
use super::meter::{Begun, Meter};
use super::notices::Notices;
use crate::time::{Clock, Offset, Time};
use crate::{Error, Result};
use aws_sdk_dynamodb::Client;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// The most calls of one process at once. Each call needs a connection of its own, and TLS takes a millisecond of a whole
/// processor, of which a small function has a seventh: an instance whose first request is a union of a hundred listings
/// would open hundreds of connections while somebody waits.
const AT_ONCE: usize = 32;

/// For how long a call is tried again while the table is busy.
const BUSY_LIMIT: Duration = Duration::from_secs(8);

/// A page skips at most so many points by reading them. Where more are to be skipped within a slot, its finer slots are read,
/// if the listing has any: some 250 bare entries are 2 RCU, as much as the finer slots are.
const SKIP: u64 = 256;

/// The table, seen by one request: what it consumes is summed in its own [`Meter`].
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) client: Client,
    pub(super) table: String,
    pub(super) meter: Meter,
    pub(super) shards: Shards,
    /// The most points that a page skips by reading them.
    pub(super) skip: u64,
    /// For how long a call is tried again while the table is busy.
    pub(super) busy_limit: Duration,
    /// Of a table that may only be read: whether a write was refused.
    refused: Option<Arc<AtomicBool>>,
    /// When the request must be answered.
    deadline: Option<Instant>,
    pub(super) clock: Clock,
    pub(super) notices: Notices,
    /// The changes of deferred writes that readers add to what they read.
    pub(super) overlay: Arc<Overlay>,
    calls: Arc<Semaphore>,
}

impl Store {
    /// The table named `table`, with a meter that nobody else uses.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            meter: Meter::default(),
            calls: Arc::new(Semaphore::new(AT_ONCE)),
            shards: Shards::default(),
            skip: SKIP,
            busy_limit: BUSY_LIMIT,
            refused: None,
            deadline: None,
            clock: Clock::utc(),
            notices: Notices::default(),
            overlay: Arc::default(),
        }
    }

    /// The same table, in which a page skips at most so many `points` by reading them, instead of some hundreds: tests then
    /// need few points to reach every level of counters.
    pub fn skipping(self, points: u64) -> Self {
        Self { skip: points, ..self }
    }

    /// The same table, whose calls are tried again for so long while it is busy.
    pub fn busy_limit(self, busy_limit: Duration) -> Self {
        Self { busy_limit, ..self }
    }

    /// The same table, by this clock: leases end by it, and what the system does by itself is dated by it.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same table for whoever may only read: every write is [`Error::Internal`], and is not made.
    pub(crate) fn read_only(self) -> Self {
        Self { refused: Some(Arc::default()), ..self }
    }

    /// Whether a write was refused, because the table may only be read.
    pub(crate) fn has_refused(&self) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.load(Ordering::SeqCst))
    }

    /// What the wall clock shows.
    pub fn now(&self) -> Time {
        self.clock.wall(self.clock.epoch())
    }

    /// The moment, in seconds since 1970 UTC.
    pub fn epoch(&self) -> i64 {
        self.clock.epoch()
    }

    /// The offset of the wall clock.
    pub fn offset(&self) -> Offset {
        self.clock.offset()
    }

    /// The same table for a request that must be answered by then.
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// How long the request may still take; for ever if nobody waits for it. Whoever does work that others could finish leaves
    /// some of it.
    pub fn time_left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether a call that began at `begun` is tried again after `pause`.
    pub(super) fn tries_again(&self, begun: Instant, pause: Duration) -> bool {
        begun.elapsed() + pause <= self.busy_limit && pause < self.time_left()
    }

    /// The same table as it is with these changes.
    pub(super) fn overlaid(&self, overlay: Overlay) -> Self {
        Self { overlay: Arc::new(overlay), ..self.clone() }
    }

    /// The same table with its cost summed in `meter`.
    pub fn metered(&self, meter: Meter) -> Self {
        Self { meter, ..self.clone() }
    }

    /// The same table for one of several calls that are made at once; [`Store::join`] when all are answered.
    pub fn branch(&self) -> Self {
        self.metered(self.meter.branch())
    }

    /// Begins a call as soon as there are fewer than the most. A call that waits here holds nothing, so calls only ever wait
    /// for calls that are under way.
    pub(super) async fn begin(&self) -> Begun {
        // Nobody closes the semaphore, which is the only error there is.
        self.meter.begin(Arc::clone(&self.calls).acquire_owned().await.ok())
    }

    /// As [`Store::begin`], for a call that writes.
    pub(super) async fn begin_write(&self) -> Result<Begun> {
        if let Some(refused) = &self.refused {
            refused.store(true, Ordering::SeqCst);
            return Err(Error::internal("this request may only read so far"));
        }
        Ok(self.begin().await)
    }

    /// All calls of branches are answered: what is called now comes after them.
    pub fn join(&self) {
        self.meter.join();
    }
}
