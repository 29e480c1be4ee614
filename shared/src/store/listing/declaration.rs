//! What an application declares of a listing: its name, how finely it is counted, what its entries carry.

use super::point::Point;
use crate::store::key::Key;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Display;

/// An ordered set of points: its name, how finely it is counted, and what its entries carry. Deferred writes that are stored
/// know some of its fields by older names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Listing {
    name: Cow<'static, str>,
    levels: Levels,
    #[serde(rename = "late")]
    deferred: bool,
    #[serde(rename = "covered")]
    projected: bool,
    #[serde(default)]
    brief: bool,
    group: Option<u32>,
}

/// How finely a listing is counted. Each level costs every write an item, and saves a page in a dense slot from reading
/// all of it, at the price of a round trip. The listings of a union all have the same levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Levels {
    /// No counters: for windows that hold few points. Totals are counted among the entries. A weight is just a number
    /// beside the point.
    Uncounted,
    /// Slots of 32 ids: for listings ordered by id, of at most some hundred thousand points.
    Ids,
    /// Slots of 3 days (2^18 seconds), in nodes of a year: for entities that stand in very many listings and move to the
    /// newest end of each with every edit. A write changes one node of each listing, its anchor: the node of the newest
    /// position that the write changes. So a node may also count in slots that are older than its own.
    Moving,
    /// Slots of 2.3 hours (2^13 seconds): for entities that stand in very many listings, stay where they are, and are looked
    /// for in windows. A write changes one node of each listing. Both edges of a window are read entry by entry.
    Hours,
    /// Slots of 18.2 hours, counted for each group of points, in nodes of half a year: for sums by group, of all groups
    /// at once ([`Store::groups`](crate::store::Store::groups)).
    Groups,
    /// Slots of 18.2 hours and of 32 seconds (2^16 and 2^5 seconds): for listings with at most some hundreds of points
    /// in any 32 seconds.
    Fine,
    /// Also blocks of 256 ids within each second: for listings in which thousands of points may fall on one second, as
    /// they do where users date records to a day.
    Blocks,
}

impl Listing {
    /// The listing of this name.
    pub const fn new(name: &'static str, levels: Levels) -> Self {
        Self::named_by(Cow::Borrowed(name), levels)
    }

    /// One of a family of listings: that of `member`, such as the visits of one person by their id.
    pub fn of(family: &'static str, member: impl Display, levels: Levels) -> Self {
        Self::named_by(Cow::Owned(format!("{family}/{member}")), levels)
    }

    const fn named_by(name: Cow<'static, str>, levels: Levels) -> Self {
        Self { name, levels, deferred: false, projected: false, brief: false, group: None }
    }

    /// The same listing as a deferred one: its points may be written after the commit, because an entity stands in more
    /// listings than one transaction can write. Whoever reads it adds the changes of deferred writes that are still to be
    /// made, and waits for nobody.
    pub const fn deferred(mut self) -> Self {
        self.deferred = true;
        self
    }

    /// The same listing as a projected one: its entries carry the entity's
    /// [projection](crate::store::Entity::projection), so that the entity need not be read.
    pub const fn projected(mut self) -> Self {
        self.projected = true;
        self
    }

    /// The same listing as a projected one whose entries carry the entity's
    /// [brief projection](crate::store::Entity::brief_projection): they are read by the thousand.
    pub const fn brief(mut self) -> Self {
        self.projected = true;
        self.brief = true;
        self
    }

    /// The same listing, which has [`Levels::Groups`], for the points of one group.
    pub const fn in_group(mut self, group: u32) -> Self {
        self.group = Some(group);
        self
    }

    pub(in crate::store) fn levels(&self) -> Levels {
        self.levels
    }

    pub(in crate::store) fn group(&self) -> Option<u32> {
        self.group
    }

    pub(in crate::store) fn is_deferred(&self) -> bool {
        self.deferred
    }

    pub(in crate::store) fn is_projected(&self) -> bool {
        self.projected
    }

    pub(in crate::store) fn is_brief(&self) -> bool {
        self.brief
    }

    /// The listing of another name that is like this one in all else.
    pub(in crate::store) fn named(&self, name: String) -> Self {
        Self { name: Cow::Owned(name), ..self.clone() }
    }

    pub(in crate::store) fn name(&self) -> &str {
        &self.name
    }

    /// The key of the entry of `point`.
    pub(in crate::store) fn entry(&self, point: Point) -> Key {
        Key::entry(&self.name, point.position())
    }
}
