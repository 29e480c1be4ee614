//! Deleting files.

use super::{File, FileToken, MARK, UnusedFile};
use crate::bucket::Bucket;
use crate::model::keys;
use crate::store::{Author, Expect, Key, Record, Store, Write};
use crate::{Error, Result};
use std::time::{Duration, Instant};

/// Seconds for which a file may be unused.
const UNUSED_FOR: i64 = 24 * 60 * 60;
/// Files that one run looks at.
const AT_MOST: u64 = 1000;

/// Deletes files that nobody has used for a day, the oldest first, for at most `time_limit`; the next run goes on. It is `epoch`
/// now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Busy`] if the table or the bucket does not answer.
pub async fn sweep_files(store: &Store, bucket: &Bucket, epoch: i64, time_limit: Duration) -> Result<()> {
    let begun = Instant::now();
    let until = keys::unused_files_until(epoch.saturating_sub(UNUSED_FOR));
    let mut all = Ok(());
    for (mark, unused) in store.until::<UnusedFile>(until, AT_MOST).await? {
        if begun.elapsed() >= time_limit {
            break;
        }
        match sweep(store, bucket, &mark, &unused.value.token).await {
            // A record names it meanwhile, or another sweeper is at work.
            Ok(()) | Err(Error::Stale) => {}
            // One that cannot go does not keep the others.
            Err(error) => all = Err(error),
        }
    }
    all
}

async fn sweep(store: &Store, bucket: &Bucket, mark: &Key, token: &FileToken) -> Result<()> {
    match store.get::<File>(&keys::file(token)).await? {
        Some(file) if !file.value.is_used => remove(store, bucket, token, file).await,
        // A used file takes its mark with it, so there should be none.
        _ => {
            let mut write = Write::new(Author::SYSTEM);
            write.delete(mark, MARK);
            store.commit(write).await
        }
    }
}

/// Deletes a file, whoever uses it. Answers whether there was one.
///
/// # Errors
/// [`Error::Stale`] if others change it, [`Error::Busy`] if the table or the bucket does not answer: calling again goes on.
pub async fn remove_file(store: &Store, bucket: &Bucket, token: &FileToken) -> Result<bool> {
    let Some(file) = store.get::<File>(&keys::file(token)).await? else { return Ok(false) };
    remove(store, bucket, token, file).await?;
    Ok(true)
}

async fn remove(store: &Store, bucket: &Bucket, token: &FileToken, read: Record<File>) -> Result<()> {
    let key = keys::file(token);
    let (file, mut revision) = (read.value, read.revision);
    if !file.is_leaving {
        let mut write = Write::new(Author::SYSTEM);
        write.put(&key, &File { is_leaving: true, ..file.clone() }, Expect::Revision(revision))?;
        store.commit(write).await?;
        revision = revision.saturating_add(1);
    }
    bucket.delete(&File::object(token)).await?;
    let mut write = Write::new(Author::SYSTEM);
    write.delete(&key, Expect::Revision(revision));
    if !file.is_used {
        write.delete(&keys::unused_file(file.created, token), MARK);
    }
    store.commit(write).await
}
