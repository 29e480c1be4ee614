//! Reading entries in order.

use super::{Entry, Listing, Order, Point, Position, Window};
use crate::Result;
use crate::store::key::Key;
use crate::store::table::Store;
use futures_util::future::try_join_all;

impl Store {
    /// All points of the union of `listings` in `window`, in order: for windows that are known to hold few. One round
    /// trip for every megabyte.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn all(&self, listings: &[Listing], window: Window, order: Order) -> Result<Vec<Entry>> {
        let (first, last) = window.positions();
        self.finished(listings, || self.merged(listings, first, last, order, None)).await
    }

    /// The `take` points of `listing` that come after a point, in ascending order: to walk through a listing whose points
    /// only move towards the newest end. The walk misses no point that moves meanwhile.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn after(&self, listing: &Listing, after: Option<Point>, take: u32) -> Result<Vec<Entry>> {
        let first = match after {
            Some(point) => point.position().checked_add(1),
            None => Some(0),
        };
        let Some(first) = first else { return Ok(Vec::new()) };
        self.entries(listing, first, Position::MAX, Order::Ascending, Some(u64::from(take))).await
    }

    /// The first entry of the union of `listings`, none of them deferred, in `window`. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn first(&self, listings: &[Listing], window: Window, order: Order) -> Result<Option<Entry>> {
        let (first, last) = window.positions();
        let entries = self.merged(listings, first, last, order, Some(1)).await?;
        Ok(entries.into_iter().next())
    }

    /// The entries of the union of `listings` from `first` to `last`, at most `limit` of them, in order.
    pub(super) async fn merged(
        &self,
        listings: &[Listing],
        first: Position,
        last: Position,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Entry>> {
        let read = |listing| {
            let store = self.branch();
            async move { store.entries(listing, first, last, order, limit).await }
        };
        let mut entries: Vec<_> =
            try_join_all(listings.iter().map(read)).await?.into_iter().flatten().collect();
        self.meter.join();
        entries.sort_unstable_by_key(|entry| entry.point.position());
        if order == Order::Descending {
            entries.reverse();
        }
        entries.truncate(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX));
        Ok(entries)
    }

    /// The entries of `listing` from `first` to `last`, at most `limit` of them, in order.
    pub(super) async fn entries(
        &self,
        listing: &Listing,
        first: Position,
        last: Position,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Entry>> {
        let (from, to) = between(first, last);
        self.query(Key::entries(listing.name()), from, to, order, limit, Entry::of_item).await
    }
}

/// Between which sort keys the entries from `first` to `last` stand.
pub(super) fn between(first: Position, last: Position) -> (String, String) {
    (format!("{first:016x}"), format!("{last:016x}"))
}
