//! Adding up by groups: counts, sums and first points of all groups in a window.
//!
//! The nodes of all groups stand in one partition, half-year by half-year, so that one query reads the counters of all
//! groups in the window; what that costs grows with the groups and the half-years, not with the points. The two edges
//! of the window, parts of slots of 18.2 hours, are added up from their entries, each of which says its group.
//!
//! Counters tell in which slot the first point of a group is, but not when. Groups are ordered by that slot, and only
//! for those that share a slot with a group of the page it is looked up: each in a listing of its own where they are few,
//! else all at once among the entries of the slot.

use super::node::{Level, group_of};
use super::read::{Entry, Total, number};
use super::window::{Piece, cover};
use super::{Levels, Listing, Order, Position, Window};
use crate::Result;
use crate::store::Store;
use crate::store::key::Key;
use futures_util::future::try_join_all;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Up to so many first points in a slot are looked up one by one; the entries of a slot are some pages of 4 KB.
const FEW: usize = 8;

/// What a group has in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupTotal {
    /// The group.
    pub group: u32,
    /// How many points it has there, and what they weigh.
    pub total: Total,
    /// The score of the first of them.
    pub first: u32,
}

/// One page of the groups that have points in a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// How many groups there are on all pages.
    pub total: u64,
    /// Those on this page: the one with the latest first point first, of those with the same the lowest.
    pub groups: Vec<GroupTotal>,
}

/// A group of which it may not be known yet when its first point is.
struct Sum {
    group: u32,
    total: Total,
    /// Between which positions it is: the same where it is known.
    first: (Position, Position),
}

impl Store {
    /// The groups of `listing`, which has [`Levels::Groups`], that have points in `window`, after the first `skip` at most
    /// `take` of them. `member` is the listing of the points of one group. At most three round trips.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn groups(
        &self,
        listing: &Listing,
        member: impl Fn(u32) -> Listing,
        window: Window,
        skip: u64,
        take: u32,
    ) -> Result<Groups> {
        let mut sums = self.sums(listing, window).await?;
        let total = sums.len() as u64;
        sums.sort_by_key(|sum| Reverse(sum.first));
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let page = sums.iter().skip(skip).take(take as usize);
        let mut slots: BTreeMap<(Position, Position), Vec<u32>> =
            page.map(|sum| (sum.first, Vec::new())).collect();
        slots.retain(|(first, last), _| first != last);
        for sum in &sums {
            if let Some(groups) = slots.get_mut(&sum.first) {
                groups.push(sum.group);
            }
        }
        let found = try_join_all(
            slots.into_iter().map(|(slot, groups)| self.branch().firsts(listing, &member, slot, groups)),
        );
        let firsts: BTreeMap<u32, Position> = found.await?.into_iter().flatten().collect();
        self.join();
        let group = |Sum { group, total, first }: Sum| {
            let first = firsts.get(&group).copied().unwrap_or(first.0);
            GroupTotal { group, total, first: u32::try_from(first >> 32).unwrap_or(u32::MAX) }
        };
        let mut groups: Vec<_> = sums.into_iter().map(group).collect();
        groups.sort_by_key(|group| (Reverse(group.first), group.group));
        Ok(Groups { total, groups: groups.into_iter().skip(skip).take(take as usize).collect() })
    }

    /// All groups with points in the window.
    async fn sums(&self, listing: &Listing, window: Window) -> Result<Vec<Sum>> {
        let (first, last) = window.positions();
        let read = |piece| {
            let store = self.branch();
            async move { store.sums_of(listing, piece).await }
        };
        let pieces = try_join_all(cover(Levels::Groups.all(), first, last).into_iter().map(read)).await?;
        self.join();
        let mut sums: BTreeMap<u32, Sum> = BTreeMap::new();
        for Sum { group, total, first } in pieces.into_iter().flatten() {
            let sum = sums.entry(group).or_insert(Sum { group, total: Total::default(), first });
            sum.total.count += total.count;
            sum.total.sum += total.sum;
            sum.first = sum.first.min(first);
        }
        Ok(sums.into_values().collect())
    }

    async fn sums_of(&self, listing: &Listing, piece: Piece) -> Result<Vec<Sum>> {
        match piece {
            Piece::Entries(first, last) => {
                let entries = self.entries(listing, first, last, Order::Ascending, None).await?;
                let sum = |entry: &Entry| {
                    let (position, sum) = (entry.point.position(), i128::from(entry.point.weight));
                    let total = Total { count: 1, sum };
                    Some(Sum { group: entry.group?, total, first: (position, position) })
                };
                Ok(entries.iter().filter_map(sum).collect())
            }
            Piece::Slots { level, first, last, .. } => {
                self.slots_of_groups(listing, level, first, last).await
            }
        }
    }

    async fn slots_of_groups(
        &self,
        listing: &Listing,
        level: Level,
        first: u64,
        last: u64,
    ) -> Result<Vec<Sum>> {
        let (from, to) = level.nodes(first, last);
        let nodes = self.query(Key::nodes(listing), from, to, Order::Ascending, None, Ok).await?;
        // The shards of a node count together: one of them may have what another has given up.
        let mut slots: BTreeMap<(u32, u64), (i128, i128)> = BTreeMap::new();
        for node in &nodes {
            let key = node.get("s").and_then(|s| s.as_s().ok()).map(String::as_str).unwrap_or_default();
            let Some(group) = group_of(key) else { continue };
            for (name, value) in node {
                let Some((slot, is_sum)) = level.counted(key, name) else { continue };
                if !(first..=last).contains(&slot) {
                    continue;
                }
                let (count, sum) = slots.entry((group, slot)).or_default();
                *(if is_sum { sum } else { count }) += number(value)?;
            }
        }
        let sum = |((group, slot), (count, sum))| {
            let count = u64::try_from(count).ok().filter(|count| *count > 0)?;
            Some(Sum { group, total: Total { count, sum }, first: (level.first(slot), level.last(slot)) })
        };
        Ok(slots.into_iter().filter_map(sum).collect())
    }

    /// The first points of `groups`, all of them in one slot.
    async fn firsts(
        self,
        listing: &Listing,
        member: &impl Fn(u32) -> Listing,
        (first, last): (Position, Position),
        groups: Vec<u32>,
    ) -> Result<Vec<(u32, Position)>> {
        if groups.len() > FEW {
            let entries = self.entries(listing, first, last, Order::Ascending, None).await?;
            // In reverse, so that the first one is entered last.
            let firsts: BTreeMap<u32, Position> = entries
                .iter()
                .rev()
                .filter_map(|entry| Some((entry.group?, entry.point.position())))
                // The others have their first point in an earlier slot.
                .filter(|(group, _)| groups.contains(group))
                .collect();
            return Ok(firsts.into_iter().collect());
        }
        let seconds = |position: Position| u32::try_from(position >> 32).unwrap_or(u32::MAX);
        let window = Window { from: seconds(first), to: seconds(last) };
        let look_up = |group| {
            let (store, listing) = (self.branch(), [member(group)]);
            async move {
                let entry = store.first(&listing, window, Order::Ascending).await?;
                Ok::<_, crate::Error>(entry.map(|entry| (group, entry.point.position())))
            }
        };
        let firsts = try_join_all(groups.into_iter().map(look_up)).await?;
        Ok(firsts.into_iter().flatten().collect())
    }
}
