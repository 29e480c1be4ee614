//! An entity that was deleted.

use crate::store::author::Author;
use crate::store::entity::{Entity, Stored};
use crate::store::key::Key;
use crate::store::record::Record;

/// An entity that was deleted, as it was last.
#[derive(Debug, Clone, PartialEq)]
pub struct Deleted<T> {
    /// Its id.
    pub id: u32,
    /// Its fields.
    pub value: T,
    /// Its last revision.
    pub(in crate::store) revision: u32,
    /// The revision of the item in which that is kept.
    pub(in crate::store) item_revision: u32,
    /// Who deleted it.
    pub(in crate::store) author: Author,
    /// Whether the trash has it. What older versions deleted gets there with the next repair.
    pub(in crate::store) is_in_trash: bool,
}

impl<T> Deleted<T> {
    /// The revision that it has once it is restored: those of the versions that are kept, and of the mark, are taken.
    pub(in crate::store) fn restored_revision(&self) -> u32 {
        self.revision.saturating_add(2)
    }
}

impl<T: Entity> Deleted<T> {
    /// Where the mark of its restore stands, right after its last version.
    pub(in crate::store) fn restore_mark_key(&self) -> Key {
        Key::version(T::KIND, self.id, self.revision.saturating_add(1))
    }
}

impl<T: Entity + Clone> Deleted<T> {
    /// The entity as it is once it is restored as it was.
    pub fn restored(&self) -> Stored<T> {
        let record = Record { revision: self.restored_revision(), author: None, value: self.value.clone() };
        Stored { id: self.id, index_version: T::INDEX_VERSION, record }
    }
}

impl<T> std::ops::Deref for Deleted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
