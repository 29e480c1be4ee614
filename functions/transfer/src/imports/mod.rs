//! Imports as jobs: what their steps do.
//!
//! A file is uploaded, then *checked* and then *saved*, each in steps, and what was saved may be *taken back*. What is large stands in
//! the bucket ([`objects`]); the cursor says which of it counts. Saving is exactly once, without anything that says what was done: for
//! all rows ids were reserved, row `i` becomes the record with the id `first + i`, and whoever does a step again finds what it has
//! made by that id. So what an import has made is known for ever, too: the records with its ids.

mod checking;
mod cursor;
mod draft;
mod fate;
mod findings;
mod head;
mod import_step;
mod imported_file;
mod kinds;
mod objects;
mod people;
mod resolving;
mod saving;
mod splitting;
mod taking_back;

pub use cursor::{CheckOptions, Cursor, ImportParameters, Made, OnDuplicate, Rules, TakenBack};
pub use fate::Fate;
pub use findings::Findings;
pub use head::FIELD_SEPARATOR;
pub use imported_file::ImportedFile;
pub use kinds::{ForImport, KINDS, LABELS, with_import};
pub use objects::{FILE, Objects, SOURCE};

use import_step::ImportStep;
use shared::bucket::Bucket;
use shared::jobs::{Job, JobState, Step, Work};
use shared::store::{Store, Stored};
use shared::{Error, Result};
use std::time::{Duration, Instant};

/// Rows that are looked at or saved before anybody looks at the time.
const ROWS_AT_ONCE: usize = 16;

/// Does imports.
pub struct Imports<'a> {
    store: &'a Store,
    bucket: &'a Bucket,
    rows_at_once: usize,
}

impl<'a> Imports<'a> {
    /// Those of files in this bucket into this table.
    pub fn new(store: &'a Store, bucket: &'a Bucket) -> Self {
        Self { store, bucket, rows_at_once: ROWS_AT_ONCE }
    }

    /// The same, which saves so many rows before it looks at the time.
    pub fn in_pieces(self, rows_at_once: usize) -> Self {
        Self { rows_at_once, ..self }
    }
}

impl Work for Imports<'_> {
    async fn step(&self, job: &Stored<Job>, attempt: u32, time_limit: Duration) -> Result<Step> {
        let begun = Instant::now();
        let step = ImportStep {
            store: self.store,
            objects: Objects::new(self.bucket, job.id),
            job,
            parameters: ImportParameters::of(job)?,
            cursor: Cursor::of(job)?,
            attempt,
            rows_at_once: self.rows_at_once,
            until: begun.checked_add(time_limit).unwrap_or(begun),
        };
        let kind = step.parameters.kind;
        let done = with_import(kind, step).await;
        done.ok_or_else(|| Error::internal("a kind of record that cannot be imported"))?
    }

    /// Of what was saved is kept what the report is made of, until the bucket's rules remove it after some days.
    async fn clean(&self, job: &Stored<Job>, _: JobState) -> Result<()> {
        let kept: &[&str] =
            if Cursor::of(job)?.made.is_some() { &["source", "findings", "fates-", "report"] } else { &[] };
        Objects::new(self.bucket, job.id).delete_all_but(kept).await
    }
}

impl ForImport for ImportStep<'_> {
    type Output = Result<Step>;

    async fn run<I: shared::http::Import>(self) -> Result<Step> {
        match self.job.state {
            JobState::Checking if self.cursor.checked.is_none() => splitting::step::<I>(self).await,
            JobState::Checking => checking::step::<I>(self).await,
            JobState::Undoing => taking_back::step::<I>(self).await,
            _ => saving::step::<I>(self).await,
        }
    }
}
