//! The entries of many entities in listings by id, read with few queries.

use super::{Entry, Listing, Order, Point};
use crate::Result;
use crate::store::table::Store;
use futures_util::future::try_join_all;
use std::collections::{BTreeSet, HashMap};

/// A gap of up to so many entries is read along with the entries around it. A query costs a capacity unit at least, as much
/// as some forty entries of a hundred bytes.
const GAP: u32 = 40;

impl Store {
    /// The projections of the entities `ids`, by id, from a projected `listing` that is ordered by id. An id that does not
    /// stand in it is left out. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn projections(&self, listing: &Listing, ids: &BTreeSet<u32>) -> Result<HashMap<u32, String>> {
        let entries = self.entries_of(std::slice::from_ref(listing), ids).await?;
        Ok(entries.into_iter().filter_map(|entry| Some((entry.point.id, entry.projection?))).collect())
    }

    /// Those of the entities `ids` that stand in one of `listings`, which are ordered by id and not deferred. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn standing(&self, listings: &[Listing], ids: &BTreeSet<u32>) -> Result<BTreeSet<u32>> {
        Ok(self.entries_of(listings, ids).await?.into_iter().map(|entry| entry.point.id).collect())
    }

    async fn entries_of(&self, listings: &[Listing], ids: &BTreeSet<u32>) -> Result<Vec<Entry>> {
        let runs = runs(ids);
        let read = |(listing, (first, last)): (_, (u32, u32))| {
            let store = self.branch();
            let position = |id| Point::new(id, id).position();
            async move { store.entries(listing, position(first), position(last), Order::Ascending, None).await }
        };
        let pairs = listings.iter().flat_map(|listing| runs.iter().map(move |run| (listing, *run)));
        let entries = try_join_all(pairs.map(read)).await?;
        self.join();
        Ok(entries.into_iter().flatten().filter(|entry| ids.contains(&entry.point.id)).collect())
    }
}

/// The ids in as few runs as pay: the first and the last id of each.
fn runs(ids: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if id - *last <= GAP => *last = *id,
            _ => runs.push((*id, *id)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_read_together_and_those_far_apart_on_their_own() {
        assert_eq!(runs(&[].into()), []);
        assert_eq!(runs(&[1, 41, 81, 122, u32::MAX].into()), [(1, 81), (122, 122), (u32::MAX, u32::MAX)]);
    }
}
