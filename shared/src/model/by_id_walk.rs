//! Walking through what is listed by id.

use super::{ByIdQuery, ListedById, RelatedNames, Shown, Walk, Walked};
use crate::Result;
use crate::search::SearchProjection;
use crate::store::{Entry, Slice, Store, Window};

impl<T: ListedById + Shown> Walked for ByIdQuery<T> {
    type Row = T::Row;

    async fn total(&self, store: &Store) -> Result<u64> {
        Ok(self.find(store, Slice { skip: 0, take: 0 }).await?.total)
    }

    async fn walk(&self, store: &Store) -> Result<Walk> {
        match self.points() {
            Some(points) => Ok(Walk::points(points)),
            None => Walk::shortest(store, self.unions(), Window::ALL).await,
        }
    }

    async fn rows(
        &self,
        store: &Store,
        entries: Vec<Entry>,
        _: &mut RelatedNames,
    ) -> Result<Vec<(u32, T::Row)>> {
        let may_match = |entry: &Entry| {
            let projection = entry.projection.as_deref().and_then(SearchProjection::from_text);
            projection.is_none_or(|projection| self.has_names(&projection))
        };
        let ids: Vec<_> =
            entries.iter().filter(|entry| may_match(entry)).map(|entry| entry.point.id).collect();
        let mut entities = store.entities::<T>(&ids).await?;
        entities.retain(|entity| self.matches(entity));
        let ids: Vec<_> = entities.iter().map(|entity| entity.id).collect();
        Ok(ids.into_iter().zip(T::to_rows(store, entities, 0).await?).collect())
    }
}
