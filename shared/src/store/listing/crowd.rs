//! Crowds: more points than anybody wants to read one query after the other.
//!
//! A query answers a megabyte at most, and the next one can only begin where it ended. So whoever has to go through
//! tens of thousands of points cuts them into ranges that are looked at side by side. For all points of a listing its
//! counters say where to cut ([`Store::all_of_fewest`]); a slot that no level counts more finely is cut evenly between its
//! first and its last point ([`Store::counted`]). The latter happens in the index of names, whose slots are 3 days,
//! when a company that comes from another system enters all of its customers in an afternoon.

use super::read::{Segment, between, total};
use super::{Entry, Listing, Order, Position, Window};
use crate::Result;
use crate::store::Store;
use crate::store::key::Key;
use futures_util::future::{try_join, try_join_all};
use std::collections::HashSet;
use std::iter;

/// So many times what a page may skip is a crowd: a query of 2,048 entries that carry something is half a megabyte.
const CROWD: u64 = 8;

/// Into so many parts a slot is cut: so many calls are made at once.
const PARTS: u64 = 32;

impl Store {
    /// More points than this are not read one query after the other.
    pub(super) fn crowd(&self) -> u64 {
        self.skip.saturating_mul(CROWD).max(1)
    }

    /// All points of whichever of the unions has the fewest, the last of them first. No two listings of a union may
    /// share a point; between unions they may. Two round trips, however many there are, unless very many stand in one
    /// slot; they cost as many units as they are kilobytes, divided by four.
    ///
    /// A record whose point moves to the newest end meanwhile is answered once, where it stood or where it stands.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn all_of_fewest(&self, unions: &[Vec<Listing>]) -> Result<Vec<Entry>> {
        let listings = unions.concat();
        let read = || async {
            let counted = unions.iter().map(|union| {
                let store = self.branch();
                async move { store.counters(union, Window::ALL).await }
            });
            let counted = try_join_all(counted).await;
            self.meter.join();
            counted
        };
        let counted = self.finished(&listings, read).await?;
        let fewest = unions.iter().zip(counted).min_by_key(|(_, segments)| total(segments).count);
        let Some((union, segments)) = fewest else { return Ok(Vec::new()) };
        let groups = groups(&segments, self.crowd());
        let ranges = self.ranges(union, &groups).await?;
        let read = |(first, last)| {
            let store = self.branch();
            async move { store.merged(union, first, last, Order::Descending, None).await }
        };
        let mut entries = try_join_all(ranges.iter().rev().map(|range| read(*range))).await?.concat();
        self.meter.join();
        once(&mut entries);
        // A point that moves while ranges are read side by side may leave one before that is read, and come to the
        // newest after that was: then there are fewer than were counted.
        let last = groups.last().copied().unwrap_or_default();
        let newest = last.first().map_or(0, |segment| segment.first);
        let older = entries.iter().filter(|entry| entry.point.position() < newest).count() as u64;
        let counted = total(&segments).count;
        if older < counted.saturating_sub(total(last).count) || (entries.len() as u64) < counted {
            let newest = ranges.last().map(|range| read(*range));
            entries.splice(..0, try_join_all(newest).await?.concat());
            once(&mut entries);
        }
        Ok(entries)
    }

    /// All positions, cut into ranges: those of each group, and of a crowd its parts.
    async fn ranges(&self, listings: &[Listing], groups: &[&[Segment]]) -> Result<Vec<(Position, Position)>> {
        let cut = |group: &[Segment]| {
            let crowd = group.first().copied().filter(|segment| segment.after(0) > self.crowd());
            async move {
                match crowd {
                    Some(crowd) => self.parts(listings, crowd, crowd.after(0).div_ceil(self.crowd())).await,
                    None => Ok(Vec::new()),
                }
            }
        };
        let parts = try_join_all(groups.iter().map(|group| cut(group))).await?;
        self.meter.join();
        let firsts = groups.iter().filter_map(|group| group.first()).map(|segment| segment.first);
        let parts = parts.iter().map(|parts| parts.iter().skip(1).map(|(first, _)| *first));
        let begins = firsts.zip(parts).flat_map(|(first, parts)| iter::once(first).chain(parts));
        // What is before the first point or between two groups belongs to somebody, for points come.
        let begins: Vec<_> = iter::once(0).chain(begins.skip(1)).collect();
        let ends = begins.iter().skip(1).filter_map(|begin| begin.checked_sub(1)).chain([Position::MAX]);
        Ok(begins.iter().copied().zip(ends).collect())
    }

    /// The parts of a segment that no level counts more finely, counted now. Two round trips; they cost what
    /// reading the segment costs, but only numbers travel.
    pub(super) async fn counted(&self, listings: &[Listing], segment: Segment) -> Result<Vec<Segment>> {
        let parts = self.parts(listings, segment, PARTS).await?;
        self.meter.join();
        let count = |(first, last)| {
            let store = self.branch();
            async move {
                let (from, to) = between(first, last);
                let of = |listing| store.count(Key::entries(listing), from.clone(), to.clone());
                let counts = try_join_all(listings.iter().map(of)).await?;
                let count = counts.into_iter().map(i128::from).sum();
                Ok(Segment { first, last, count, sum: 0, finer: &[] })
            }
        };
        let counted = try_join_all(parts.into_iter().map(count)).await;
        self.meter.join();
        counted
    }

    /// What is between the first and the last point of a segment, cut into `parts` of like length.
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

/// Neighbouring segments that together are no crowd; one that is a crowd is alone.
fn groups(mut segments: &[Segment], crowd: u64) -> Vec<&[Segment]> {
    let mut groups = Vec::new();
    while !segments.is_empty() {
        let mut count = 0;
        let fits = |segment: &&Segment| {
            count += segment.after(0);
            count <= crowd
        };
        let (group, rest) = segments.split_at(segments.iter().take_while(fits).count().max(1));
        groups.push(group);
        segments = rest;
    }
    groups
}

/// Leaves of each record's entries the first.
fn once(entries: &mut Vec<Entry>) {
    let mut seen = HashSet::with_capacity(entries.len());
    entries.retain(|entry| seen.insert(entry.point.id));
}

/// The positions from `first` to `last` in at most so many parts of like length.
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
