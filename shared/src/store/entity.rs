//! Entities: records with an id that stand in listings.

use super::author::Author;
use super::history::Title;
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

    /// The version of [`Entity::points`], which is kept beside every entity: one more when they come to have more listings
    /// that count. An entity of an older version is not counted in those until it is written again or
    /// [repaired](super::verify).
    const INDEX_VERSION: u32 = 0;

    /// The listings that it stands in, and where, as this index version has it: today's, or an older one.
    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)>;

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

    /// The guards that name whoever has its unique values: those of today, and of older versions; none if it has no such value.
    fn guards(&self) -> Vec<Key> {
        let values = self.unique_values();
        let former = self.former_values().into_iter().filter(|_| !values.is_empty());
        let mut keys: Vec<_> = values.iter().map(UniqueValue::key).collect();
        for key in former.map(|value| value.key()) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The points that older versions gave it in listings that count nothing: their entries may still be there until a
    /// [repair](super::verify). A write that changes the entity removes them.
    fn former_points(&self, _id: u32) -> Vec<(Listing, Point)> {
        Vec::new()
    }

    /// What people know it by, as the [log](super::history) keeps it.
    fn title(&self) -> Title;

    /// Who created it, and when, as far as it tells itself: for entities of older versions, which did not say so beside it.
    fn creation(&self) -> Option<Author> {
        None
    }

    /// Points in [uncounted](super::Levels::Uncounted) listings that stay when it leaves them, is edited or deleted.
    fn lasting_points(&self, _id: u32) -> Vec<(Listing, Point)> {
        Vec::new()
    }

    /// The addresses that stand in it, of whatever is not in the table.
    fn links(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The part of it that its entries in [projected](Listing::projected) listings carry, so that the entity need not be
    /// read: at most some hundred bytes, or nothing. Up to a kilobyte, key included, an entry costs the same to write.
    fn projection(&self) -> Option<String> {
        None
    }

    /// The same for [brief](Listing::brief) listings, whose entries are read by the thousand: with its key such an entry is
    /// best below 136 bytes, so that a capacity unit reads thirty.
    fn brief_projection(&self) -> Option<String> {
        self.projection()
    }
}

/// What the entries of an entity carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Projections {
    whole: Option<Arc<str>>,
    brief: Option<Arc<str>>,
}

impl Projections {
    /// Those of an entity.
    pub fn of<T: Entity>(entity: &T) -> Self {
        Self { whole: entity.projection().map(Arc::from), brief: entity.brief_projection().map(Arc::from) }
    }

    /// What the entry of a listing carries.
    pub fn of_listing(&self, listing: &Listing) -> Option<&Arc<str>> {
        match (listing.is_projected(), listing.is_brief()) {
            (false, _) => None,
            (true, false) => self.whole.as_ref(),
            (true, true) => self.brief.as_ref(),
        }
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
    /// The [index version](Entity::INDEX_VERSION) that it was written with.
    pub index_version: u32,
    /// Its fields, with the revision that an edit must still find.
    pub record: Record<T>,
}

impl<T> std::ops::Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record.value
    }
}
