//! Totals, pages and minima.

use super::node::Level;
use super::window::{Piece, Window, cover};
use super::{Levels, Listing, Order, Point, Position, Said};
use crate::store::Store;
use crate::store::key::Key;
use crate::store::record::Attributes;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::{try_join, try_join_all};
use std::collections::BTreeMap;

/// At most so many points are skipped by reading them; where more are to be skipped within a slot it is looked at more
/// finely, if the listing has a finer level. Some 250 bare entries are 2 RCU, as much as the finer slots are.
pub(in crate::store) const SKIP: u64 = 256;

/// Whoever has looked more finely already reads so many times as many points before it looks once more: each look is a
/// round trip. So one is enough where hundreds are dated to a day, on one second.
const ONCE_MORE: u64 = 6;

/// An entry of a covered listing is up to some eight times as large as a bare one.
const COVERED_WEIGHS: u64 = 8;

/// How many points, and the sum of their weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// The number of points.
    pub count: u64,
    /// The sum of their weights.
    pub sum: i128,
}

/// A point as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands, and the record's id.
    pub point: Point,
    /// In a listing of groups, which.
    pub group: Option<u32>,
    /// In a covered listing what the record says of itself, unless that is too long.
    pub covering: Option<String>,
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// How many points there are in the window.
    pub total: u64,
    /// The points on this page, in order.
    pub entries: Vec<Entry>,
}

impl Page {
    /// The points on this page, in order.
    pub fn points(&self) -> Vec<Point> {
        self.entries.iter().map(|entry| entry.point).collect()
    }

    /// The ids on this page, in order.
    pub fn ids(&self) -> Vec<u32> {
        self.entries.iter().map(|entry| entry.point.id).collect()
    }
}

/// Neighbouring positions with their total, and the levels that could tell more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub first: Position,
    pub last: Position,
    pub count: i128,
    pub sum: i128,
    pub finer: &'static [Level],
}

impl Segment {
    /// How many points there are after the first `skip`.
    pub fn after(self, skip: u64) -> u64 {
        u64::try_from(self.count).unwrap_or(0).saturating_sub(skip)
    }
}

impl Store {
    /// How many points of the union of `listings` are in `window`, and the sum of their weights. No two of the
    /// listings may share a point. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn total(&self, listings: &[Listing], window: Window) -> Result<Total> {
        Ok(total(&self.segments(listings, window).await?))
    }

    /// All points of the union of `listings` in `window`, in order: for those that are known to be few. One round
    /// trip for every megabyte.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn all(&self, listings: &[Listing], window: Window, order: Order) -> Result<Vec<Entry>> {
        let (first, last) = window.positions();
        self.finished(listings, || self.merged(listings, first, last, order, None)).await
    }

    /// The `take` points of `listing` that come after a point, in ascending order: to go through a listing in which
    /// points only move towards the newest end, so that none that moves meanwhile is missed.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn after(&self, listing: &Listing, after: Option<Point>, take: u32) -> Result<Vec<Entry>> {
        let first = match after {
            Some(point) => point.position().checked_add(1),
            None => Some(0),
        };
        let Some(first) = first else { return Ok(Vec::new()) };
        self.entries(listing, first, Position::MAX, Order::Ascending, Some(u64::from(take))).await
    }

    /// The points of the union of `listings` in `window` that come after the first `skip`, at most `take` of them,
    /// and the exact total. No two of the listings may share a point. At most four round trips, and two more where thousands
    /// stand in a slot that no level counts more finely.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn page(
        &self,
        listings: &[Listing],
        window: Window,
        order: Order,
        skip: u64,
        take: u32,
    ) -> Result<Page> {
        let (first, last) = window.positions();
        let mut segments = self.segments(listings, window).await?;
        let Total { count: total, .. } = total(&segments);
        if skip >= total || take == 0 {
            return Ok(Page { total, entries: Vec::new() });
        }
        // What entries carry is read when they are skipped, too.
        let covered = listings.iter().any(Listing::is_covered);
        let mut few = if covered { self.skip / COVERED_WEIGHS } else { self.skip };
        // The segment in which the page begins, ever smaller, and how many are to be skipped in it.
        let mut skip = skip;
        let mut begin = Segment { first, last, count: i128::from(total), sum: 0, finer: &[] };
        while let Some((segment, left)) = find(&segments, order, skip) {
            (begin, skip) = (segment, left);
            let nearest = skip.min(segment.after(skip));
            segments = match segment.finer.split_first() {
                Some((level, finer)) if nearest > few => {
                    let (from, to) = (level.slot(segment.first), level.slot(segment.last));
                    let slots = Piece::Slots { level: *level, finer, first: from, last: to };
                    few = few.saturating_mul(ONCE_MORE);
                    self.pieces(listings, vec![slots]).await?
                }
                None if nearest > self.crowd() => self.counted(listings, segment).await?,
                _ => break,
            };
        }
        let entries = self.rows(listings, (first, last), order, begin, skip, u64::from(take)).await?;
        Ok(Page { total, entries })
    }

    /// The `take` points after the first `skip` of the segment `begin`, in which the first of them stands; the window
    /// is from `first` to `last`. Within the segment they are counted from whichever of its ends is nearer.
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

    /// The first entry of the union of `listings`, none of them late, in `window`. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
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

    /// What `read` answers. What is still to be done for a late one of `listings` is looked for at the same time; where
    /// there is something, it is done and read again.
    pub(super) async fn finished<T, F: Future<Output = Result<T>>>(
        &self,
        listings: &[Listing],
        read: impl Fn() -> F,
    ) -> Result<T> {
        if !listings.iter().any(Listing::is_late) {
            return read().await;
        }
        let store = self.branch();
        let (answer, finished) = try_join(read(), store.finish_for(listings)).await?;
        self.meter.join();
        if finished { read().await } else { Ok(answer) }
    }

    /// The window, cut into segments.
    async fn segments(&self, listings: &[Listing], window: Window) -> Result<Vec<Segment>> {
        self.finished(listings, || self.counters(listings, window)).await
    }

    /// The window, cut into segments, without what is still to be done.
    pub(super) async fn counters(&self, listings: &[Listing], window: Window) -> Result<Vec<Segment>> {
        let (first, last) = window.positions();
        self.pieces(listings, cover(common_levels(listings), first, last)).await
    }

    /// The segments of `pieces` that have points, in ascending order. All queries are sent at once.
    async fn pieces(&self, listings: &[Listing], pieces: Vec<Piece>) -> Result<Vec<Segment>> {
        let pairs = listings.iter().flat_map(|listing| pieces.iter().map(move |piece| (listing, *piece)));
        let read = |(listing, piece)| {
            let store = self.branch();
            async move { store.piece(listing, piece).await }
        };
        let found = try_join_all(pairs.map(read)).await?;
        self.meter.join();
        // Slots have the same borders in every listing, so that those of a union add up; so do shards, and nodes of
        // several years that count in one slot.
        let mut segments: BTreeMap<Position, Segment> = BTreeMap::new();
        for segment in found.into_iter().flatten() {
            segments
                .entry(segment.first)
                .and_modify(|sum| {
                    sum.count += segment.count;
                    sum.sum += segment.sum;
                })
                .or_insert(segment);
        }
        Ok(segments.into_values().filter(|segment| segment.count != 0).collect())
    }

    async fn piece(&self, listing: &Listing, piece: Piece) -> Result<Vec<Segment>> {
        match piece {
            Piece::Entries(first, last) => {
                let entries = self.entries(listing, first, last, Order::Ascending, None).await?;
                let sum = entries.iter().map(|entry| i128::from(entry.point.weight)).sum();
                Ok(vec![Segment { first, last, count: entries.len() as i128, sum, finer: &[] }])
            }
            Piece::Slots { level, finer, first, last } => {
                let (from, to) = level.nodes(first, last);
                let counted = |node: Attributes| {
                    let mut segments = Vec::new();
                    let key =
                        node.get("s").and_then(|s| s.as_s().ok()).map(String::as_str).unwrap_or_default();
                    for (name, value) in &node {
                        let Some((slot, is_sum)) =
                            level.counted(key, name).filter(|(slot, _)| (first..=last).contains(slot))
                        else {
                            continue;
                        };
                        // A shard may have a sum without a count: where only a weight was changed.
                        let number = number(value)?;
                        let (count, sum) = if is_sum { (0, number) } else { (number, 0) };
                        segments.push(Segment {
                            first: level.first(slot),
                            last: level.last(slot),
                            count,
                            sum,
                            finer,
                        });
                    }
                    Ok(segments)
                };
                let nodes =
                    self.query(Key::nodes(listing), from, to, Order::Ascending, None, counted).await?;
                Ok(nodes.concat())
            }
        }
    }

    pub(super) async fn entries(
        &self,
        listing: &Listing,
        first: Position,
        last: Position,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Entry>> {
        let (from, to) = between(first, last);
        self.query(Key::entries(listing), from, to, order, limit, entry).await
    }
}

/// The levels that all of the listings have.
fn common_levels(listings: &[Listing]) -> &'static [Level] {
    listings.iter().map(|listing| listing.levels).min().unwrap_or(Levels::Uncounted).all()
}

pub(super) fn total(segments: &[Segment]) -> Total {
    let count: i128 = segments.iter().map(|segment| segment.count).sum();
    Total { count: u64::try_from(count).unwrap_or(0), sum: segments.iter().map(|segment| segment.sum).sum() }
}

/// The segment in which the point after the first `skip` stands, and how many are to be skipped within it.
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

/// Between which sort keys the entries from `first` to `last` stand.
pub(super) fn between(first: Position, last: Position) -> (String, String) {
    (format!("{first:016x}"), format!("{last:016x}"))
}

/// What an item says that stands for a point.
fn entry(mut item: Attributes) -> Result<Entry> {
    let key = item.get("s").and_then(|s| s.as_s().ok());
    let position = key.and_then(|key| u64::from_str_radix(key, 16).ok());
    let position = position.ok_or_else(|| Error::internal("an entry has no position"))?;
    let Said { weight, group, covering } = Said::found(&mut item)?;
    Ok(Entry { point: Point::at(position, weight), group, covering })
}

/// The integer in a counter or a weight.
pub(in crate::store) fn number(value: &AttributeValue) -> Result<i128> {
    let number = value.as_n().ok().and_then(|number| number.parse().ok());
    number.ok_or_else(|| Error::internal("a counter is no integer"))
}
