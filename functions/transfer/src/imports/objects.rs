//! The objects of an import, in the bucket.
//!
//! | object | what it is |
//! |---|---|
//! | `imports/<job>/file` | the file, as it was uploaded |
//! | `imports/<job>/source` | what the file is ([`ImportedFile`](super::ImportedFile)) |
//! | `imports/<job>/rows-<n>` | a thousand rows of it |
//! | `imports/<job>/checked-<attempt>` | how far the check is |
//! | `imports/<job>/findings` | what the check has found |
//! | `imports/<job>/organizations` | the names of the new organizations |
//! | `imports/<job>/fates-<phase>-<attempt>` | what became of the rows of a step |
//! | `imports/<job>/report` | the rows that did not go in, as a file |

use super::cursor::Cursor;
use super::fate::{CHECK, Fate, SAVE, TAKE_BACK};
use super::findings::Findings;
use super::imported_file::FileRow;
use bytes::Bytes;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Deserializer;
use shared::bucket::Bucket;
use shared::model::import_folder;
use shared::{Error, Result};

/// Objects that are deleted at once.
const AT_ONCE: usize = 8;
/// Rows of an object.
pub const BLOCK: u32 = 1000;

/// The objects of one import.
#[derive(Clone, Copy)]
pub struct Objects<'a> {
    bucket: &'a Bucket,
    job: u32,
}

impl<'a> Objects<'a> {
    /// Those of a job.
    pub fn new(bucket: &'a Bucket, job: u32) -> Self {
        Self { bucket, job }
    }

    /// The key of one.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", import_folder(self.job))
    }

    /// The bytes of one; `None` if it is gone.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn find(&self, name: &str) -> Result<Option<Bytes>> {
        self.bucket.get(&self.key(name)).await
    }

    /// What the check has found; `None` if it is not done, or gone.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn findings(&self) -> Result<Option<Findings>> {
        let bytes = self.find(FINDINGS).await?;
        let findings = bytes.map(|bytes| serde_json::from_slice(&bytes));
        findings.transpose().map_err(Error::unreadable::<Findings>)
    }

    /// Deletes all but those whose names begin with one of these.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn delete_all_but(&self, kept: &[&str]) -> Result<()> {
        let folder = import_folder(self.job);
        let is_kept = |key: &str| {
            let name = key.strip_prefix(&folder).unwrap_or_default();
            kept.iter().any(|kept| name.starts_with(kept))
        };
        let mut objects = self.bucket.list(&folder).await?;
        objects.retain(|object| !is_kept(&object.key));
        let deletions = iter(objects).map(async |object| self.bucket.delete(&object.key).await);
        deletions.buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Deletes one, if it is there.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.bucket.delete(&self.key(name)).await
    }

    /// One that is written as JSON.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer, [`Error::Internal`] if it is gone or something else.
    pub async fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let bytes = self.find(name).await?;
        let bytes = bytes.ok_or_else(|| Error::internal("an object of an import is gone"))?;
        serde_json::from_slice(&bytes).map_err(Error::unreadable::<T>)
    }

    /// Writes one as JSON.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn put<T: Serialize + Sync>(&self, name: &str, value: &T) -> Result<()> {
        let bytes = serde_json::to_vec(value).map_err(Error::internal)?;
        self.put_bytes(name, "application/json", bytes.into()).await
    }

    /// Writes one.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn put_bytes(&self, name: &str, content_type: &str, bytes: Bytes) -> Result<()> {
        self.bucket.put(&self.key(name), content_type, bytes).await
    }

    /// The rows from `row` on to the end of their block.
    ///
    /// # Errors
    /// As [`Objects::get`].
    pub async fn rows(&self, row: u32) -> Result<Vec<FileRow>> {
        let mut rows: Vec<FileRow> = self.lines(&rows_name(row / BLOCK)).await?;
        rows.drain(..rows.len().min((row % BLOCK) as usize));
        Ok(rows)
    }

    /// The fates that a step has left.
    ///
    /// # Errors
    /// As [`Objects::get`].
    pub async fn fates(&self, phase: &str, attempt: u32) -> Result<Vec<Fate>> {
        self.lines(&fates_name(phase, attempt)).await
    }

    /// What there is to tell of an import as it is now: of its rows, or once it is taken back of its records.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn all_fates(&self, cursor: &Cursor) -> Result<Vec<Fate>> {
        let (phase, attempts) = match (&cursor.taken_back, cursor.made) {
            (Some(back), _) => (TAKE_BACK, &back.fates),
            (None, Some(_)) => (SAVE, &cursor.fates),
            (None, None) => (CHECK, &cursor.fates),
        };
        let mut all = Vec::new();
        for attempt in attempts {
            if self.has_fates(phase, *attempt).await? {
                all.extend(self.fates(phase, *attempt).await?);
            }
        }
        all.retain(|fate| !matches!(fate, Fate::Updated { .. }));
        Ok(all)
    }

    /// Whether the fates that a step has left are still there.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn has_fates(&self, phase: &str, attempt: u32) -> Result<bool> {
        self.has(&fates_name(phase, attempt)).await
    }

    /// Whether an object is there.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn has(&self, name: &str) -> Result<bool> {
        Ok(self.bucket.size(&self.key(name)).await?.is_some())
    }

    /// Leaves the fates of a step.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn put_fates(&self, phase: &str, attempt: u32, fates: &[Fate]) -> Result<()> {
        self.put_bytes(&fates_name(phase, attempt), "application/json", to_lines(fates)?.into()).await
    }

    async fn lines<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>> {
        let bytes = self.find(name).await?;
        let bytes = bytes.ok_or_else(|| Error::internal("rows of an import are gone"))?;
        Deserializer::from_slice(&bytes)
            .into_iter()
            .collect::<std::result::Result<_, _>>()
            .map_err(Error::unreadable::<T>)
    }
}

/// The object that is the file.
pub const FILE: &str = "file";
/// The object that says what the file is.
pub const SOURCE: &str = "source";
/// The object that says what the check has found.
pub const FINDINGS: &str = "findings";
/// The object with the names of the new organizations.
pub const ORGANIZATIONS: &str = "organizations";

/// The object with the rows of a block.
pub fn rows_name(block: u32) -> String {
    format!("rows-{block}")
}

/// The object in which a step leaves how far the check is.
pub fn checked_name(attempt: u32) -> String {
    format!("checked-{attempt}")
}

fn fates_name(phase: &str, attempt: u32) -> String {
    format!("fates-{phase}-{attempt}")
}

/// Values as lines of JSON.
///
/// # Errors
/// [`Error::Internal`] if one cannot be written.
pub fn to_lines<T: Serialize>(values: &[T]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for value in values {
        serde_json::to_writer(&mut lines, value).map_err(Error::internal)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
