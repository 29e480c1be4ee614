//! Walking through customers, the one first who was not edited for the longest time.

use super::{CustomerQuery, CustomerRow};
use crate::Result;
use crate::model::{RelatedNames, Walk, Walked};
use crate::store::{Entry, Slice, Store, Window};

impl Walked for CustomerQuery {
    type Row = CustomerRow;

    async fn total(&self, store: &Store) -> Result<u64> {
        Ok(self.find(store, Slice { skip: 0, take: 0 }).await?.total)
    }

    async fn walk(&self, store: &Store) -> Result<Walk> {
        match self.unions() {
            Some(unions) => Walk::shortest(store, unions, Window::ALL).await,
            None => Ok(Walk::points(self.points(store).await?)),
        }
    }

    async fn rows(
        &self,
        store: &Store,
        entries: Vec<Entry>,
        _: &mut RelatedNames,
    ) -> Result<Vec<(u32, CustomerRow)>> {
        let customers = self.of_entries(store, &entries).await?;
        let ids: Vec<_> = customers.iter().map(|(id, _)| *id).collect();
        Ok(ids.into_iter().zip(CustomerRow::of(store, customers).await?).collect())
    }
}
