//! The file of an export, in the bucket, as it comes to be.
//!
//! | object | what it is |
//! |---|---|
//! | `exports/<job>/file` | the file, once it is whole; a CSV that is large is written in parts of it |
//! | `exports/<job>/rows-<n>` | rows of which a workbook is made at the end |
//! | `exports/<job>/progress-<attempt>` | how far it is ([`Progress`]): the job says which of them counts |

use crate::format::Format;
use crate::progress::Progress;
use crate::table::Cells;
use crate::xlsx;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use shared::bucket::Bucket;
use shared::http::Column;
use shared::jobs::Job;
use shared::model::export_folder;
use shared::store::Stored;
use shared::{Error, Result};

/// The cursor of a job that is an export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    /// The attempt whose progress counts.
    progress: Option<u32>,
    /// The upload of the parts.
    upload: Option<String>,
    /// How often it was begun again.
    restarts: u8,
}

/// So often an export is begun again whose parts are gone.
const RESTARTS: u8 = 5;

/// The cursor with which a job begins again whose parts cannot be put together: the bucket's rules remove them after a day. `None`
/// if it has none, or has begun again too often.
///
/// # Errors
/// [`Error::Internal`] if the cursor cannot be read.
pub fn begun_again(job: &Job) -> Result<Option<String>> {
    let Cursor { upload, restarts, .. } = cursor(job)?;
    if upload.is_none() || restarts >= RESTARTS {
        return Ok(None);
    }
    let again = Cursor { restarts: restarts + 1, ..Cursor::default() };
    serde_json::to_string(&again).map(Some).map_err(Error::internal)
}

/// The file of an export.
pub struct ExportFile<'a> {
    bucket: &'a Bucket,
    job: u32,
    format: Format,
    upload: Option<String>,
    restarts: u8,
    /// How far it is.
    pub progress: Progress,
}

/// The key of an object of a job.
pub fn key(job: u32, name: &str) -> String {
    format!("{}{name}", export_folder(job))
}

fn rows_key(job: u32, number: u16) -> String {
    key(job, &format!("rows-{number}"))
}

/// The object that is the file.
pub const FILE: &str = "file";

impl<'a> ExportFile<'a> {
    /// The file of a job as the last step has left it.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer, [`Error::Internal`] if something is missing.
    pub async fn of_job(
        bucket: &'a Bucket,
        job: &Stored<Job>,
        format: Format,
        columns: &[Column],
    ) -> Result<Self> {
        let Cursor { progress, upload, restarts } = cursor(job)?;
        let progress = match progress {
            Some(attempt) => {
                let object = bucket.get(&key(job.id, &format!("progress-{attempt}"))).await?;
                let object = object.ok_or_else(|| Error::internal("the progress of an export is gone"))?;
                Progress::from_bytes(&object)?
            }
            None => Progress { tail: format.head(columns)?, ..Progress::default() },
        };
        Ok(Self { bucket, job: job.id, format, upload, restarts, progress })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// [`Error::Internal`] if they cannot be written.
    pub fn add(&mut self, rows: &[Cells]) -> Result<()> {
        self.progress.head.rows += rows.len() as u64;
        self.format.lines(rows, &mut self.progress.tail)
    }

    /// Writes the end of the file as a part, if it has at least so many bytes.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn flush(&mut self, part: usize) -> Result<()> {
        if self.progress.tail.len() >= part { self.write_part().await } else { Ok(()) }
    }

    async fn write_part(&mut self) -> Result<()> {
        let bytes = Bytes::from(std::mem::take(&mut self.progress.tail));
        self.progress.head.bytes += bytes.len() as u64;
        let number = self.progress.head.parts.saturating_add(1);
        match self.format {
            Format::Csv => {
                let upload = self.upload().await?;
                let tag = self.bucket.put_part(&key(self.job, FILE), &upload, number, bytes).await?;
                self.progress.head.tags.push(tag);
            }
            Format::Xlsx => self.bucket.put(&rows_key(self.job, number), "application/json", bytes).await?,
        }
        self.progress.head.parts = number;
        Ok(())
    }

    /// The upload, which begins with the first part.
    async fn upload(&mut self) -> Result<String> {
        if let Some(upload) = &self.upload {
            return Ok(upload.clone());
        }
        let upload = self.bucket.begin_parts(&key(self.job, FILE), self.format.content_type()).await?;
        self.upload = Some(upload.clone());
        Ok(upload)
    }

    /// The bytes so far.
    pub fn bytes(&self) -> u64 {
        self.progress.head.bytes + self.progress.tail.len() as u64
    }

    /// Leaves for the next step what it has to know: the cursor of the job. `attempt` is that of this step.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn keep(&self, attempt: u32) -> Result<String> {
        let object = Bytes::from(self.progress.to_bytes()?);
        let key = key(self.job, &format!("progress-{attempt}"));
        self.bucket.put(&key, "application/octet-stream", object).await?;
        let (upload, restarts) = (self.upload.clone(), self.restarts);
        let cursor = Cursor { progress: Some(attempt), upload, restarts };
        serde_json::to_string(&cursor).map_err(Error::internal)
    }

    /// Whether the whole file is one object that was not begun yet.
    pub fn is_small(&self) -> bool {
        self.progress.head.parts == 0
    }

    /// Makes the file of all its rows, which are all there. It may be made again.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage does not answer.
    pub async fn finish(mut self, columns: &[Column]) -> Result<()> {
        let file = key(self.job, FILE);
        let content_type = self.format.content_type();
        match (self.format, self.upload.clone()) {
            (Format::Csv, None) => {
                self.bucket.put(&file, content_type, Bytes::from(self.progress.tail)).await
            }
            (Format::Csv, Some(upload)) => {
                // Whoever came before may have died before they could say that it is done.
                if self.bucket.size(&file).await?.is_some() {
                    return Ok(());
                }
                if !self.progress.tail.is_empty() {
                    self.write_part().await?;
                }
                match self.bucket.finish_parts(&file, &upload, &self.progress.head.tags).await {
                    // The answer to the first of several tries may be lost.
                    Err(_) if self.bucket.size(&file).await?.is_some() => Ok(()),
                    finished => finished,
                }
            }
            (Format::Xlsx, _) => {
                let mut sheet = xlsx::Sheet::new(columns)?;
                for number in 1..=self.progress.head.parts {
                    let rows = self.bucket.get(&rows_key(self.job, number)).await?;
                    sheet.add(&rows.ok_or_else(|| Error::internal("rows of a workbook are gone"))?)?;
                }
                sheet.add(&self.progress.tail)?;
                self.bucket.put(&file, content_type, Bytes::from(sheet.finish()?)).await
            }
        }
    }
}

fn cursor(job: &Job) -> Result<Cursor> {
    if job.cursor.is_empty() {
        return Ok(Cursor::default());
    }
    serde_json::from_str(&job.cursor).map_err(Error::unreadable::<Cursor>)
}

/// Removes all objects of a job, or all but the file.
///
/// # Errors
/// [`Error::Busy`] if the storage does not answer.
pub async fn remove(bucket: &Bucket, job: &Stored<Job>, but_file: bool) -> Result<()> {
    let file = key(job.id, FILE);
    if let Some(upload) = cursor(job)?.upload.filter(|_| !but_file) {
        bucket.abandon_parts(&file, &upload).await?;
    }
    for object in bucket.list(&export_folder(job.id)).await? {
        if !(but_file && object.key == file) {
            bucket.delete(&object.key).await?;
        }
    }
    Ok(())
}
