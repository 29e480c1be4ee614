//! Finding what is listed by id: by ids, status and a part of its texts.

use super::Status;
use crate::Result;
use crate::search::{IdPage, SearchProjection, Searchable, by_name, fold, wanted_grams};
use crate::store::{Listing, Order, Point, Slice, Store, Stored, Window};
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// An entity that lists show by id: employees, organizations.
pub trait ListedById: Searchable {
    /// The order of lists.
    const ORDER: Order;

    /// Those with a status, by id.
    fn with_status(status: Status) -> Listing;

    /// Those with a status that have a gram, folded, in one of their texts, by id.
    fn with_gram(status: Status, gram: &str) -> Listing;

    /// Its status.
    fn status(&self) -> Status;
}

/// The conditions that an entity must meet, all of them.
#[derive(Debug, Clone)]
pub struct ByIdQuery<T> {
    ids: Option<BTreeSet<u32>>,
    /// A part of a text, folded, if one is asked for.
    names: Vec<String>,
    statuses: &'static [Status],
    of: PhantomData<T>,
}

impl<T: ListedById> ByIdQuery<T> {
    /// Entities among these ids, with this part of a text, with one of these statuses.
    pub fn new(ids: Option<BTreeSet<u32>>, name: Option<&str>, statuses: &'static [Status]) -> Self {
        Self { ids, names: name.map(fold).into_iter().collect(), statuses, of: PhantomData }
    }

    /// Whether it finds this entity.
    pub fn matches(&self, entity: &Stored<T>) -> bool {
        self.statuses.contains(&entity.status())
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&entity.id))
            && entity.search_projection().contains_all(&self.names)
    }

    /// Whether the part of a text that is asked for is in this projection.
    pub(super) fn has_names(&self, projection: &SearchProjection) -> bool {
        projection.contains_all(&self.names)
    }

    /// Where the entities stand that are asked for by id, if they are.
    pub(super) fn points(&self) -> Option<Vec<Point>> {
        Some(self.ids.as_ref()?.iter().map(|id| Point::new(*id, *id)).collect())
    }

    /// Unions in each of which all stand that it finds.
    pub(super) fn unions(&self) -> Vec<Vec<Listing>> {
        let listings = |listing: &dyn Fn(Status) -> Listing| {
            self.statuses.iter().map(|status| listing(*status)).collect::<Vec<_>>()
        };
        let grams = wanted_grams(&self.names);
        let unions: Vec<_> =
            grams.into_iter().map(|gram| listings(&|status| T::with_gram(status, gram))).collect();
        if unions.is_empty() { vec![listings(&T::with_status)] } else { unions }
    }

    /// A slice of the entities that it finds.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<IdPage> {
        let with_status: Vec<_> = self.statuses.iter().map(|status| T::with_status(*status)).collect();
        if let Some(ids) = &self.ids {
            return self.among(store, store.standing(&with_status, ids).await?, slice).await;
        }
        if !self.names.is_empty() {
            let listings =
                |gram: &str| self.statuses.iter().map(|status| T::with_gram(*status, gram)).collect();
            return by_name::<T>(store, &self.names, listings, T::ORDER, slice).await;
        }
        let page = store.page(&with_status, Window::ALL, T::ORDER, slice).await?;
        Ok(IdPage { total: page.total, ids: page.ids() })
    }

    /// Of these, whose status is right, those with the part of a text. Where one is asked for, they are read.
    async fn among(&self, store: &Store, ids: BTreeSet<u32>, slice: Slice) -> Result<IdPage> {
        let mut ids: Vec<_> = ids.into_iter().collect();
        if T::ORDER == Order::Descending {
            ids.reverse();
        }
        if !self.names.is_empty() {
            let entities = store.entities::<T>(&ids).await?;
            ids = entities.iter().filter(|it| self.matches(it)).map(|it| it.id).collect();
        }
        Ok(IdPage::of_all(&ids, slice))
    }
}
