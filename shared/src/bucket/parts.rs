//! Large objects, written in parts: nothing of one can be read before it is finished.

use super::calls::S3Call;
use super::{Bucket, xml};
use crate::{Error, Result};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// What the storage knows a written part by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartTag(String);

impl Bucket {
    /// Begins an object that is written in parts, and answers the upload's id. What is neither finished nor abandoned is deleted
    /// after a day, by the bucket's rules.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable.
    pub async fn begin_parts(&self, key: &str, content_type: &str) -> Result<String> {
        let headers = [("content-type", content_type.to_owned())];
        let call =
            S3Call { method: "POST", key, query: &[("uploads", "")], headers: &headers, body: Bytes::new() };
        let answer = self.call(call).await?.done()?;
        xml::first(&answer.body, "UploadId").ok_or_else(|| Error::internal("storage: no id of an upload"))
    }

    /// Writes a part, or writes it anew: `number` counts from 1 to 10,000, and all but the last have at least 5 MB.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable, [`Error::Internal`] if the upload is finished or abandoned.
    pub async fn put_part(&self, key: &str, upload: &str, number: u16, bytes: Bytes) -> Result<PartTag> {
        let number = number.to_string();
        let query = [("partNumber", number.as_str()), ("uploadId", upload)];
        let call = S3Call { method: "PUT", key, query: &query, headers: &[], body: bytes };
        let answer = self.call(call).await?.done()?;
        let tag = answer.headers.get("etag").ok_or_else(|| Error::internal("storage: no tag of a part"))?;
        Ok(PartTag(tag.to_owned()))
    }

    /// Makes the object of all its parts, which are in order and begin with number 1. Whoever does not get an answer looks whether
    /// the object [is there](Bucket::size): then it is done.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable, [`Error::Internal`] if the upload was finished or abandoned before.
    pub async fn finish_parts(&self, key: &str, upload: &str, parts: &[PartTag]) -> Result<()> {
        let part = |(number, PartTag(tag)): (usize, &PartTag)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
        };
        let parts: String = (1..).zip(parts).map(part).collect();
        let body = format!(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{parts}</CompleteMultipartUpload>"
        );
        let query = [("uploadId", upload)];
        let headers = [("content-type", "application/xml".to_owned())];
        let call = S3Call { method: "POST", key, query: &query, headers: &headers, body: body.into() };
        let answer = self.call(call).await?.done()?;
        // It may fail after the answer has begun as if all were well.
        match xml::first(&answer.body, "Code") {
            Some(code) => Err(Error::Busy(format!("storage: parts are not put together: {code}"))),
            None => Ok(()),
        }
    }

    /// Deletes what was written of an object that is not finished; it may be gone already.
    ///
    /// # Errors
    /// [`Error::Busy`] if the storage stays unreachable.
    pub async fn abandon_parts(&self, key: &str, upload: &str) -> Result<()> {
        let query = [("uploadId", upload)];
        let call = S3Call { method: "DELETE", key, query: &query, headers: &[], body: Bytes::new() };
        self.call(call).await?.found()?;
        Ok(())
    }
}
