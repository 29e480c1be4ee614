//! Exports as jobs: what their steps do.

use crate::file::{ExportFile, begun_again, remove};
use crate::format::{Format, MOST_XLSX_ROWS};
use crate::lists::{ForList, with_list};
use crate::{table, xlsx};
use futures_util::future::try_join;
use lambda_http::tracing;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::bucket::Bucket;
use shared::http::{Filters, List, WholeList};
use shared::jobs::{Job, JobState, Outcome, Step, Work};
use shared::log::short;
use shared::model::{RecordKind, RelatedNames, Walked};
use shared::store::{Store, Stored};
use shared::{Error, Result};
use std::time::{Duration, Instant};

/// Entries that are read at once.
const TAKE: u32 = 2000;

/// What an export has to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportParameters {
    /// The kind of the records.
    pub kind: RecordKind,
    /// The format of the file.
    pub format: Format,
    /// The filters of the list.
    pub filters: Filters,
    /// The name of the file.
    pub name: String,
}

/// The fewest bytes of a part of a file: a storage takes no smaller ones but for the last.
const PART: usize = 5 << 20;

/// Does exports.
pub struct Exports<'a> {
    store: &'a Store,
    bucket: &'a Bucket,
    take: u32,
    part: usize,
}

impl<'a> Exports<'a> {
    /// Those of lists in this table, whose files stand in this bucket.
    pub fn new(store: &'a Store, bucket: &'a Bucket) -> Self {
        Self { store, bucket, take: TAKE, part: PART }
    }

    /// The same, which read so many entries at once, and write parts from so many bytes on: tests then need few records to reach
    /// every step.
    pub fn in_pieces(self, take: u32, part: usize) -> Self {
        Self { take, part, ..self }
    }
}

impl Work for Exports<'_> {
    async fn step(&self, job: &Stored<Job>, attempt: u32, time_limit: Duration) -> Result<Step> {
        let begun = Instant::now();
        let parameters: ExportParameters =
            serde_json::from_str(&job.parameters).map_err(Error::unreadable::<ExportParameters>)?;
        let kind = parameters.kind;
        let until = begun.checked_add(time_limit).unwrap_or(begun);
        let export = Export { of: self, job, attempt, until, parameters };
        let step = with_list(kind, export).await;
        match step.ok_or_else(|| Error::internal("a kind of record that has no list"))? {
            Err(Error::Internal(cause)) => match begun_again(job)? {
                Some(cursor) => {
                    tracing::warn!(job = job.id, cause = short(cause), "an export begins again");
                    Ok(Step::new(cursor, 0, Outcome::GoesOn))
                }
                None => Err(Error::Internal(cause)),
            },
            step => step,
        }
    }

    async fn clean(&self, job: &Stored<Job>, state: JobState) -> Result<()> {
        remove(self.bucket, job, state == JobState::Done).await
    }
}

/// A step of an export.
struct Export<'a> {
    of: &'a Exports<'a>,
    job: &'a Stored<Job>,
    attempt: u32,
    /// When it is to end.
    until: Instant,
    parameters: ExportParameters,
}

impl ForList for Export<'_> {
    type Output = Result<Step>;

    async fn run<L: List>(self) -> Result<Step> {
        let ExportParameters { format, ref name, .. } = self.parameters;
        let mut file = ExportFile::of_job(self.of.bucket, self.job, format, L::COLUMNS).await?;
        let was_walked = file.progress.head.is_walked;
        if !was_walked {
            Box::pin(self.walk::<L>(&mut file)).await?;
        }
        let done_rows = file.progress.head.rows;
        let is_too_large = done_rows > MOST_XLSX_ROWS || file.bytes() > xlsx::MOST_BYTES;
        let mut message = None;
        let outcome = if format == Format::Xlsx && is_too_large {
            message = Some("数据太多，不能导出为xlsx，请导出为csv".to_owned());
            Outcome::Rests(JobState::Failed)
        } else if was_walked || (file.progress.head.is_walked && file.is_small()) {
            file.finish(L::COLUMNS).await?;
            Outcome::Made(name.clone())
        } else {
            // Once a file of parts is finished nothing of it can be done again: what it is made of is kept first.
            let cursor = file.keep(self.attempt).await?;
            return Ok(Step::new(cursor, done_rows, Outcome::GoesOn));
        };
        Ok(Step { message, ..Step::new(self.job.cursor.clone(), done_rows, outcome) })
    }
}

impl Export<'_> {
    /// Walks on until the end, or until the time is up.
    async fn walk<L: List>(&self, file: &mut ExportFile<'_>) -> Result<()> {
        let store = self.of.store;
        let filters = self.parameters.filters.clone();
        let whole = WholeList { me: self.job.by, now: self.job.created, filters };
        let query = whole.query::<L>(store).await.map_err(|failure| match failure.is_ours() {
            true => Error::Busy(failure.cause().to_owned()),
            false => Error::internal(failure.cause()),
        })?;
        let walk = query.walk(store).await?;
        let mut names = RelatedNames::default();
        let mut entries = walk.part(store, file.progress.head.point, self.of.take).await?;
        while let Some(last) = entries.last().map(|entry| entry.point) {
            let next = walk.part(store, Some(last), self.of.take);
            let rows = Box::pin(query.rows(store, entries, &mut names));
            let (next, rows) = try_join(next, rows).await?;
            // Whoever was edited meanwhile is met again at the newest end.
            let new = rows.into_iter().filter(|(id, _)| file.progress.seen.insert(*id));
            let cells: Vec<_> = new.map(|(_, row)| table::cells(L::COLUMNS, &json!(row))).collect();
            file.add(&cells)?;
            file.progress.head.point = Some(last);
            file.flush(self.of.part).await?;
            if Instant::now() >= self.until && !next.is_empty() {
                return Ok(());
            }
            entries = next;
        }
        file.progress.head.is_walked = true;
        Ok(())
    }
}
