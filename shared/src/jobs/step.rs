//! Steps of jobs, and who does them.

use super::{Job, JobState, Tally};
use crate::log::short;
use crate::store::{Author, Entity, Order, Record, Store, Stored, Window, Write};
use crate::{Error, Result};
use std::time::{Duration, Instant};

/// For how long a step works, unless less time is left.
pub const STEP: Duration = Duration::from_secs(6);
/// Seconds of a lease: longer than any request lasts, for a step that is given up by nobody ends with its request.
const LEASE: i64 = 60;

/// What is done in jobs.
pub trait Work: Send + Sync {
    /// Goes on with a job for about `time_limit`. `attempt` is another number with each attempt of each step of the job.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Stale`] if the step is to be done again; after any other the job has failed.
    fn step(
        &self,
        job: &Stored<Job>,
        attempt: u32,
        time_limit: Duration,
    ) -> impl Future<Output = Result<Step>> + Send;

    /// Removes what nobody needs any more of a job that has ended in `state`; `job` is it as it was before.
    ///
    /// # Errors
    /// If not all could be removed.
    fn clean(&self, job: &Stored<Job>, state: JobState) -> impl Future<Output = Result<()>> + Send;
}

/// How far a job is after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where the next one goes on.
    pub cursor: String,
    /// How many rows there are, if that is known by now.
    pub rows: Option<u64>,
    /// How many rows are done.
    pub done_rows: u64,
    /// What has become of those.
    pub tally: Tally,
    /// What people are told of it, if that can be said.
    pub message: Option<String>,
    /// What comes of it.
    pub outcome: Outcome,
}

impl Step {
    /// One after which so many rows are done, and nothing else is known of them.
    pub fn new(cursor: String, done_rows: u64, outcome: Outcome) -> Self {
        Self { cursor, rows: None, done_rows, tally: Tally::default(), message: None, outcome }
    }
}

/// What comes of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is more to do.
    GoesOn,
    /// Nothing is to do for now: the state in which the job rests, or ends.
    Rests(JobState),
    /// The job is done: the name of the file that it has made.
    Made(String),
}

/// Does a step of a job, unless it has ended or somebody else is at it. Answers it as it is then.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn advance(
    store: &Store,
    work: &impl Work,
    job: Stored<Job>,
    time_limit: Duration,
) -> Result<Stored<Job>> {
    if !job.is_open() || job.until > store.epoch() {
        return Ok(job);
    }
    let until = store.epoch().saturating_add(LEASE);
    let leased = Job { until, ..job.record.value.clone() };
    let Some(leased) = save(store, &job, leased).await? else { return latest(store, job.id).await };
    let now = leased.record.value.clone();
    let next = match work.step(&leased, leased.record.revision, time_limit).await {
        Ok(Step { cursor, rows, done_rows, tally, message, outcome }) => {
            let rows = rows.unwrap_or(now.rows);
            let next = Job { cursor, rows, done_rows, tally, message, until: 0, ..now };
            match outcome {
                Outcome::GoesOn if next.state == JobState::Waiting => {
                    Job { state: JobState::Running, ..next }
                }
                Outcome::GoesOn => next,
                Outcome::Rests(state) if state.is_end() => next.ended(state),
                Outcome::Rests(state) => Job { state, ..next },
                Outcome::Made(file) => Job { file: Some(file), ..next }.ended(JobState::Done),
            }
        }
        Err(error @ (Error::Busy(_) | Error::Stale)) => {
            tracing::warn!(job = leased.id, cause = short(error), "a step is to be done again");
            Job { until: 0, ..now }
        }
        Err(error) => {
            tracing::error!(job = leased.id, cause = short(error), "a job has failed");
            now.ended(JobState::Failed)
        }
    };
    let next = match save(store, &leased, next).await? {
        Some(next) => next,
        // Somebody has stopped it.
        None => latest(store, leased.id).await?,
    };
    if next.state.is_end() {
        clean(work, &leased, next.state).await;
    }
    Ok(next)
}

/// Goes on with all jobs that nobody is at, for at most `time_limit`.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn resume(store: &Store, work: &impl Work, time_limit: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut all = Ok(());
    for entry in store.all(&[Job::OPEN], Window::ALL, Order::Ascending).await? {
        let Some(mut job) = store.entity::<Job>(entry.point.id).await? else { continue };
        loop {
            let left = time_limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return all;
            }
            let before = (job.cursor.clone(), job.done_rows);
            match advance(store, work, job, left.min(STEP)).await {
                Ok(next) if !next.is_open() || before == (next.cursor.clone(), next.done_rows) => break,
                Ok(next) => job = next,
                // One that cannot go on does not stop the others.
                Err(error) => {
                    all = all.and(Err(error));
                    break;
                }
            }
        }
    }
    all
}

/// Lets `write` stop a job. After the commit [`Work::clean`] is called.
///
/// # Errors
/// [`Error::Internal`] if the job cannot be an item.
pub fn stopped(write: &mut Write, job: &Stored<Job>) -> Result<()> {
    changed(write, job, job.record.value.clone().ended(JobState::Stopped))
}

/// Lets `write` change a job, whoever is at it: they come too late. What it had to know is not kept in its history.
///
/// # Errors
/// [`Error::Internal`] if the job cannot be an item.
pub fn changed(write: &mut Write, job: &Stored<Job>, new: Job) -> Result<()> {
    let kept = job.record.value.clone().ended(job.state);
    write.replace_keeping(job, &kept, &Job { until: 0, ..new })
}

async fn clean(work: &impl Work, job: &Stored<Job>, state: JobState) {
    if let Err(error) = work.clean(job, state).await {
        tracing::warn!(job = job.id, cause = short(error), "not everything of a job was removed");
    }
}

async fn latest(store: &Store, id: u32) -> Result<Stored<Job>> {
    store.entity(id).await?.ok_or(Error::NotFound(Job::KIND))
}

/// The job as it is written, unless somebody else has written it since it was read.
async fn save(store: &Store, old: &Stored<Job>, new: Job) -> Result<Option<Stored<Job>>> {
    let mut write = Write::new(Author::SYSTEM);
    write.refresh(old, &new)?;
    match store.commit(write).await {
        Err(Error::Stale) => Ok(None),
        Err(error) => Err(error),
        Ok(()) => {
            let revision = old.record.revision.saturating_add(1);
            let record = Record { revision, author: old.record.author, value: new };
            Ok(Some(Stored { record, ..*old }))
        }
    }
}
