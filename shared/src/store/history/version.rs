//! The items in which versions of an entity stand.

use super::ChangeAction;
use crate::Result;
use crate::store::author::Author;
use crate::store::entity::{Entity, Stored};
use crate::store::key::{ItemType, Key};
use crate::store::record::{Attributes, Raw, encode, written_by};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A version of an entity, or the mark of a restore.
#[derive(Debug, Clone, PartialEq)]
pub struct Version<T> {
    /// Its revision.
    pub revision: u32,
    /// The revision of the item in which it stands: 1 of a version that was replaced, until it is rewritten.
    pub item_revision: u32,
    /// Who wrote it; versions up to 0.2 of this program did not say.
    pub author: Option<Author>,
    /// The entity; of a mark nothing.
    pub value: Option<T>,
    /// By what and whom it was replaced; the action of versions up to 0.2 is not known. `None` is the entity as it is now.
    pub replaced: Option<(Option<ChangeAction>, Author)>,
}

/// The document of a version that was replaced.
#[derive(Serialize)]
struct ReplacedDocument<'a, T> {
    by: u32,
    at: Time,
    action: ChangeAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a T>,
}

/// The same as it is read: also without the value.
#[derive(Deserialize)]
pub struct ReplacedVersion<T> {
    by: ReplacedBy,
    at: Option<Time>,
    action: Option<ChangeAction>,
    #[serde(default = "Option::default")]
    value: Option<T>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ReplacedBy {
    Id(u32),
    /// Version 0.1 wrote the id, under a name of the application's, and the time here.
    Both(HashMap<String, u32>),
}

impl<T> ReplacedVersion<T> {
    /// Who replaced it.
    pub fn author(&self) -> Author {
        match &self.by {
            ReplacedBy::Id(by) => Author { by: *by, at: self.at.unwrap_or(Time(0)) },
            ReplacedBy::Both(both) => {
                let by = both.iter().find(|(name, _)| *name != "at").map_or(0, |(_, by)| *by);
                Author { by, at: Time(both.get("at").copied().unwrap_or(0)) }
            }
        }
    }
}

impl<T: Entity> Version<T> {
    /// The version that an item of an entity's partition is; `None` if it is none.
    pub fn of_item(raw: Raw) -> Result<Option<Self>> {
        let Some(key) = raw.key() else { return Ok(None) };
        if let Some(revision) = key.version_revision() {
            let record = raw.decode::<ReplacedVersion<T>>()?;
            let replaced = Some((record.value.action, record.value.author()));
            let (item_revision, author) = (record.revision, record.author);
            return Ok(Some(Self { revision, item_revision, author, value: record.value.value, replaced }));
        }
        if !matches!(key.item_type(), ItemType::Entity(..)) {
            return Ok(None);
        }
        let record = raw.decode::<T>()?;
        let (revision, author) = (record.revision, record.author);
        let value = Some(record.value);
        Ok(Some(Self { revision, item_revision: revision, author, value, replaced: None }))
    }
}

/// The item of a version that `author` replaces, in which `kept` is kept of it.
pub fn version_item<T: Entity>(
    old: &Stored<T>,
    kept: &T,
    action: ChangeAction,
    Author { by, at }: Author,
) -> Result<Attributes> {
    let document = ReplacedDocument { by, at, action, value: Some(kept) };
    let item = encode(&Key::version(T::KIND, old.id, old.record.revision), 1, &document, None)?;
    Ok(match old.record.author {
        Some(author) => written_by(item, author),
        None => item,
    })
}

/// The item that marks under `key` that an entity is restored.
pub fn restore_mark(key: &Key, Author { by, at }: Author) -> Result<Attributes> {
    let document = ReplacedDocument::<()> { by, at, action: ChangeAction::Restore, value: None };
    encode(key, 1, &document, None)
}
