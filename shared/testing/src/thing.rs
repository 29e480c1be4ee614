//! An entity that stands in listings of every sort, for tests of the store.

use serde::{Deserialize, Serialize};
use shared::store::{Entity, Kind, Levels, Listing, Point, Title, Unique, UniqueValue};

/// A thing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Unique, where it has one.
    pub name: Option<String>,
    /// The score of all its points.
    pub at: u32,
    /// Which group it is in.
    pub group: u32,
    /// The weight of its points.
    pub amount: i64,
    /// Each tag is a deferred listing, which carries the name: with more than some fifty, a write does not fit into one
    /// transaction.
    pub tags: Vec<u32>,
}

impl Thing {
    /// The name belongs to one thing.
    pub const NAME: Unique = Unique::new("menu");
    /// A constraint whose values things may share.
    pub const SHARED: Unique = Unique::shared("customer");

    /// All things, counted to the block.
    pub const ALL: Listing = Listing::new("things", Levels::Blocks);

    /// The things of one group.
    pub fn in_group(group: u32) -> Listing {
        Listing::of("things/group", group, Levels::Fine)
    }

    /// The things with one tag. A few are counted otherwise than most.
    pub fn tagged(tag: u32) -> Listing {
        let levels = match tag {
            0 => Levels::Ids,
            3 => Levels::Uncounted,
            4 => Levels::Hours,
            _ => Levels::Moving,
        };
        Listing::of("things/tag", tag, levels).deferred().projected()
    }
}

impl Entity for Thing {
    const KIND: Kind = Kind::new("MNU");

    fn points(&self, id: u32, _: u32) -> Vec<(Listing, Point)> {
        let point = Point { score: self.at, id, weight: self.amount };
        let counted = Point::new(self.at, id);
        let tags = self.tags.iter().map(|tag| (Self::tagged(*tag), counted));
        [(Self::ALL, point), (Self::in_group(self.group), point)].into_iter().chain(tags).collect()
    }

    fn title(&self) -> Title {
        Title::first_of(&self.name)
    }

    fn unique_values(&self) -> Vec<UniqueValue> {
        let value = |value: &String| UniqueValue { unique: Self::NAME, value: value.clone() };
        self.name.as_ref().map(value).into_iter().collect()
    }

    fn projection(&self) -> Option<String> {
        self.name.clone()
    }
}
