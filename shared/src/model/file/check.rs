//! Are table and bucket of one mind about files?

use super::{File, FileToken};
use crate::Result;
use crate::bucket::Bucket;
use crate::model::keys;
use crate::store::{Key, Store};
use std::collections::BTreeSet;

/// Seconds after which an object without an item is nobody's: its form counts for ten minutes, and its item was there before.
const YOUNG: i64 = 24 * 60 * 60;
/// Items that are read at once.
const AT_ONCE: usize = 100;

/// How table and bucket differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileReport {
    /// How many files there are.
    pub files: u64,
    /// The keys of objects that no file has: they may be deleted.
    pub orphans: Vec<String>,
    /// Used files without an object. Whoever wrote the record had not uploaded it, or the object is lost: nothing brings it back.
    pub missing: Vec<FileToken>,
}

/// Compares the files among these items of the table, which [`Store::verify`] has found, with the objects in the bucket. It is
/// `epoch` now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the table or the bucket does not answer.
pub async fn check_files(store: &Store, bucket: &Bucket, named: &[Key], epoch: i64) -> Result<FileReport> {
    let tokens: BTreeSet<_> = named.iter().filter_map(keys::file_of).collect();
    let objects = bucket.list(File::OBJECTS).await?;
    let stored: BTreeSet<_> = objects.iter().map(|object| object.key.as_str()).collect();
    let has_item = |key: &str| {
        let token = key.strip_prefix(File::OBJECTS).and_then(FileToken::parse);
        token.is_some_and(|token| tokens.contains(&token))
    };
    let is_orphan = |modified: i64, key: &str| modified <= epoch.saturating_sub(YOUNG) && !has_item(key);
    let orphans = objects.iter().filter(|object| is_orphan(object.modified, &object.key));
    let mut report = FileReport {
        files: tokens.len() as u64,
        orphans: orphans.map(|object| object.key.clone()).collect(),
        missing: Vec::new(),
    };
    let absent: Vec<_> =
        tokens.iter().filter(|token| !stored.contains(File::object(token).as_str())).collect();
    for tokens in absent.chunks(AT_ONCE) {
        let keys: Vec<_> = tokens.iter().map(|token| keys::file(token)).collect();
        let mut found = store.get_all(&keys).await?;
        for (token, key) in tokens.iter().zip(&keys) {
            let file = found.take::<File>(key)?;
            let is_missing = file.is_some_and(|file| file.value.is_used && !file.value.is_leaving);
            report.missing.extend(is_missing.then(|| (*token).clone()));
        }
    }
    Ok(report)
}
