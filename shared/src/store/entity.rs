//! Entities: records with an id that stand in listings.

use super::key::{Key, Kind, Unique};
use super::listing::{Listing, Point};
use super::record::Record;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A kind of record: what its model file declares, and all that [`Write`](super::Write) needs to keep every
/// listing and guard in step with it.
pub trait Entity: Serialize + DeserializeOwned {
    /// Which kind.
    const KIND: Kind;

    /// The listings that it stands in, and where.
    fn points(&self, id: u32) -> Vec<(Listing, Point)>;

    /// The values that belong to it. Where the constraint is not a shared one, [`Write`](super::Write) guards them: no
    /// other entity can have them. Shared values are written with [`Write::share`](super::Write::share).
    fn unique_values(&self) -> Vec<UniqueValue> {
        Vec::new()
    }

    /// Its unique values as older versions compared them: their guards may still stand under these until a
    /// [repair](super::verify). A value of a constraint that [`Entity::unique_values`] no longer has keeps the guard that it
    /// has, if it is no shared one, but claims none.
    fn former_values(&self) -> Vec<UniqueValue> {
        Vec::new()
    }

    /// The points that older versions gave it in listings that count nothing: their entries may still be there until a
    /// [repair](super::verify). A write that changes the entity removes them.
    fn former_points(&self, _id: u32) -> Vec<(Listing, Point)> {
        Vec::new()
    }

    /// The part of it that its entries in [projected](Listing::projected) listings carry, so that the entity need not be
    /// read: at most some hundred bytes, or nothing. Up to a kilobyte, key included, an entry costs the same to write.
    fn projection(&self) -> Option<String> {
        None
    }

    /// Its names, which its entries in listings [of names](Listing::of_names) carry: what the rows of other records show of it. As
    /// short as can be, for many are read at once.
    fn names(&self) -> Option<String> {
        None
    }
}

/// What the entries of an entity carry, by the kind of listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct EntryTexts {
    projection: Option<Arc<str>>,
    names: Option<Arc<str>>,
}

impl EntryTexts {
    /// The texts of an entity.
    pub fn of<T: Entity>(entity: &T) -> Self {
        Self { projection: entity.projection().map(Arc::from), names: entity.names().map(Arc::from) }
    }

    /// The text that its entry in a listing carries.
    pub fn in_listing(&self, listing: &Listing) -> Option<Arc<str>> {
        let text = if listing.is_of_names() { &self.names } else { &self.projection };
        text.clone().filter(|_| listing.is_projected())
    }
}

/// A value under a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueValue {
    /// The constraint.
    pub unique: Unique,
    /// The value, in the form in which values are compared.
    pub value: String,
}

impl UniqueValue {
    /// The key of the guard of this value.
    pub fn key(&self) -> Key {
        Key::unique(self.unique, &self.value)
    }
}

/// The document of a guard: the entities that have its value. One where values are unique, at most a hundred where they are
/// shared. Of values that older versions told apart, several too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    pub(super) ids: Vec<u32>,
}

impl Holders {
    /// The most entities that may come to share a value.
    pub const MOST: usize = 100;
    /// The name of the ids in the document.
    pub(super) const IDS: &str = "ids";

    /// Whether an entity has the value.
    pub fn has(&self, id: u32) -> bool {
        self.ids.contains(&id)
    }

    /// The first holder, apart from `id`.
    pub fn other_than(&self, id: Option<u32>) -> Option<u32> {
        self.ids.iter().copied().find(|holder| Some(*holder) != id)
    }
}

/// An entity as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// Its id.
    pub id: u32,
    /// Its fields, with the revision that an edit must still find.
    pub record: Record<T>,
}

impl<T> std::ops::Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record.value
    }
}
