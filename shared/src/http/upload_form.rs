//! Forms with which browsers send files to the bucket.

use crate::bucket::PresignedPost;
use crate::time::Time;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A form in an answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(
    rename = "Upload",
    description = "用multipart/form-data把所有fields，最后是名为file的文件，发送到url；成功是204"
)]
pub struct UploadForm {
    /// 表单发送到的地址
    url: String,
    /// 表单的字段，一个也不能少
    fields: BTreeMap<&'static str, String>,
}

impl UploadForm {
    /// For how long it counts, in seconds.
    pub const COUNTS_FOR: u32 = 600;

    /// When one no longer counts that is made now.
    pub fn expires(now: Time) -> Time {
        Time(now.0.saturating_add(Self::COUNTS_FOR))
    }
}

impl From<PresignedPost> for UploadForm {
    fn from(PresignedPost { url, fields }: PresignedPost) -> Self {
        Self { url, fields }
    }
}
