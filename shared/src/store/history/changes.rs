//! The changes of one entity, as they follow from its versions.

use super::version::Version;
use super::{Change, ChangeAction};
use crate::store::author::Author;
use crate::store::entity::Entity;
use crate::time::Time;

/// Everything that happened to an entity, the oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct History<T> {
    /// The entity.
    pub id: u32,
    /// What it was, one value for each version that was kept.
    pub values: Vec<T>,
    /// The changes, each of them later than the one before.
    pub changes: Vec<Change>,
}

impl<T: Entity> History<T> {
    /// What follows from the versions of an entity, the oldest first.
    pub(in crate::store) fn of(id: u32, versions: Vec<Version<T>>) -> Self {
        let mut history = Self { id, values: Vec::new(), changes: Vec::new() };
        let has_value: Vec<_> = versions.iter().map(|version| version.value.is_some()).collect();
        for (at, Version { revision, author, value, replaced, .. }) in versions.into_iter().enumerate() {
            if let Some(value) = value {
                if at == 0 {
                    let author = author.or_else(|| value.creation());
                    history.add(1, ChangeAction::Create, author.unwrap_or(Author::SYSTEM), 0);
                }
                history.values.push(value);
            }
            let Some((replaced, author)) = replaced else { continue };
            let next = has_value.get(at + 1);
            // Versions up to 0.2 did not write the action.
            let inferred = if next == Some(&true) { ChangeAction::Edit } else { ChangeAction::Delete };
            let action = replaced.unwrap_or(inferred);
            let count = history.values.len();
            let value = if action == ChangeAction::Delete { count.checked_sub(1) } else { Some(count) };
            // A version after which none is left, and which was not deleted, was read while somebody wrote.
            if let Some(value) = value.filter(|_| action == ChangeAction::Delete || next == Some(&true)) {
                history.add(revision.saturating_add(1), action, author, value);
            }
        }
        history
    }

    fn add(&mut self, revision: u32, action: ChangeAction, author: Author, value: usize) {
        // What older versions wrote within one second.
        let author = author.after(self.changes.last().map(|change| change.author));
        self.changes.push(Change { revision, action, author, value });
    }

    /// What the entity was after a change, or before the deletion.
    pub fn value(&self, change: &Change) -> Option<&T> {
        self.values.get(change.value)
    }

    /// What the entity was after the change that made this revision; `None` if there was no such change, or it deleted the
    /// entity.
    pub fn value_after(&self, revision: i64) -> Option<&T> {
        let change = self.changes.iter().find(|change| i64::from(change.revision) == revision)?;
        self.value(change).filter(|_| change.action != ChangeAction::Delete)
    }

    /// The last change, if it is a deletion.
    pub fn deletion(&self) -> Option<&Change> {
        self.changes.last().filter(|change| change.action == ChangeAction::Delete)
    }
}

impl Author {
    /// The same author, later than the change before.
    pub(in crate::store) fn after(self, before: Option<Self>) -> Self {
        let earliest = before.map_or(0, |before| before.at.0.saturating_add(1));
        Self { at: Time(self.at.0.max(earliest)), ..self }
    }
}
