//! Reading entries in order.

use super::{Entry, Listing, Order, Point, Position, Window};
use crate::Result;
use crate::store::key::Key;
use crate::store::table::Store;
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

impl Store {
    /// All points of the union of `listings` in `window`, in order: for windows that are known to hold few. One round
    /// trip for every megabyte.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn all(&self, listings: &[Listing], window: Window, order: Order) -> Result<Vec<Entry>> {
        let (first, last) = window.positions();
        let read = |store: Self| async move { store.merged(listings, first, last, order, None).await };
        self.with_deferred(listings, read).await
    }

    /// The `take` points of the union of `listings`, none of them deferred, that come after a point, in ascending order: to walk
    /// through listings whose points only move towards the newest end, or into another of them there. The walk misses no point that moves meanwhile.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn after(&self, listings: &[Listing], after: Option<Point>, take: u32) -> Result<Vec<Entry>> {
        let first = match after {
            Some(point) => point.position().checked_add(1),
            None => Some(0),
        };
        let Some(first) = first else { return Ok(Vec::new()) };
        self.merged(listings, first, Position::MAX, Order::Ascending, Some(u64::from(take))).await
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
        let entries = try_join_all(listings.iter().map(read)).await?.concat();
        self.meter.join();
        Ok(sorted(entries, order, limit))
    }

    /// The entries of `listing` from `first` to `last`, at most `limit` of them, in order.
    pub(in crate::store) async fn entries(
        &self,
        listing: &Listing,
        first: Position,
        last: Position,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Entry>> {
        let (from, to) = between(first, last);
        let partition = Key::entries(listing.name());
        let mut deferred: BTreeMap<Position, Option<Entry>> = BTreeMap::new();
        for change in self.overlay.between(listing, first, last) {
            let entry = deferred.entry(change.point.position()).or_default();
            // A point that is removed and added with another weight has an entry.
            *entry = change.entry().or(entry.take());
        }
        if deferred.is_empty() {
            return self.query(partition, from, to, order, limit, Entry::of_item).await;
        }
        let more = limit.map(|limit| limit.saturating_add(deferred.len() as u64));
        let mut entries = self.query(partition, from, to, order, more, Entry::of_item).await?;
        entries.retain(|entry| !deferred.contains_key(&entry.point.position()));
        entries.extend(deferred.into_values().flatten());
        Ok(sorted(entries, order, limit))
    }
}

/// The first `limit` of the entries in this order. Entries at one position stand by the listing that they come from, in
/// ascending order as here: so one order is the other reversed, from whichever end a page is read.
fn sorted(mut entries: Vec<Entry>, order: Order, limit: Option<u64>) -> Vec<Entry> {
    entries.sort_by_key(|entry| entry.point.position());
    if order == Order::Descending {
        entries.reverse();
    }
    entries.truncate(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX));
    entries
}

/// Between which sort keys the entries from `first` to `last` stand.
pub(super) fn between(first: Position, last: Position) -> (String, String) {
    (format!("{first:016x}"), format!("{last:016x}"))
}
