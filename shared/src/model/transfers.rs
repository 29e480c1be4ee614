//! The files of exports and imports, and what becomes of them when somebody is forgotten whom they may name.

use crate::bucket::Bucket;
use crate::jobs::{Job, stopped};
use crate::store::{Author, Order, Slice, Store, Stored, Window, Write};
use crate::{Error, Result};

/// Seconds after which a file is gone by the bucket's rules, with a day to spare.
const KEPT: u32 = 8 * 24 * 60 * 60;
/// Jobs that are looked at together.
const BATCH: u32 = 100;

/// As the keys of all objects of an export begin, which is this job.
pub fn export_folder(job: u32) -> String {
    format!("exports/{job}/")
}

/// As the keys of all objects of an import begin, which is this job.
pub fn import_folder(job: u32) -> String {
    format!("imports/{job}/")
}

/// Stops the exports and imports that are under way, and deletes the files of all others. What an export has left unfinished nobody can read, and
/// the bucket's rules remove it within a day.
///
/// # Errors
/// [`Error::Busy`] if table or bucket do not answer.
pub async fn forget_transfers(store: &Store, bucket: &Bucket, author: Author) -> Result<()> {
    let oldest = store.now().0.saturating_sub(KEPT);
    for skip in (0..).step_by(BATCH as usize) {
        let slice = Slice { skip, take: BATCH };
        let page = store.page(&[Job::ALL], Window::ALL, Order::Descending, slice).await?;
        let jobs = store.entities::<Job>(&page.ids()).await?;
        let is_last = jobs.is_empty() || jobs.iter().any(|job| job.created.0 < oldest);
        for job in jobs.into_iter().filter(|job| job.created.0 >= oldest) {
            let id = job.id;
            stop(store, job, author).await?;
            for folder in [export_folder(id), import_folder(id)] {
                for object in bucket.list(&folder).await? {
                    bucket.delete(&object.key).await?;
                }
            }
        }
        if is_last {
            break;
        }
    }
    Ok(())
}

/// Stops a job that has not ended, whoever is at it.
async fn stop(store: &Store, mut job: Stored<Job>, author: Author) -> Result<()> {
    while !job.state.is_end() {
        let mut write = Write::new(author);
        stopped(&mut write, &job)?;
        match store.commit(write).await {
            Err(Error::Stale) => match store.entity(job.id).await? {
                Some(now) => job = now,
                None => return Ok(()),
            },
            done => return done,
        }
    }
    Ok(())
}
