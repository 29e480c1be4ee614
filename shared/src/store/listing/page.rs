//! Pages: any of them, with the exact total, at about the same cost.

use super::segment::{Segment, total};
use super::window::{Piece, Window};
use super::{Entry, Listing, Order, Point, Position, Total};
use crate::Result;
use crate::store::table::Store;
use futures_util::future::try_join;

/// After the first look at finer slots, so many times as many points are skipped by reading them: each look is a round trip.
/// So one look is enough where hundreds of records are dated to a day, on one second.
const SKIP_MORE_AFTER_A_LOOK: u64 = 8;

/// An entry with a projection is up to some eight times as large as a bare one.
const PROJECTED_ENTRY_SIZE: u64 = 8;

/// A part of an ordered set: at most `take` members, after the first `skip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// How many members come before it.
    pub skip: u64,
    /// The most members it has.
    pub take: u32,
}

impl Slice {
    /// This part of `all`.
    pub fn of<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX);
        all.into_iter().skip(skip).take(self.take as usize).collect()
    }
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryPage {
    /// How many points there are in the window.
    pub total: u64,
    /// The points on this page, in order.
    pub entries: Vec<Entry>,
}

impl EntryPage {
    /// The points on this page, in order.
    pub fn points(&self) -> Vec<Point> {
        self.entries.iter().map(|entry| entry.point).collect()
    }

    /// The ids on this page, in order.
    pub fn ids(&self) -> Vec<u32> {
        self.entries.iter().map(|entry| entry.point.id).collect()
    }
}

impl Store {
    /// A slice of the points of the union of `listings` in `window`, and the exact total. A point that several listings share
    /// is there once for each, in the order of `listings`. At most four round trips, and two more where thousands of points
    /// stand in a slot that no level counts more finely.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn page(
        &self,
        listings: &[Listing],
        window: Window,
        order: Order,
        slice: Slice,
    ) -> Result<EntryPage> {
        let read = |store: Self| async move { store.page_of(listings, window, order, slice).await };
        self.with_deferred(listings, read).await
    }

    async fn page_of(
        &self,
        listings: &[Listing],
        window: Window,
        order: Order,
        slice: Slice,
    ) -> Result<EntryPage> {
        let Slice { mut skip, take } = slice;
        let (first, last) = window.positions();
        let mut segments = self.segments(listings, window).await?;
        let Total { count: total, .. } = total(&segments);
        if skip >= total || take == 0 {
            return Ok(EntryPage { total, entries: Vec::new() });
        }
        // Projections are read along with the entries that are skipped.
        let projected = listings.iter().any(Listing::is_projected);
        let mut few = if projected { self.skip / PROJECTED_ENTRY_SIZE } else { self.skip };
        // The segment in which the page begins, ever smaller, and how many points are to be skipped in it.
        let mut begin = Segment { first, last, count: i128::from(total), sum: 0, finer: &[] };
        while let Some((segment, left)) = find(&segments, order, skip) {
            (begin, skip) = (segment, left);
            let nearest = skip.min(segment.after(skip));
            segments = match segment.finer.split_first() {
                Some((level, finer)) if nearest > few => {
                    let (from, to) = (level.slot(segment.first), level.slot(segment.last));
                    let slots = Piece::Slots { level: *level, finer, first: from, last: to };
                    few = few.saturating_mul(SKIP_MORE_AFTER_A_LOOK);
                    self.pieces(listings, vec![slots]).await?
                }
                None if nearest > self.dense_from() => self.count_parts(listings, segment).await?,
                _ => break,
            };
        }
        let entries = self.rows(listings, (first, last), order, begin, skip, u64::from(take)).await?;
        Ok(EntryPage { total, entries })
    }

    /// The `take` points after the first `skip` of the segment `begin`, in which the first of them stands; the window
    /// is from `first` to `last`. Within the segment the points are counted off from whichever end is nearer.
    async fn rows(
        &self,
        listings: &[Listing],
        (first, last): (Position, Position),
        order: Order,
        begin: Segment,
        skip: u64,
        take: u64,
    ) -> Result<Vec<Entry>> {
        let rest = begin.after(skip);
        let beyond = match order {
            Order::Ascending => begin.last.checked_add(1).map(|next| (next, last)),
            Order::Descending => begin.first.checked_sub(1).map(|next| (first, next)),
        };
        let entries = if skip <= rest {
            let (first, last) = match order {
                Order::Ascending => (begin.first, last),
                Order::Descending => (first, begin.last),
            };
            let mut entries =
                self.merged(listings, first, last, order, Some(skip.saturating_add(take))).await?;
            entries.drain(..entries.len().min(usize::try_from(skip).unwrap_or(usize::MAX)));
            entries
        } else {
            let (near, far) = (self.branch(), self.branch());
            let within = near.merged(listings, begin.first, begin.last, order.reversed(), Some(rest));
            let beyond = async {
                match beyond.filter(|(first, last)| take > rest && first <= last) {
                    Some((first, last)) => far.merged(listings, first, last, order, Some(take - rest)).await,
                    None => Ok(Vec::new()),
                }
            };
            let (mut within, beyond) = try_join(within, beyond).await?;
            self.meter.join();
            within.reverse();
            within.extend(beyond);
            within
        };
        Ok(entries.into_iter().take(usize::try_from(take).unwrap_or(usize::MAX)).collect())
    }
}

/// The segment in which the point after the first `skip` stands, and how many points are to be skipped within it.
fn find(segments: &[Segment], order: Order, skip: u64) -> Option<(Segment, u64)> {
    let mut skip = i128::from(skip);
    let mut visit = |segment: &Segment| {
        let here = skip < segment.count;
        if !here {
            skip -= segment.count;
        }
        here
    };
    let found = match order {
        Order::Ascending => segments.iter().find(|segment| visit(segment)),
        Order::Descending => segments.iter().rev().find(|segment| visit(segment)),
    }?;
    Some((*found, u64::try_from(skip).unwrap_or(0)))
}
