//! Nodes: items of 64 counters.

use super::{Levels, Listing, Point, Position};
use std::collections::BTreeMap;

/// One level of counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The first character of its nodes' sort keys.
    tag: char,
    /// A slot is 2^shift positions.
    shift: u32,
    /// Hex digits of a node's number.
    digits: usize,
}

/// A node has 2^6 counters.
const NODE_BITS: u32 = 6;
/// The names of a node's counters, one for each of its slots: as short as can be, since they are half of what reading
/// a node costs, and neither `p` nor `s`, which are the keys.
const NAMES: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnoqrtuvwxyz+-=_";

/// From coarse to fine. A position has 64 bits: 16 tell the coarse slot, 27 the fine one, 56 the block.
///
/// The shifts are what reading costs least with, in round trips first and then in bytes: all the fine slots of a
/// coarse one are at most 8.5 KB, all the blocks of a fine one some kilobytes even with thirty points a second whose
/// ids lie far apart, and a block or a fine slot of less than a few hundred points is skipped through entry by entry.
const LEVELS: [Level; 3] = [
    Level { tag: 'c', shift: 48, digits: 3 },
    Level { tag: 'f', shift: 37, digits: 6 },
    Level { tag: 'b', shift: 8, digits: 13 },
];

impl Levels {
    /// From coarse to fine.
    pub fn all(self) -> &'static [Level] {
        let [coarse, fine, _] = &LEVELS;
        match self {
            Self::Coarse => std::slice::from_ref(coarse),
            Self::Fine => LEVELS.split_last().map_or(std::slice::from_ref(fine), |(_, rest)| rest),
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

    /// The sort key of the node that counts `slot`, without its shard: every shard's key begins so.
    pub fn node(self, slot: u64) -> String {
        let Self { tag, digits, .. } = self;
        format!("{tag}{:0digits$x}", slot >> NODE_BITS)
    }

    /// The slot that a counter is for: the attribute `name` of the node with this sort key. `None` if this is no
    /// counter.
    pub fn slot_of(self, sort_key: &str, name: &str) -> Option<u64> {
        let node = sort_key.strip_prefix(self.tag)?.split('.').next()?;
        let [name] = name.as_bytes() else { return None };
        let index = NAMES.iter().position(|known| known == name)? as u64;
        Some((u64::from_str_radix(node, 16).ok()? << NODE_BITS) | index)
    }
}

/// The names of the attributes that hold a slot's count and its sum of weights.
pub fn slot_attributes(slot: u64) -> (String, String) {
    let index = usize::try_from(slot % (1 << NODE_BITS)).unwrap_or_default();
    let name = char::from(NAMES.get(index).copied().unwrap_or_default());
    (name.to_string(), format!("w{name}"))
}

/// What a point of `listing` counts for: sort key of the node without its shard, attribute, and how much.
pub fn counters(listing: &Listing, point: Point) -> impl Iterator<Item = (String, String, i128)> {
    listing.levels.all().iter().flat_map(move |level| {
        let slot = level.slot(point.position());
        let (count, sum) = slot_attributes(slot);
        let weight = (point.weight != 0).then(|| (level.node(slot), sum, i128::from(point.weight)));
        std::iter::once((level.node(slot), count, 1)).chain(weight)
    })
}

/// What a write adds to nodes, added up per node and attribute.
#[derive(Debug, Default, Clone)]
pub struct Deltas(BTreeMap<(String, String), BTreeMap<String, i128>>);

impl Deltas {
    /// Adds `times` points (1, or -1 for one that goes) to the nodes of `listing`.
    pub fn add(&mut self, listing: &Listing, point: Point, times: i128) {
        for (node, attribute, amount) in counters(listing, point) {
            let node = self.0.entry((listing.name().to_owned(), node)).or_default();
            *node.entry(attribute).or_default() += times * amount;
        }
    }

    /// What is not zero: listing name, sort key without its shard, and what to add to which attribute.
    pub fn into_nodes(self) -> impl Iterator<Item = (String, String, BTreeMap<String, i128>)> {
        self.0.into_iter().filter_map(|((listing, node), mut counters)| {
            counters.retain(|_, delta| *delta != 0);
            (!counters.is_empty()).then_some((listing, node, counters))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_counter_found_by_its_name_is_the_slot_of_its_position(position: u64) {
            for level in Levels::Blocks.all() {
                let slot = level.slot(position);
                prop_assert!((level.first(slot)..=level.last(slot)).contains(&position));
                let key = format!("{}.0", level.node(slot));
                prop_assert_eq!(level.slot_of(&key, &slot_attributes(slot).0), Some(slot));
                prop_assert_eq!(level.slot_of(&key, &slot_attributes(slot).1), None);
            }
        }

        #[test]
        fn keys_of_nodes_are_ordered_as_their_slots(a: u64, b: u64) {
            for level in Levels::Blocks.all() {
                let nodes = |position| level.node(level.slot(position));
                prop_assert_eq!(nodes(a).cmp(&nodes(b)), (level.slot(a) >> NODE_BITS).cmp(&(level.slot(b) >> NODE_BITS)));
            }
        }
    }

    #[test]
    fn every_counter_has_a_name_of_its_own_that_is_no_key() {
        let names: std::collections::BTreeSet<_> = (0..64).map(|slot| slot_attributes(slot).0).collect();
        assert!(names.len() == 64 && !names.contains("p") && !names.contains("s"));
    }

    #[test]
    fn a_move_within_a_slot_changes_no_counter() {
        let listing = Listing::new("x", Levels::Fine);
        let mut deltas = Deltas::default();
        deltas.add(&listing, Point::new(1000, 1), -1);
        deltas.add(&listing, Point::new(1001, 1), 1);
        assert_eq!(deltas.into_nodes().count(), 0);
    }
}
