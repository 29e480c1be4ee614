//! Dense slots: more points than anybody wants to read one query after the other.
//!
//! A query answers a megabyte at most, and the next one can only begin where it ended. So whoever reads tens of thousands of
//! points cuts them into ranges that are read side by side. To read all points of a listing, its counters say where to cut
//! ([`Store::all_of_fewest`]). A dense slot that no level counts more finely is cut evenly between its first and its last
//! point ([`Store::count_parts`]). That happens in the index of names, whose slots are 3 days, when a company that comes from
//! another system enters all of its people in an afternoon.

use super::entries::between;
use super::segment::{Segment, total};
use super::{Entry, Listing, Order, Position, Window};
use crate::Result;
use crate::store::key::Key;
use crate::store::table::Store;
use futures_util::future::{try_join, try_join_all};
use std::collections::HashSet;
use std::iter;

/// A slot is dense from so many times the points on that a page may skip: a query of 2,048 entries with projections is half
/// a megabyte.
const DENSE_FACTOR: u64 = 8;

/// The parts that a dense slot is cut into: as many as calls are made at once.
const PARTS: u64 = 32;

impl Store {
    /// More points than this are dense: they are not read one query after the other.
    pub(super) fn dense_from(&self) -> u64 {
        self.skip.saturating_mul(DENSE_FACTOR).max(1)
    }

    /// All points of the union that has the fewest in its window, the last of them first. No two listings of one union may
    /// share a point. Two round trips, however many points there are, unless a slot is dense. Each four kilobytes of points cost a
    /// unit.
    ///
    /// A record whose point moves to the newest end meanwhile is answered once, at its old position or at its new one.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn all_of_fewest(&self, unions: &[(Vec<Listing>, Window)]) -> Result<Vec<Entry>> {
        let unions: Vec<_> = unions.iter().map(|(union, window)| (union.clone(), *window, 1)).collect();
        self.all_of_cheapest(&unions).await
    }

    /// As [`Store::all_of_fewest`], where each union has a cost: how much more a point of it costs than one of another. That is
    /// what is still to be done for a point that was read.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn all_of_cheapest(&self, unions: &[(Vec<Listing>, Window, u64)]) -> Result<Vec<Entry>> {
        let listings: Vec<_> = unions.iter().flat_map(|(union, ..)| union).cloned().collect();
        let read = |store: Self| async move { store.cheapest(unions).await };
        self.with_deferred(&listings, read).await
    }

    async fn cheapest(&self, unions: &[(Vec<Listing>, Window, u64)]) -> Result<Vec<Entry>> {
        let counted = unions.iter().map(|(union, window, _)| {
            let store = self.branch();
            async move { store.segments(union, *window).await }
        });
        let counted = try_join_all(counted).await?;
        self.meter.join();
        let cost =
            |(_, _, cost): &(_, _, u64), segments: &[Segment]| total(segments).count.saturating_mul(*cost);
        let cheapest = unions.iter().zip(counted).min_by_key(|(union, segments)| cost(union, segments));
        let Some(((union, window, _), segments)) = cheapest else { return Ok(Vec::new()) };
        let groups = groups(&segments, self.dense_from());
        let ranges = self.ranges(union, *window, &groups).await?;
        let read = |(first, last)| {
            let store = self.branch();
            async move { store.merged(union, first, last, Order::Descending, None).await }
        };
        let mut entries = try_join_all(ranges.iter().rev().map(|range| read(*range))).await?.concat();
        self.meter.join();
        dedup(&mut entries);
        // Ranges are read side by side. A point that moves meanwhile may leave its range before that is read, and reach
        // the newest range after that was read. Then there are fewer points than were counted: the newest range is read
        // once more.
        let last = groups.last().copied().unwrap_or_default();
        let newest = last.first().map_or(0, |segment| segment.first);
        let older = entries.iter().filter(|entry| entry.point.position() < newest).count() as u64;
        let counted = total(&segments).count;
        if older < counted.saturating_sub(total(last).count) || (entries.len() as u64) < counted {
            let newest = ranges.last().map(|range| read(*range));
            entries.splice(..0, try_join_all(newest).await?.concat());
            dedup(&mut entries);
        }
        Ok(entries)
    }

    /// All positions of the window, cut into ranges: one for each group, and for a dense segment its parts.
    async fn ranges(
        &self,
        listings: &[Listing],
        window: Window,
        groups: &[&[Segment]],
    ) -> Result<Vec<(Position, Position)>> {
        let cut = |group: &[Segment]| {
            let dense = group.first().copied().filter(|segment| segment.after(0) > self.dense_from());
            async move {
                match dense {
                    Some(dense) => {
                        self.parts(listings, dense, dense.after(0).div_ceil(self.dense_from())).await
                    }
                    None => Ok(Vec::new()),
                }
            }
        };
        let parts = try_join_all(groups.iter().map(|group| cut(group))).await?;
        self.meter.join();
        let firsts = groups.iter().filter_map(|group| group.first()).map(|segment| segment.first);
        let parts = parts.iter().map(|parts| parts.iter().skip(1).map(|(first, _)| *first));
        let begins = firsts.zip(parts).flat_map(|(first, parts)| iter::once(first).chain(parts));
        // Every position is in a range, also before the first point and between two groups: a new point may come there.
        let (from, to) = window.positions();
        let begins: Vec<_> = iter::once(from).chain(begins.skip(1)).collect();
        let ends = begins.iter().skip(1).filter_map(|begin| begin.checked_sub(1)).chain([to]);
        Ok(begins.iter().copied().zip(ends).collect())
    }

    /// Cuts a segment that no level counts more finely into parts and counts their points. Two round trips. It costs as many
    /// units as reading the segment, but only numbers travel.
    pub(super) async fn count_parts(&self, listings: &[Listing], segment: Segment) -> Result<Vec<Segment>> {
        let parts = self.parts(listings, segment, PARTS).await?;
        self.meter.join();
        let count = |(first, last)| {
            let store = self.branch();
            async move {
                let (from, to) = between(first, last);
                let of =
                    |listing: &Listing| store.count(Key::entries(listing.name()), from.clone(), to.clone());
                let counts = try_join_all(listings.iter().map(of)).await?;
                let count = counts.into_iter().map(i128::from).sum();
                Ok(Segment { first, last, count, sum: 0, finer: &[] })
            }
        };
        let counted = try_join_all(parts.into_iter().map(count)).await;
        self.meter.join();
        counted
    }

    /// The positions between the first and the last point of a segment, cut into `parts` of equal length.
    async fn parts(
        &self,
        listings: &[Listing],
        segment: Segment,
        parts: u64,
    ) -> Result<Vec<(Position, Position)>> {
        let end = |order| {
            let store = self.branch();
            async move { store.merged(listings, segment.first, segment.last, order, Some(1)).await }
        };
        let (first, last) = try_join(end(Order::Ascending), end(Order::Descending)).await?;
        let ends = first.first().zip(last.first());
        Ok(ends.map_or(Vec::new(), |(first, last)| cut(first.point.position(), last.point.position(), parts)))
    }
}

/// Neighbouring segments in groups of at most `dense` points together; a segment with more is a group alone.
fn groups(mut segments: &[Segment], dense: u64) -> Vec<&[Segment]> {
    let mut groups = Vec::new();
    while !segments.is_empty() {
        let mut count = 0;
        let fits = |segment: &&Segment| {
            count += segment.after(0);
            count <= dense
        };
        let (group, rest) = segments.split_at(segments.iter().take_while(fits).count().max(1));
        groups.push(group);
        segments = rest;
    }
    groups
}

/// Keeps the first entry of each record.
fn dedup(entries: &mut Vec<Entry>) {
    let mut seen = HashSet::with_capacity(entries.len());
    entries.retain(|entry| seen.insert(entry.point.id));
}

/// The positions from `first` to `last` in at most so many parts of equal length.
fn cut(first: Position, last: Position, parts: u64) -> Vec<(Position, Position)> {
    let length = (last - first) / parts;
    let begins = iter::successors(Some(first), |begin| begin.checked_add(length)?.checked_add(1));
    begins
        .take_while(|begin| *begin <= last)
        .map(|begin| (begin, begin.saturating_add(length).min(last)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_few_and_join_without_gap_or_overlap(a: u64, b: u64, parts in 1u64..100) {
            let (first, last) = (a.min(b), a.max(b));
            for last in [last, first, first.saturating_add(parts)] {
                let cut = cut(first, last, parts);
                prop_assert!(!cut.is_empty() && cut.len() as u64 <= parts);
                prop_assert!(cut.len() > 1 || parts == 1 || first == last);
                prop_assert_eq!((cut[0].0, cut[cut.len() - 1].1), (first, last));
                prop_assert!(cut.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
            }
        }
    }
}
