//! Reading what happened to an entity.

use super::log::deletion_place;
use super::{Deleted, History, Version};
use crate::store::entity::Entity;
use crate::store::key::Key;
use crate::store::listing::Order;
use crate::store::record::{Attributes, Raw};
use crate::store::table::Store;
use crate::{Error, Result};

impl Store {
    /// Everything that happened to the entity `id`; `None` if there never was one. Two round trips; each four kilobytes of
    /// versions cost a unit.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer, [`Error::Internal`] if a version is not a `T`.
    pub async fn history<T: Entity>(&self, id: u32) -> Result<Option<History<T>>> {
        let history = History::of(id, self.versions(id).await?);
        Ok(Some(history).filter(|history| !history.values.is_empty()))
    }

    /// All versions of an entity, the oldest first.
    pub(in crate::store) async fn versions<T: Entity>(&self, id: u32) -> Result<Vec<Version<T>>> {
        let key = Key::entity(T::KIND, id);
        // The entity first: a version that is written meanwhile is then seen to be newer, and left out.
        let now = self.get_raw(std::slice::from_ref(&key)).await?.remove(&key);
        let now = now.map(Version::of_item).transpose()?.flatten();
        let mut versions = self.replaced(id, Order::Ascending, None).await?;
        if let Some(now) = now {
            versions.retain(|version: &Version<T>| version.revision < now.revision);
            versions.push(now);
        }
        Ok(versions)
    }

    /// The entity `id`, which was deleted. Two round trips.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there never was one, [`Error::NotDeleted`] if it is there, [`Error::Busy`] if the database
    /// does not answer.
    pub async fn deleted<T: Entity>(&self, id: u32) -> Result<Deleted<T>> {
        if self.entity::<T>(id).await?.is_some() {
            return Err(Error::NotDeleted(T::KIND));
        }
        let last = self.replaced::<T>(id, Order::Descending, Some(1)).await?.pop();
        let last = last.ok_or(Error::NotFound(T::KIND))?;
        // A mark without an entity: somebody has restored it meanwhile.
        let (Some(value), Some((_, author))) = (last.value, last.replaced) else { return Err(Error::Stale) };
        let (listing, point) = deletion_place(T::KIND, id, author);
        let entry = listing.entry(point);
        let is_in_trash = self.get_raw(std::slice::from_ref(&entry)).await?.contains_key(&entry);
        let (revision, item_revision) = (last.revision, last.item_revision);
        Ok(Deleted { id, value, revision, item_revision, author, is_in_trash })
    }

    async fn replaced<T: Entity>(
        &self,
        id: u32,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Version<T>>> {
        let [first, last] = [0, u32::MAX].map(|revision| Key::version(T::KIND, id, revision));
        let version = |item: Attributes| Version::of_item(Raw(item));
        let versions = self.query(first.p, first.s, last.s, order, limit, version).await?;
        Ok(versions.into_iter().flatten().collect())
    }
}
