//! Walking through unions of listings, part by part.

use super::{Entry, Listing, Order, Point, Window};
use crate::Result;
use crate::store::table::Store;
use futures_util::future::try_join_all;

/// The fewest entries that are read of each listing of a union at once, unless fewer are wanted altogether.
const FEWEST: u32 = 64;

impl Store {
    /// The next points of the union of `listings` in `window` after a point, in ascending order: about `take`, and none at the
    /// end. Each listing is read about as far as it has a share in them. One round trip for every megabyte.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn walk(
        &self,
        listings: &[Listing],
        window: Window,
        after: Option<Point>,
        take: u32,
    ) -> Result<Vec<Entry>> {
        let (from, last) = window.positions();
        let next = match after {
            Some(point) => point.position().checked_add(1),
            None => Some(from),
        };
        let Some(first) = next.map(|next| next.max(from)).filter(|first| *first <= last) else {
            return Ok(Vec::new());
        };
        let share = take / u32::try_from(listings.len().max(1)).unwrap_or(u32::MAX);
        let limit = u64::from(share.max(FEWEST.min(take)));
        let read = |store: Self| async move {
            let read = |listing| {
                let store = store.branch();
                async move { store.entries(listing, first, last, Order::Ascending, Some(limit)).await }
            };
            let parts = try_join_all(listings.iter().map(read)).await?;
            store.join();
            // Beyond the last entry of a listing that has more, others may stand before its next.
            let has_more = parts.iter().filter(|part| part.len() as u64 >= limit);
            let end = has_more.filter_map(|part| Some(part.last()?.point.position())).min();
            let mut entries = parts.concat();
            entries.retain(|entry| end.is_none_or(|end| entry.point.position() <= end));
            entries.sort_by_key(|entry| entry.point.position());
            Ok(entries)
        };
        self.with_deferred(listings, read).await
    }
}
