//! The projections of many entities, read with few queries.

use super::{Listing, Order, Point};
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
        let read = |(first, last): (u32, u32)| {
            let store = self.branch();
            let position = |id| Point::new(id, id).position();
            async move { store.entries(listing, position(first), position(last), Order::Ascending, None).await }
        };
        let entries = try_join_all(runs(ids).into_iter().map(read)).await?;
        self.join();
        let wanted = entries.into_iter().flatten().filter(|entry| ids.contains(&entry.point.id));
        Ok(wanted.filter_map(|entry| Some((entry.point.id, entry.projection?))).collect())
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
