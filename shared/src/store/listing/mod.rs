//! The counted listing: exact totals and any page of an ordered set at the same cost, however large it is.
//!
//! DynamoDB can read a range of keys in order, but it can neither say how many there are nor skip to the
//! thousandth without reading all before it. A [`Listing`] adds what is missing: beside its entries it keeps
//! counters, and a write changes both in one transaction.
//!
//! # Points and positions
//! A listing is a set of [`Point`]s: a score (seconds of the wall clock, or an id), the id of the record, and in
//! weighted listings an amount. Score and id together are its *position*, a `u64`: the score in the upper 32
//! bits, the id in the lower. Positions are unique in a listing and their order is the order of the list.
//!
//! # Entries and nodes
//! ```text
//! entry   p = E#follows   s = 61060a3300000007                the record 7, at 61060a33: 2021-08-01 02:42:59
//! node    p = N#follows   s = c184.0             6: 41  …     how many in each slot of 2^16 s, which is 18.2 hours
//! node    p = N#follows   s = f0c20c1.0          H: 3   …     how many in each slot of 32 s
//! node    p = N#follows   s = b1841828cc0000.0   0: 1   …     how many in each block of 256 ids of one second
//! node    p = N#cg/王     s = m30.0         1XV: 12  …     how many in each slot of 3 days, wherever they once were
//! node    p = N#signed    s = g60/00000054.0 1Q: 2   …     how many of the group 84 in each slot of 18.2 hours
//! ```
//! A level cuts all positions into slots of 2^shift and counts the points in each; 64 neighbouring slots are the
//! attributes of one item, a *node*, so that one capacity unit reads up to a thousand counters while a write
//! still touches an item below 1 KB. See [`Levels`] for which level is for what.
//!
//! # A worked example
//! Page 501 of 20, newest first, of what is at `61060a33` or later: which ids, and how many in all?
//!
//! 1. *Cover the window* (`cover`). Whole slots of 18.2 hours from `6107` on; before them whole slots of 32 seconds
//!    up to there; before those, blocks (or entries, in a listing without blocks) in the seconds up to `61060a3f`. All
//!    keys follow from the window alone, so that three queries, one round trip, give the total: say 12,000.
//! 2. *Walk.* 10,000 points are to be skipped. From the newest, slot by slot, the counters say that 9,400 stand after
//!    the slot `6109` and 1,200 in it: the page begins there, 600 from its end.
//! 3. *Descend* where too many are to be skipped within a slot, some hundreds: its slots of 32 seconds say in which of
//!    them the page begins. A second round trip; a third where hundreds stand in those 32 seconds. Where thousands
//!    stand in a slot of the finest level, they are counted on the spot (`crowd`).
//! 4. *Read* entries backwards from the end of that slot, or forwards from its beginning if that is nearer: the few
//!    that are left to skip, and the 20 of the page.
//!
//! What the four steps cost depends on how long the window is (0.6 RCU for each year of data), not on how many points
//! it has. `scripts/bench listing` measures it.
//!
//! # Unions, sums, minima
//! Slots have the same borders in every listing, so counters of several listings add up slot by slot: `status=all`
//! and several organizations are the same code as one listing. Sums of weights stand beside the counts. A minimum
//! is the first entry, so it needs no counter and survives deletes and moves.
//!
//! # Concurrency
//! Counters change by `ADD`, which needs no reading and creates what is missing. Two transactions that touch one
//! item at one time conflict; a writer that meets a conflict tries again on one of eight *shards* of the node (the
//! digit after the dot), and readers add up all shards there are. Where nobody conflicts there is only shard 0, so
//! a quiet table pays nothing for it.

mod coverings;
mod crowd;
mod groups;
pub(super) mod node;
mod read;
mod shard;
mod window;

pub use groups::{GroupTotal, Groups};
pub(super) use node::{Deltas, counters, own_node};
pub use read::{Entry, Page, Total};
pub(super) use read::{SKIP, number};
pub(super) use shard::Shards;
pub use window::Window;

use super::key::Key;
use super::record::{Attributes, attribute};
use crate::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Display;

/// A position: score in the upper 32 bits, id in the lower.
pub(super) type Position = u64;

/// The name of an ordered set of points, how finely it is counted, and what its entries carry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Listing {
    name: Cow<'static, str>,
    levels: Levels,
    late: bool,
    covered: bool,
    group: Option<u32>,
}

/// How finely a listing is counted. A level more is one item more in every write, and one round trip more to a page
/// in a crowded slot. The listings of a union all have the same levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Levels {
    /// No counters: for windows that hold few points. Totals are counted among the entries. A weight is just a number
    /// beside the point.
    Uncounted,
    /// Slots of 32 ids: for what is ordered by id and at most some hundred thousand.
    Ids,
    /// Slots of 3 days (2^18 seconds), in nodes of a year: for very many listings that an entity stands in at once, of
    /// points that move to the newest end with every edit. Whichever slots one write takes points from and brings them
    /// to, it changes one node of each listing: that of the newest of them. So a node may also count in slots that are
    /// older than it is.
    Moving,
    /// Slots of 18.2 hours, for each group of points on its own, in nodes of half a year: for what is added up by groups,
    /// all of them at once ([`Store::groups`](super::Store::groups)).
    Groups,
    /// Slots of 18.2 hours and of 32 seconds (2^16 and 2^5 seconds): for whatever has at most some hundreds of
    /// points in any 32 seconds.
    Fine,
    /// Also blocks of 256 ids within each second: for listings in which thousands may fall on one second, as all
    /// records do that users date to a day.
    Blocks,
}

impl Listing {
    /// The listing of this name.
    pub const fn new(name: &'static str, levels: Levels) -> Self {
        Self { name: Cow::Borrowed(name), levels, late: false, covered: false, group: None }
    }

    /// One of a family of listings: that of `member`, such as the follow-ups of one customer by its id.
    pub fn of(family: &'static str, member: impl Display, levels: Levels) -> Self {
        Self {
            name: Cow::Owned(format!("{family}/{member}")),
            levels,
            late: false,
            covered: false,
            group: None,
        }
    }

    /// The same listing as one whose points may be written after the commit, because an entity stands in more of
    /// them than one transaction can write. Whoever reads it finishes what is still to be done first.
    pub const fn late(mut self) -> Self {
        self.late = true;
        self
    }

    /// The same listing as one whose entries carry what their entity says of itself
    /// ([`Entity::covering`](super::Entity::covering)), so that it need not be read.
    pub const fn covered(mut self) -> Self {
        self.covered = true;
        self
    }

    /// The same listing, for points of a group, with [`Levels::Groups`].
    pub const fn in_group(mut self, group: u32) -> Self {
        self.group = Some(group);
        self
    }

    pub(super) fn levels(&self) -> Levels {
        self.levels
    }

    pub(super) fn is_late(&self) -> bool {
        self.late
    }

    pub(super) fn is_covered(&self) -> bool {
        self.covered
    }

    /// The listing apart from its name: what all of a family have in common.
    pub(super) fn named(&self, name: String) -> Self {
        Self { name: Cow::Owned(name), ..self.clone() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// What an entry says beside its position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub weight: i64,
    pub group: Option<u32>,
    pub covering: Option<String>,
}

impl Said {
    /// What the entry of a point is to say.
    pub fn of(listing: &Listing, point: Point, covering: Option<&str>) -> Self {
        let covering = covering.filter(|_| listing.covered).map(str::to_owned);
        Self { weight: point.weight, group: listing.group, covering }
    }

    /// What an entry says that was found.
    pub fn found(item: &mut Attributes) -> Result<Self> {
        let integer = |name| item.get(name).map(number).transpose();
        let weight = integer(attribute::WEIGHT)?.unwrap_or(0).try_into().map_err(Error::internal)?;
        let group = integer(attribute::GROUP)?.map(u32::try_from).transpose().map_err(Error::internal)?;
        let covering = item.remove(attribute::COVERING).and_then(|covering| match covering {
            AttributeValue::S(text) => Some(text),
            _ => None,
        });
        Ok(Self { weight, group, covering })
    }

    /// The entry under `key`.
    pub fn entry(self, key: &Key) -> Attributes {
        let Self { weight, group, covering } = self;
        let mut item = key.attributes();
        let weight = (weight != 0).then(|| (attribute::WEIGHT, AttributeValue::N(weight.to_string())));
        let group = group.map(|group| (attribute::GROUP, AttributeValue::N(group.to_string())));
        let covering = covering.map(|covering| (attribute::COVERING, AttributeValue::S(covering)));
        let said = [weight, group, covering].into_iter().flatten();
        item.extend(said.map(|(name, value)| (name.to_owned(), value)));
        item
    }
}

/// A place in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// What the listing is ordered by: seconds of the wall clock, or an id.
    pub score: u32,
    /// The record that stands there; orders those of one score.
    pub id: u32,
    /// What the listing adds up, such as an amount of money in its smallest unit; 0 where it only counts.
    pub weight: i64,
}

impl Point {
    /// A point that is only counted.
    pub const fn new(score: u32, id: u32) -> Self {
        Self { score, id, weight: 0 }
    }

    pub(super) fn position(self) -> Position {
        (u64::from(self.score) << 32) | u64::from(self.id)
    }

    #[allow(clippy::cast_possible_truncation, reason = "the two halves of a position")]
    pub(super) fn at(position: Position, weight: i64) -> Self {
        Self { score: (position >> 32) as u32, id: position as u32, weight }
    }
}

/// Which end of a listing comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Lowest score first, then lowest id.
    Ascending,
    /// Highest score first, then highest id.
    Descending,
}

impl Order {
    fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}
