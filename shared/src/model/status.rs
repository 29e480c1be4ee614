//! Whether a record is in use.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Whether a record is in use: an employee who may sign in, a customer or an organization that is there. 0 and 1 in
/// requests and answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Status {
    /// 0: an employee whose sessions have ended, a customer who is hidden, an organization that was deleted.
    Disabled,
    /// 1
    #[default]
    Enabled,
}

impl Status {
    /// Whether it is in use.
    pub fn is_enabled(self) -> bool {
        self == Self::Enabled
    }
}

impl From<Status> for u8 {
    fn from(status: Status) -> Self {
        match status {
            Status::Disabled => 0,
            Status::Enabled => 1,
        }
    }
}

impl TryFrom<u8> for Status {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::Disabled),
            1 => Ok(Self::Enabled),
            _ => Err("a status is 0 or 1"),
        }
    }
}

impl JsonSchema for Status {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "enum": [0, 1] })
    }
}
