//! What a change is.

use crate::store::author::Author;
use serde::{Deserialize, Serialize};

/// What a write did to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeAction {
    /// It is new.
    Create,
    /// Somebody changed it.
    Edit,
    /// Somebody deleted it.
    Delete,
    /// Somebody brought it back.
    Restore,
    /// The system gave it the new name of something that it belongs to.
    Rename,
}

/// What people know an entity by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// A name, or what comes after the name of somebody else.
    #[serde(rename = "t")]
    pub text: String,
    /// The entity of some kind whose name comes first, by id.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
}

impl Title {
    /// This name.
    pub fn new(name: &str) -> Self {
        Self { text: name.to_owned(), of: None }
    }

    /// The first of these names that is not empty.
    pub fn first_of<'a>(names: impl IntoIterator<Item = &'a String>) -> Self {
        Self::new(names.into_iter().find(|name| !name.is_empty()).map_or("", |name| name))
    }
}

/// A change of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The revision of the entity after it; one more for a deletion.
    pub revision: u32,
    /// What was done.
    pub action: ChangeAction,
    /// Who did it, and when. Nobody at 1970 where an older version did not write it down.
    pub author: Author,
    /// Which of the [`History::values`](super::History::values) it was after the change, or before the deletion.
    pub value: usize,
}
