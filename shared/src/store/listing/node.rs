//! Nodes: items of counters.

use super::{Levels, Listing, Point, Position};
use crate::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::BTreeMap;

/// One level of counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The first character of its nodes' sort keys.
    tag: char,
    /// A slot is 2^shift positions.
    shift: u32,
    /// A node is 2^bits slots.
    bits: u32,
    /// Hex digits of a node's number.
    digits: usize,
    /// Whether a node may also count in slots before its own. Its counters then have names of three characters, which
    /// tell the slot without the node.
    moving: bool,
}

/// The names of a node's counters, one for each of its slots: as short as can be, since names are half of what reading
/// a node costs, and neither `p` nor `s`, which are the keys.
const NAMES: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnoqrtuvwxyz+-=_";

/// From coarse to fine. A position has 64 bits: 16 tell the coarse slot, 27 the fine one, 56 the block.
///
/// The shifts make reading cheapest, in round trips first and then in bytes. All the fine slots of a coarse one are at most
/// 8.5 KB. All the blocks of a fine one are some kilobytes, even with thirty points a second whose ids lie far apart. A
/// block or a fine slot of less than a few hundred points is skipped entry by entry.
const LEVELS: [Level; 3] = [
    Level { tag: 'c', shift: 48, bits: 6, digits: 3, moving: false },
    Level { tag: 'f', shift: 37, bits: 6, digits: 6, moving: false },
    Level { tag: 'b', shift: 8, bits: 6, digits: 13, moving: false },
];

/// A slot is 3 days, a node 388 days and, with a number in every slot, 750 bytes: one kilobyte is what a write pays for.
const MOVING: [Level; 1] = [Level { tag: 'm', shift: 50, bits: 7, digits: 2, moving: true }];

/// A slot is 2.3 hours, a node 6 days. Both edges of a window are some hundreds of entries where a million stand in two years,
/// and all counters of a year are 4 RCU.
const HOURS: [Level; 1] = [Level { tag: 'h', shift: 45, bits: 6, digits: 4, moving: false }];

/// A slot is 18.2 hours, a node half a year of one group.
const GROUPS: [Level; 1] = [Level { tag: 'g', shift: 48, bits: 8, digits: 2, moving: false }];

impl Levels {
    /// From coarse to fine.
    pub fn all(self) -> &'static [Level] {
        let [_, fine, _] = &LEVELS;
        match self {
            Self::Uncounted => &[],
            Self::Ids => std::slice::from_ref(fine),
            Self::Moving => &MOVING,
            Self::Hours => &HOURS,
            Self::Groups => &GROUPS,
            Self::Fine => LEVELS.split_last().map_or(&[], |(_, rest)| rest),
            Self::Blocks => &LEVELS,
        }
    }
}

impl Level {
    /// The slot that a position falls into.
    pub fn slot(self, position: Position) -> u64 {
        position >> self.shift
    }

    /// The first position of a slot.
    pub fn first(self, slot: u64) -> Position {
        slot << self.shift
    }

    /// The last position of a slot.
    pub fn last(self, slot: u64) -> Position {
        self.first(slot) | ((1 << self.shift) - 1)
    }

    /// The sort key of the node that a slot belongs to, without its shard: every shard's key begins so.
    pub fn node(self, slot: u64) -> String {
        let Self { tag, bits, digits, .. } = self;
        format!("{tag}{:0digits$x}", slot >> bits)
    }

    /// The sort keys between which all counters of the slots from `first` to `last` stand. `~` comes after every digit
    /// and shard.
    pub fn nodes(self, first: u64, last: u64) -> (String, String) {
        let Self { tag, moving, .. } = self;
        let to = if moving { format!("{tag}~") } else { format!("{}~", self.node(last)) };
        (self.node(first), to)
    }

    /// The slot that the attribute `name` of the node with this sort key counts. `None` if this is no counter.
    fn slot_of(self, sort_key: &str, name: &str) -> Option<u64> {
        let number = sort_key.strip_prefix(self.tag)?.get(..self.digits)?;
        let number = u64::from_str_radix(number, 16).ok()?;
        if name.len() != self.name_length() {
            return None;
        }
        let mut index = 0;
        for character in name.bytes() {
            index = (index << 6) | NAMES.iter().position(|known| *known == character)? as u64;
        }
        Some(if self.moving { index } else { (number << self.bits) | index })
    }

    /// The slot that the attribute `name` of the node with this sort key is about, and whether it is its sum of weights
    /// and not its count. `None` if it is neither.
    pub fn counted(self, sort_key: &str, name: &str) -> Option<(u64, bool)> {
        let is_sum = name.len() > self.name_length();
        let count = if is_sum { name.strip_prefix('w')? } else { name };
        Some((self.slot_of(sort_key, count)?, is_sum))
    }

    /// The names of the attributes that hold a slot's count and its sum of weights.
    pub fn attributes(self, slot: u64) -> (String, String) {
        let index = if self.moving { slot } else { slot % (1 << self.bits) };
        let character = |place: usize| {
            let digit = usize::try_from((index >> (6 * place)) % 64).unwrap_or_default();
            char::from(NAMES.get(digit).copied().unwrap_or_default())
        };
        let name: String = (0..self.name_length()).rev().map(character).collect();
        let sum = format!("w{name}");
        (name, sum)
    }

    /// The names of the counts of all slots of the node with this sort key; `None` if it is no node of this level.
    pub fn own_counters(self, sort_key: &str) -> Option<Vec<String>> {
        let number = sort_key.strip_prefix(self.tag)?.get(..self.digits)?;
        let first = u64::from_str_radix(number, 16).ok()? << self.bits;
        Some((first..first + (1 << self.bits)).map(|slot| self.attributes(slot).0).collect())
    }

    fn name_length(self) -> usize {
        match self.bits {
            _ if self.moving => 3,
            0..=6 => 1,
            _ => 2,
        }
    }
}

/// The group whose points a node of a listing of groups counts.
pub fn group_of(sort_key: &str) -> Option<u32> {
    let (_, group) = sort_key.split('.').next()?.split_once('/')?;
    u32::from_str_radix(group, 16).ok()
}

/// The sort key, without its shard, of the node that a moving counter's slot belongs to; the counter was found as the
/// attribute `name` of the node `sort_key`. `None` if this is no counter of a moving listing.
pub fn own_node(sort_key: &str, name: &str) -> Option<String> {
    let [level] = MOVING;
    level.counted(sort_key, name).map(|(slot, _)| level.node(slot))
}

/// The counters that a point of `listing` adds to: sort key of the node without its shard, attribute, amount. In a moving
/// listing the node is that of `anchor`.
pub fn counters(
    listing: &Listing,
    point: Point,
    anchor: Position,
) -> impl Iterator<Item = (String, String, i128)> {
    listing.levels().all().iter().flat_map(move |level| {
        let slot = level.slot(point.position());
        let mut node = level.node(if level.moving { level.slot(anchor) } else { slot });
        if let Some(group) = listing.group() {
            node += &format!("/{group:08x}");
        }
        let (count, sum) = level.attributes(slot);
        let weight = (point.weight != 0).then(|| (node.clone(), sum, i128::from(point.weight)));
        std::iter::once((node, count, 1)).chain(weight)
    })
}

/// The additions of a write to nodes, summed up per node and attribute.
#[derive(Debug, Default, Clone)]
pub struct Deltas(BTreeMap<(String, String), BTreeMap<String, i128>>);

impl Deltas {
    /// Adds `times` points (1, or -1 for one that is removed) to the nodes of `listing`; `anchor` is the newest position of
    /// the listing that the write changes.
    pub fn add(&mut self, listing: &Listing, point: Point, anchor: Position, times: i128) {
        for (node, attribute, amount) in counters(listing, point, anchor) {
            let node = self.0.entry((listing.name().to_owned(), node)).or_default();
            *node.entry(attribute).or_default() += times * amount;
        }
    }

    /// The additions that are not zero: listing name, sort key without its shard, and the amount for each attribute.
    pub fn into_nodes(self) -> impl Iterator<Item = (String, String, BTreeMap<String, i128>)> {
        self.0.into_iter().filter_map(|((listing, node), mut counters)| {
            counters.retain(|_, delta| *delta != 0);
            (!counters.is_empty()).then_some((listing, node, counters))
        })
    }
}

/// The integer in a counter or a weight.
pub fn number(value: &AttributeValue) -> Result<i128> {
    let number = value.as_n().ok().and_then(|number| number.parse().ok());
    number.ok_or_else(|| Error::internal("a counter is no integer"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all_levels() -> impl Iterator<Item = Level> {
        LEVELS.into_iter().chain(MOVING).chain(HOURS).chain(GROUPS)
    }

    proptest! {
        #[test]
        fn a_counter_found_by_its_name_is_the_slot_of_its_position(position: u64) {
            for level in all_levels() {
                let slot = level.slot(position);
                prop_assert!((level.first(slot)..=level.last(slot)).contains(&position));
                let key = format!("{}.0", level.node(slot));
                let (count, sum) = level.attributes(slot);
                prop_assert_eq!(level.counted(&key, &count), Some((slot, false)));
                prop_assert_eq!(level.counted(&key, &sum), Some((slot, true)));
                prop_assert_eq!(level.slot_of(&key, &sum), None);
            }
        }

        #[test]
        fn keys_of_nodes_are_ordered_as_their_slots(a: u64, b: u64) {
            for level in all_levels() {
                let nodes = |position| level.node(level.slot(position));
                let numbers = |position| level.slot(position) >> level.bits;
                prop_assert_eq!(nodes(a).cmp(&nodes(b)), numbers(a).cmp(&numbers(b)));
            }
        }

        #[test]
        fn a_moving_counter_is_known_in_whichever_node_it_stands(slot in 0u64..1 << 14, node in 0u64..1 << 14) {
            let [level] = MOVING;
            let key = format!("{}.3", level.node(node));
            let (count, sum) = level.attributes(slot);
            prop_assert_eq!(own_node(&key, &count), Some(level.node(slot)));
            prop_assert_eq!(own_node(&key, &sum), Some(level.node(slot)));
            for level in LEVELS.into_iter().chain(HOURS).chain(GROUPS) {
                let (count, sum) = level.attributes(slot);
                let key = level.node(slot);
                prop_assert_eq!((own_node(&key, &count), own_node(&key, &sum)), (None, None));
            }
        }
    }

    #[test]
    fn every_counter_has_a_name_of_its_own_that_is_no_key() {
        for level in all_levels() {
            let slots = 0u64..1 << level.bits;
            let names: std::collections::BTreeSet<_> =
                slots.clone().flat_map(|slot| <[_; 2]>::from(level.attributes(slot))).collect();
            assert!(names.len() == 2 * slots.count() && !names.contains("p") && !names.contains("s"));
        }
    }

    #[test]
    fn a_move_within_a_slot_changes_no_counter_and_one_between_years_changes_one_node() {
        let moved = |levels, from: Point, to: Point| {
            let listing = Listing::new("x", levels);
            let mut deltas = Deltas::default();
            deltas.add(&listing, from, to.position(), -1);
            deltas.add(&listing, to, to.position(), 1);
            deltas.into_nodes().collect::<Vec<_>>()
        };
        assert!(moved(Levels::Fine, Point::new(1000, 1), Point::new(1001, 1)).is_empty());
        assert!(moved(Levels::Moving, Point::new(1000, 1), Point::new(200_000, 1)).is_empty());
        let nodes = moved(Levels::Moving, Point::new(0, 1), Point::new(u32::MAX, 1));
        assert_eq!(nodes.len(), 1);
        assert_eq!(nodes[0].1, "m7f");
        assert_eq!(nodes[0].2, [("000".to_owned(), -1), ("3__".to_owned(), 1)].into());
    }
}
