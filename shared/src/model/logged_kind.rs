//! The kinds of what the log knows: those of records, and jobs.

use super::RecordKind;
use crate::jobs::Job;
use crate::store::{Entity, Kind};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A kind of what the log knows, which is called as in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedKind(RecordOrJob);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordOrJob {
    Record(RecordKind),
    Job,
}

/// What jobs are called.
const JOB: &str = "job";

impl LoggedKind {
    /// All of them by name.
    pub const NAMED: [(&str, Self); RecordKind::NAMED.len() + 1] = {
        let mut named = [(JOB, Self(RecordOrJob::Job)); RecordKind::NAMED.len() + 1];
        let mut rest: &mut [(&str, Self)] = &mut named;
        let mut records: &[(&str, RecordKind)] = &RecordKind::NAMED;
        while let ([place, places @ ..], [(name, kind), kinds @ ..]) = (rest, records) {
            *place = (*name, Self(RecordOrJob::Record(*kind)));
            (rest, records) = (places, kinds);
        }
        named
    };

    /// All of them.
    pub fn all() -> Vec<Self> {
        Self::NAMED.iter().map(|(_, kind)| *kind).collect()
    }

    /// As the table knows it.
    pub fn kind(self) -> Kind {
        match self.0 {
            RecordOrJob::Record(kind) => kind.kind(),
            RecordOrJob::Job => Job::KIND,
        }
    }

    /// The kind with this tag in the table.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::all().into_iter().find(|kind| kind.kind().tag() == tag)
    }
}

impl From<RecordKind> for LoggedKind {
    fn from(kind: RecordKind) -> Self {
        Self(RecordOrJob::Record(kind))
    }
}

impl JsonSchema for LoggedKind {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "LoggedKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Self::NAMED.map(|(name, _)| name) })
    }
}

impl Serialize for LoggedKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            RecordOrJob::Record(kind) => kind.serialize(serializer),
            RecordOrJob::Job => serializer.serialize_str(JOB),
        }
    }
}
