//! Walking through customers, the one first who was not edited for the longest time.

use super::{Customer, CustomerQuery, CustomerRow};
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
        let ids: Vec<_> =
            entries.iter().filter(|entry| self.may_find(entry)).map(|entry| entry.point.id).collect();
        let mut customers = store.entities::<Customer>(&ids).await?;
        customers.retain(|customer| self.matches(customer));
        let rows = CustomerRow::of(store, &customers).await?;
        Ok(customers.iter().map(|customer| customer.id).zip(rows).collect())
    }
}
