//! Sums by group: counts, sums of weights and first points of all groups in a window.
//!
//! The nodes of all groups stand in one partition, half-year by half-year, so one query reads the counters of all groups in
//! the window. Its cost grows with the groups and the half-years, not with the points. The two edges of the window, parts
//! of slots of 18.2 hours, are summed up from their entries, each of which carries its group.
//!
//! Counters tell in which slot the first point of a group is, but not where in it. Groups are ordered by that slot. Only
//! for groups that share a slot with a group of the page the first point is looked up: each in its own listing if they are
//! few, else all at once among the entries of the slot.

use super::node::number;
use super::node::{Level, group_of};
use super::window::{Piece, cover};
use super::{Entry, Levels, Listing, Order, Position, Slice, Total, Window};
use crate::Result;
use crate::store::key::Key;
use crate::store::table::Store;
use futures_util::future::try_join_all;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Up to so many first points of a slot are looked up one by one; all entries of a slot are some units of 4 KB.
const FEW: usize = 8;

/// The points of a group in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupTotal {
    /// The group.
    pub group: u32,
    /// How many there are, and the sum of their weights.
    pub total: Total,
    /// The score of the first of them.
    pub first: u32,
}

/// Which groups come first. Those that are equal come by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupOrder {
    /// Whose first point is the latest.
    First,
    /// Whose weights have the highest sum.
    Sum,
    /// Who has the most points.
    Count,
}

/// One page of the groups that have points in a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupPage {
    /// How many groups there are on all pages.
    pub total: u64,
    /// The groups on this page.
    pub groups: Vec<GroupTotal>,
}

/// The sum of a group, whose first point may not be known exactly yet.
struct Sum {
    group: u32,
    total: Total,
    /// The positions between which the first point is; equal once it is known.
    first: (Position, Position),
}

impl GroupOrder {
    /// By what groups are sorted, with their ids.
    pub fn rank(self, total: Total, first: u32) -> Reverse<i128> {
        Reverse(match self {
            Self::First => first.into(),
            Self::Sum => total.sum,
            Self::Count => total.count.into(),
        })
    }
}

impl Store {
    /// A slice of the groups of `listing`, which has [`Levels::Groups`], that have points in `window`. `member` is the
    /// listing of the points of one group. At most three round trips.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn groups(
        &self,
        listing: &Listing,
        member: impl Fn(u32) -> Listing,
        window: Window,
        order: GroupOrder,
        slice: Slice,
    ) -> Result<GroupPage> {
        let mut sums = self.sums(listing, window).await?;
        let total = sums.len() as u64;
        sums.sort_by_key(|sum| (order.rank(sum.total, seconds(sum.first.0)), sum.group));
        let page = slice.of(&sums);
        let mut slots: BTreeMap<(Position, Position), Vec<u32>> =
            page.iter().map(|sum| (sum.first, Vec::new())).collect();
        slots.retain(|(first, last), _| first != last);
        // The order by first points is only known once those of all groups that share a slot are.
        let looked_up = if order == GroupOrder::First { sums.iter().collect() } else { page };
        for sum in looked_up {
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
            GroupTotal { group, total, first: seconds(first) }
        };
        let mut groups: Vec<_> = sums.into_iter().map(group).collect();
        groups.sort_by_key(|group| (order.rank(group.total, group.first), group.group));
        Ok(GroupPage { total, groups: slice.of(groups) })
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
        let nodes = self.query(Key::nodes(listing.name()), from, to, Order::Ascending, None, Ok).await?;
        // Only the sum of all shards of a node is a count: a point may be added on one shard and removed on another.
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
            // In reverse, so that the first point of a group overwrites the later ones.
            let firsts: BTreeMap<u32, Position> = entries
                .iter()
                .rev()
                .filter_map(|entry| Some((entry.group?, entry.point.position())))
                // Other groups have their first point in an earlier slot.
                .filter(|(group, _)| groups.contains(group))
                .collect();
            return Ok(firsts.into_iter().collect());
        }
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

/// The score of a position.
fn seconds(position: Position) -> u32 {
    u32::try_from(position >> 32).unwrap_or(u32::MAX)
}
