//! Objects: whole, and how they begin.

use super::calls::{S3Answer, S3Call};
use super::{Bucket, xml};
use crate::{Error, Result};
use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;

/// An object of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written, in seconds since 1970 UTC.
    pub modified: i64,
}

impl Bucket {
    /// Writes an object, or writes it anew.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable: the object may be there or not.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Bytes) -> Result<()> {
        let headers = [("content-type", content_type.to_owned())];
        self.call(S3Call { method: "PUT", key, query: &[], headers: &headers, body: bytes }).await?.done()?;
        Ok(())
    }

    /// An object, if it is there.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        let call = S3Call { method: "GET", key, query: &[], headers: &[], body: Bytes::new() };
        Ok(self.call(call).await?.found()?.map(|answer| answer.body))
    }

    /// The first `most` bytes of an object, if it is there; all if it has fewer.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable.
    pub async fn get_start(&self, key: &str, most: usize) -> Result<Option<Bytes>> {
        let headers = [("range", format!("bytes=0-{}", most.saturating_sub(1)))];
        let call = S3Call { method: "GET", key, query: &[], headers: &headers, body: Bytes::new() };
        let answer = self.call(call).await?;
        // An empty object has no range.
        if answer.status == 416 {
            return Ok(Some(Bytes::new()));
        }
        Ok(answer.found()?.map(|answer| answer.body))
    }

    /// The size of an object in bytes, if it is there.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable.
    pub async fn size(&self, key: &str) -> Result<Option<u64>> {
        let call = S3Call { method: "HEAD", key, query: &[], headers: &[], body: Bytes::new() };
        let answer = self.call(call).await?.found()?;
        answer.map(|answer| length(&answer).ok_or_else(|| Error::internal("storage: no size"))).transpose()
    }

    /// Deletes an object; it may be gone already.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable: the object may be gone or not.
    pub async fn delete(&self, key: &str) -> Result<()> {
        let call = S3Call { method: "DELETE", key, query: &[], headers: &[], body: Bytes::new() };
        self.call(call).await?.found()?;
        Ok(())
    }

    /// All objects whose keys begin with `prefix`, ordered by key.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable.
    pub async fn list(&self, prefix: &str) -> Result<Vec<StoredObject>> {
        let mut all = Vec::new();
        let mut token = None;
        loop {
            let mut query = vec![("encoding-type", "url"), ("list-type", "2"), ("prefix", prefix)];
            query.extend(token.iter().map(|token: &String| ("continuation-token", token.as_str())));
            let call = S3Call { method: "GET", key: "", query: &query, headers: &[], body: Bytes::new() };
            let page = self.call(call).await?.done()?.body;
            let rows = xml::each(&page, "Contents", ["Key", "Size", "LastModified"]);
            let rows = rows.ok_or_else(|| Error::internal("storage: no list"))?;
            all.extend(rows.into_iter().map(|[key, size, modified]| StoredObject {
                key: percent_decode_str(&key).decode_utf8_lossy().into_owned(),
                size: size.parse().unwrap_or_default(),
                modified: modified.parse::<Timestamp>().map(Timestamp::as_second).unwrap_or_default(),
            }));
            token = xml::first(&page, "NextContinuationToken").filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(all);
            }
        }
    }
}

fn length(answer: &S3Answer) -> Option<u64> {
    answer.headers.get("content-length")?.parse().ok()
}
