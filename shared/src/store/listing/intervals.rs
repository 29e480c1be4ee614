//! Totals of neighbouring intervals, such as the months of a year.
//!
//! Their borders cut the coarsest slots in two. One half is counted more finely, the other is what is left of the slot. Where two
//! borders are near each other the halves between them are one stretch, and one query: of 31 days every second is read, and the
//! others are the differences.

use super::node::Level;
use super::segment::Segment;
use super::window::{Piece, Window, cover};
use super::{Listing, Order, Position, Total};
use crate::store::table::Store;
use crate::{Error, Result};
use futures_util::future::{try_join_all, try_join3};

/// Borders whose slots are at most so far apart are read in one stretch: what is read between them costs less than another query.
const NEAR: u64 = 2;

/// Positions from the first to the last, which are counted more finely than by the coarsest level.
type Stretch = (Position, Position);

impl Store {
    /// The totals of the points of `listing`, which is counted, in neighbouring intervals: each begins at one of `starts`, which
    /// ascend, and ends before the next; the last one ends at `to`. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer, [`Error::Internal`] if the listing is not counted.
    pub async fn totals(&self, listing: &Listing, starts: &[u32], to: u32) -> Result<Vec<Total>> {
        let begin = |start: &u32| Window { from: *start, to: *start }.positions().0;
        let end = Window { from: to, to }.positions().1.saturating_add(1);
        let borders: Vec<Position> = starts.iter().map(begin).chain([end]).collect();
        let listings = std::slice::from_ref(listing);
        let read = |store: Self| {
            let borders = borders.clone();
            async move { store.between_borders(listings, &borders).await }
        };
        self.with_deferred(listings, read).await
    }

    async fn between_borders(&self, listings: &[Listing], borders: &[Position]) -> Result<Vec<Total>> {
        let levels = listings.first().and_then(|listing| listing.levels().all().split_first());
        let Some((level, finer)) = levels else { return Err(Error::internal("a listing is not counted")) };
        let [Some(begin), Some(end)] = [borders.first(), borders.last()] else { return Ok(Vec::new()) };
        let (first, last) = (level.slot(*begin), level.slot(end.saturating_sub(1)));
        let slots = vec![Piece::Slots { level: *level, finer, first, last }];
        let stretches = stretches(*level, borders);
        let stretch = |(from, to): &Stretch| cover(finer, *from, *to);
        let (fine, single): (Vec<_>, Vec<_>) =
            stretches.iter().flat_map(stretch).partition(|piece| matches!(piece, Piece::Slots { .. }));
        let (for_slots, for_fine, for_single) = (self.branch(), self.branch(), self.branch());
        let (slots, mut fine, single) = try_join3(
            for_slots.pieces(listings, slots),
            for_fine.pieces(listings, fine),
            for_single.single_points(listings, single),
        )
        .await?;
        self.join();
        fine.extend(single);
        let read = Read { level: *level, stretches, slots, fine };
        let before: Vec<_> = borders.iter().map(|border| read.before(*border)).collect();
        Ok(before.windows(2).map(difference).collect())
    }

    /// The points of pieces that are not counted, each for itself: a border may be between any two.
    async fn single_points(&self, listings: &[Listing], pieces: Vec<Piece>) -> Result<Vec<Segment>> {
        let mut reads = Vec::new();
        for listing in listings {
            for piece in &pieces {
                let Piece::Entries(first, last) = *piece else { continue };
                let store = self.branch();
                reads.push(async move { store.entries(listing, first, last, Order::Ascending, None).await });
            }
        }
        let entries = try_join_all(reads).await?.concat();
        self.join();
        let segment = |position, weight: i64| Segment {
            first: position,
            last: position,
            count: 1,
            sum: weight.into(),
            finer: &[],
        };
        Ok(entries.iter().map(|entry| segment(entry.point.position(), entry.point.weight)).collect())
    }
}

/// What was read.
struct Read {
    level: Level,
    stretches: Vec<Stretch>,
    slots: Vec<Segment>,
    fine: Vec<Segment>,
}

/// Like a total, but a difference may be of anything.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    count: i128,
    sum: i128,
}

impl Read {
    /// The points before a border, from the first slot on.
    fn before(&self, border: Position) -> Sum {
        let slot = self.level.slot(border);
        let (first, last) = (self.level.first(slot), self.level.last(slot));
        let whole = sum(&self.slots, 0, first);
        if border == first {
            return whole;
        }
        // A slot is counted more finely from its beginning to its last border, or from its first border to its end.
        if self.stretches.iter().any(|(from, to)| (*from..=*to).contains(&first)) {
            return whole.plus(sum(&self.fine, first, border));
        }
        let next = last.saturating_add(1);
        let (slot, after) = (sum(&self.slots, first, next), sum(&self.fine, border, next));
        whole.plus(slot).plus(Sum { count: -after.count, sum: -after.sum })
    }
}

impl Sum {
    fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, sum: self.sum + other.sum }
    }
}

/// The sum of the segments that begin from `from` on and before `to`.
fn sum(segments: &[Segment], from: Position, to: Position) -> Sum {
    let within = segments.iter().filter(|segment| (from..to).contains(&segment.first));
    within.fold(Sum::default(), |sum, it| sum.plus(Sum { count: it.count, sum: it.sum }))
}

fn difference(borders: &[Sum]) -> Total {
    let [from, to] = borders else { return Total::default() };
    Total { count: u64::try_from(to.count - from.count).unwrap_or(0), sum: to.sum - from.sum }
}

/// What is to be counted more finely so that every border is known, from the coarsest slots and this.
fn stretches(level: Level, borders: &[Position]) -> Vec<Stretch> {
    // The borders within a slot, by slot.
    let mut cut: Vec<(u64, Vec<Position>)> = Vec::new();
    for border in borders.iter().filter(|border| **border != level.first(level.slot(**border))) {
        match cut.last_mut().filter(|(slot, _)| *slot == level.slot(*border)) {
            Some((_, borders)) => borders.push(*border),
            None => cut.push((level.slot(*border), vec![*border])),
        }
    }
    let (mut stretches, mut rest) = (Vec::new(), cut.as_slice());
    while let Some(((slot, borders), others)) = rest.split_first() {
        let [Some(first), Some(last)] = [borders.first(), borders.last()] else { break };
        let (begin, end) = (level.first(*slot), level.last(*slot));
        match others.first().filter(|(next, _)| next - slot <= NEAR) {
            Some((_, next)) => {
                let stretch = (*first, next.last().map_or(end, |border| border - 1));
                // Each part between two borders is counted for itself.
                add(&mut stretches, stretch, borders.iter().chain(next));
                rest = others.get(1..).unwrap_or_default();
            }
            None => {
                let is_left = last - begin <= end - first;
                let stretch = if is_left { (begin, last - 1) } else { (*first, end) };
                add(&mut stretches, stretch, borders.iter());
                rest = others;
            }
        }
    }
    stretches
}

/// Adds a stretch, cut at the borders.
fn add<'a>(stretches: &mut Vec<Stretch>, (first, to): Stretch, borders: impl Iterator<Item = &'a Position>) {
    let mut from = first;
    for border in borders.filter(|border| first < **border && **border <= to) {
        stretches.push((from, border - 1));
        from = *border;
    }
    stretches.push((from, to));
}
