//! Answers that went well, in the envelope.

use super::Page;
use crate::{Error, Result};
use serde::Serialize;
use serde_json::{Value, json};

/// What a handler answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply(Value);

impl Reply {
    /// `{"status":0,"data":…}`
    pub fn data(data: impl Serialize) -> Self {
        Self(json!({ "status": 0, "data": data }))
    }

    /// `{"status":0,"data":[…],"page_info":{"total":…,"page":…,"count":…}}`: the rows of one page and the
    /// total of all pages.
    pub fn list(rows: impl Serialize, total: u64, page: Page) -> Self {
        let Page { page, count } = page;
        Self(
            json!({ "status": 0, "data": rows, "page_info": { "total": total, "page": page, "count": count } }),
        )
    }

    /// `{"status":0,"msg":…}`
    pub fn done(message: &str) -> Self {
        Self(json!({ "status": 0, "msg": message }))
    }

    /// The same with `data`.
    pub fn with(mut self, data: impl Serialize) -> Self {
        if let Some(envelope) = self.0.as_object_mut() {
            envelope.insert("data".to_owned(), json!(data));
        }
        self
    }

    pub(super) fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map(Self).map_err(Error::internal)
    }

    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }
}
