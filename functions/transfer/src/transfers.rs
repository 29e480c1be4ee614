//! All jobs of this area: exports and imports.

use crate::exports::Exports;
use crate::imports::Imports;
use shared::Result;
use shared::bucket::Bucket;
use shared::jobs::{Job, JobState, Step, Work};
use shared::store::{Store, Stored};
use std::time::Duration;

/// What a job that exports does.
pub const EXPORT: &str = "export";
/// What a job that imports does.
pub const IMPORT: &str = "import";

/// Does exports and imports.
pub struct Transfers<'a> {
    exports: Exports<'a>,
    imports: Imports<'a>,
}

impl<'a> Transfers<'a> {
    /// Those of this table, whose files stand in this bucket.
    pub fn new(store: &'a Store, bucket: &'a Bucket) -> Self {
        Self { exports: Exports::new(store, bucket), imports: Imports::new(store, bucket) }
    }
}

impl Work for Transfers<'_> {
    async fn step(&self, job: &Stored<Job>, attempt: u32, time_limit: Duration) -> Result<Step> {
        match job.act == IMPORT {
            true => self.imports.step(job, attempt, time_limit).await,
            false => self.exports.step(job, attempt, time_limit).await,
        }
    }

    async fn clean(&self, job: &Stored<Job>, state: JobState) -> Result<()> {
        match job.act == IMPORT {
            true => self.imports.clean(job, state).await,
            false => self.exports.clean(job, state).await,
        }
    }
}
