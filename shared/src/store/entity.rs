//! Entities: records with an id that stand in listings.

use super::key::{Kind, Unique};
use super::listing::{Listing, Point};
use super::record::Record;
use serde::{Serialize, de::DeserializeOwned};

/// A kind of record: what its model file declares, and all that [`Write`](super::Write) needs to keep every
/// listing and guard in step with it.
pub trait Entity: Serialize + DeserializeOwned {
    /// Which kind.
    const KIND: Kind;

    /// The listings that it stands in, and where.
    fn points(&self, id: u32) -> Vec<(Listing, Point)>;

    /// The values that no other live record of its kind may have.
    fn guards(&self) -> Vec<Guard<'_>>;
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
