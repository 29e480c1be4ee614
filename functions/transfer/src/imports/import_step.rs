//! What a step of an import has to work with.

use super::cursor::{Cursor, ImportParameters};
use super::objects::Objects;
use shared::Result;
use shared::jobs::{Job, Outcome, Step};
use shared::store::{Store, Stored};
use std::time::Instant;

/// A step of an import.
pub struct ImportStep<'a> {
    /// The table.
    pub store: &'a Store,
    /// What the import has in the bucket.
    pub objects: Objects<'a>,
    /// The job, as it was before.
    pub job: &'a Stored<Job>,
    /// What it has to know.
    pub parameters: ImportParameters,
    /// How far it is.
    pub cursor: Cursor,
    /// The number of this attempt.
    pub attempt: u32,
    /// So many rows are saved before anybody looks at the time.
    pub rows_at_once: usize,
    /// When it is to end.
    pub until: Instant,
}

impl ImportStep<'_> {
    /// Whether its time is up.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// What the job is told once it leaves this cursor.
    ///
    /// # Errors
    /// [`Error::Internal`](shared::Error::Internal) if the cursor cannot be kept.
    pub fn left(&self, cursor: &Cursor, outcome: Outcome) -> Result<Step> {
        let job = &self.job.record.value;
        let (done_rows, tally) = (job.done_rows, job.tally);
        Ok(Step { tally, ..Step::new(cursor.to_text()?, done_rows, outcome) })
    }
}
