//! Which kinds of entity a table has, and what follows from an entity of each.

use super::difference::Sides;
use crate::Result;
use crate::store::entity::{Entity, Projections, UniqueValue};
use crate::store::history::{History, Version};
use crate::store::key::{Kind, Unique};
use crate::store::listing::{Listing, ListingChange, Point};
use crate::store::record::Raw;

/// A kind of entity, as a recount knows it.
#[derive(Clone, Copy)]
pub struct EntityType {
    /// Its kind.
    pub(super) kind: Kind,
    /// What follows from an entity of that kind, of which id and item are given.
    pub(super) derive: fn(u32, Raw) -> Result<Derived>,
    /// What follows from its history, of which id and items are given: the versions, the oldest first.
    pub(super) derive_history: fn(u32, Vec<Raw>) -> Result<Vec<ListingChange>>,
}

impl EntityType {
    /// The kind of `T`.
    pub const fn of<T: Entity>() -> Self {
        Self { kind: T::KIND, derive: derive::<T>, derive_history: derive_history::<T> }
    }
}

/// What follows from an entity: its points, what its entries carry, its index version, and the values that belong to it.
pub(super) struct Derived {
    pub id: u32,
    pub points: Vec<(Listing, Point)>,
    pub projections: Projections,
    pub index_version: Sides<u32>,
    pub values: Vec<UniqueValue>,
    /// Values that it no longer has, whose guards may stay: see [`Entity::former_values`].
    pub given_up: Vec<UniqueValue>,
}

fn derive<T: Entity>(id: u32, raw: Raw) -> Result<Derived> {
    let index_version = Sides { expected: T::INDEX_VERSION, found: raw.index_version() };
    let entity: T = raw.decode()?.value;
    let (points, projections) = (entity.points(id, T::INDEX_VERSION), Projections::of(&entity));
    let (values, mut given_up) = (entity.unique_values(), entity.former_values());
    let has = |unique: Unique| values.iter().any(|value| value.unique == unique);
    given_up.retain(|value| !value.unique.is_shared() && !has(value.unique));
    Ok(Derived { id, points, projections, index_version, values, given_up })
}

fn derive_history<T: Entity>(id: u32, items: Vec<Raw>) -> Result<Vec<ListingChange>> {
    let versions: Result<Vec<_>> = items.into_iter().map(Version::<T>::of_item).collect();
    Ok(History::of(id, versions?.into_iter().flatten().collect()).entries())
}
