//! What an import has to know, and how far it is.

use serde::{Deserialize, Serialize};
use shared::jobs::Job;
use shared::model::{ChangesBy, OwnerLimit, RecordKind};
use shared::{Error, Result};

/// What an import has to know. The name of the file may be that of a person: it is kept no longer than the job is at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportParameters {
    /// The kind of its records.
    pub kind: RecordKind,
    /// The name of the file.
    pub name: String,
    /// How it is checked and saved.
    #[serde(default)]
    pub options: CheckOptions,
    /// By which rules it is saved.
    #[serde(default)]
    pub rules: Rules,
}

/// How a file is checked and saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOptions {
    /// The sheet, if it is not the first one.
    pub sheet: Option<String>,
    /// The field of each column, in their order, empty for what is left out; unless the headings tell.
    pub mapping: Option<Vec<String>>,
    /// What becomes of a row whose record is there already.
    pub on_duplicate: OnDuplicate,
}

/// What becomes of a row whose record is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnDuplicate {
    /// Nothing.
    #[default]
    Skip,
    /// The record becomes as the row says; what is empty in the row stays.
    Update,
    /// The row is refused.
    Refuse,
    /// A second record is made, where two may be the same.
    Create,
}

/// By which rules an import is saved: those of the stack when it began, for whoever goes on with it may not know them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Whether everybody may change everything.
    pub anyone: bool,
    /// How many visible customers an employee may own.
    pub owner_limit: OwnerLimit,
}

impl Rules {
    /// Those of a stack.
    pub fn new(changes_by: ChangesBy, owner_limit: OwnerLimit) -> Self {
        Self { anyone: changes_by == ChangesBy::Anyone, owner_limit }
    }

    /// By whom records are changed.
    pub fn changes_by(self) -> ChangesBy {
        if self.anyone { ChangesBy::Anyone } else { ChangesBy::Involved }
    }
}

/// How far an import is. It names nobody, and is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The step whose findings count, while it is checked; 0 once the file was split into rows.
    pub checked: Option<u32>,
    /// The row at which the next step goes on.
    pub row: u32,
    /// The attempts of steps that have left the fates of rows.
    pub fates: Vec<u32>,
    /// What it makes, once it is saved.
    pub made: Option<Made>,
    /// How far it is taken back.
    pub taken_back: Option<TakenBack>,
}

/// The ids of what an import makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// That of the first row's record.
    pub first: u32,
    /// So many rows there are.
    pub rows: u32,
    /// That of the first new organization.
    pub first_organization: u32,
    /// So many new organizations there are.
    pub organizations: u32,
}

/// How far an import is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// Who wants that.
    pub by: u32,
    /// So many of its ids were looked at.
    pub ids: u32,
    /// So many are left as they are.
    pub left: u32,
    /// The attempts of steps that have left the fates of records.
    pub fates: Vec<u32>,
}

impl ImportParameters {
    /// Those of a job.
    ///
    /// # Errors
    /// [`Error::Internal`] if it has none.
    pub fn of(job: &Job) -> Result<Self> {
        if job.parameters.is_empty() {
            // It has ended once, and is being taken back.
            let kind = super::KINDS.iter().find(|(name, _)| *name == job.of);
            let kind = kind.ok_or_else(|| Error::internal("a kind of record that cannot be imported"))?.1;
            return Ok(Self {
                kind,
                name: String::new(),
                options: CheckOptions::default(),
                rules: Rules::default(),
            });
        }
        serde_json::from_str(&job.parameters).map_err(Error::unreadable::<Self>)
    }

    /// They as a job keeps them.
    ///
    /// # Errors
    /// [`Error::Internal`] if they cannot be kept.
    pub fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

impl Cursor {
    /// That of a job.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be read.
    pub fn of(job: &Job) -> Result<Self> {
        if job.cursor.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(&job.cursor).map_err(Error::unreadable::<Self>)
    }

    /// It as a job keeps it.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be kept.
    pub fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}
