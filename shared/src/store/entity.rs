//! Entities: records with an id that stand in listings.

use super::key::{Key, Kind, Unique};
use super::listing::{Listing, Point};
use super::record::Record;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A kind of record: what its model file declares, and all that [`Write`](super::Write) needs to keep every
/// listing and guard in step with it.
pub trait Entity: Serialize + DeserializeOwned {
    /// Which kind.
    const KIND: Kind;

    /// The listings that it stands in, and where.
    fn points(&self, id: u32) -> Vec<(Listing, Point)>;

    /// The values that no other live record of its kind may have.
    fn guards(&self) -> Vec<Guard<'_>> {
        Vec::new()
    }

    /// Where the table keeps who has a value ([`Holders`]) that several records may have, if whoever writes them wants it
    /// so. The handler reads and writes that itself.
    fn shares(&self) -> Vec<Key> {
        Vec::new()
    }

    /// What its entries in [covered](Listing::covered) listings say of it, so that it need not be read: at most some
    /// hundred bytes, or nothing. Up to a kilobyte, key included, an entry costs the same to write.
    fn covering(&self) -> Option<String> {
        None
    }
}

/// The records that have a value: one where it is unique, perhaps several where it is shared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    pub(super) ids: Vec<u32>,
}

impl Holders {
    /// Somebody who has the value and is not `id`; who had it first.
    pub fn other_than(&self, id: Option<u32>) -> Option<u32> {
        self.ids.iter().copied().find(|holder| Some(*holder) != id)
    }
}

/// A value that must stay unique, and what to tell a caller who wants it although it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard<'a> {
    /// Unique among what.
    pub unique: Unique,
    /// The value.
    pub value: &'a str,
    /// The parameter that carries it.
    pub field: &'static str,
    /// What to say, in Chinese.
    pub message: &'static str,
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
