//! What a list of records shows: one by its id, or those that a query finds.

use super::projected::related;
use super::record_query::Sighting;
use super::{Projected, RecordQuery, RelatedNames, Walk, Walked};
use crate::Result;
use crate::store::{Entry, Point, Slice, Store};
use std::collections::HashMap;

/// What a list of records shows.
pub enum RecordList<T> {
    /// The record with this id, if there is one.
    One(u32),
    /// The records that a query finds.
    Found(RecordQuery<T>),
}

impl<T: Projected + Send + Sync> Walked for RecordList<T>
where
    T::Row: Send,
{
    type Row = T::Row;

    async fn total(&self, store: &Store) -> Result<u64> {
        match self {
            Self::One(id) => Ok(u64::from(store.entity::<T>(*id).await?.is_some())),
            Self::Found(query) => Ok(query.find(store, Slice { skip: 0, take: 0 }).await?.total),
        }
    }

    async fn walk(&self, store: &Store) -> Result<Walk> {
        match self {
            Self::One(id) => Ok(Walk::points(vec![Point::new(0, *id)])),
            Self::Found(query) => query.walk(store).await,
        }
    }

    /// Where an entry does not carry the whole record, that is read.
    async fn rows(
        &self,
        store: &Store,
        entries: Vec<Entry>,
        names: &mut RelatedNames,
    ) -> Result<Vec<(u32, T::Row)>> {
        let mut seen: Vec<(Entry, Option<T>)> = Vec::with_capacity(entries.len());
        for entry in entries {
            match self {
                Self::One(_) => seen.push((entry, None)),
                Self::Found(query) => match query.sight(&entry) {
                    Sighting::Whole(record) => seen.push((entry, Some(record))),
                    Sighting::Partial => seen.push((entry, None)),
                    Sighting::Other => {}
                },
            }
        }
        let partial: Vec<_> =
            seen.iter().filter(|(_, record)| record.is_none()).map(|(entry, _)| entry.point.id).collect();
        let read = store.entities::<T>(&partial).await?;
        let mut read: HashMap<_, _> =
            read.into_iter().map(|stored| (stored.id, stored.record.value)).collect();
        let mut records = Vec::with_capacity(seen.len());
        for (entry, record) in seen {
            let record = record.or_else(|| {
                let is_meant = |record: &T| match self {
                    Self::One(_) => true,
                    Self::Found(query) => query.finds(&entry, record),
                };
                read.remove(&entry.point.id).filter(is_meant)
            });
            records.extend(record.map(|record| (entry.point.id, record)));
        }
        names.complete(store, related(records.iter().map(|(_, record)| record))).await?;
        Ok(records.into_iter().map(|(id, record)| (id, record.row(id, names))).collect())
    }
}
