//! An entity that stands in listings of every sort, for tests of the store.

use serde::{Deserialize, Serialize};
use shared::store::{Entity, Guard, Kind, Levels, Listing, Point, Unique};

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
    /// Each tag is a late listing, covered by the name: with more than some fifty, a write does not fit into one
    /// transaction.
    pub tags: Vec<u32>,
}

impl Thing {
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
            _ => Levels::Moving,
        };
        Listing::of("things/tag", tag, levels).late().covered()
    }
}

impl Entity for Thing {
    // No kind of its own: tests of the store have tables without menus.
    const KIND: Kind = Kind::Menu;

    fn points(&self, id: u32) -> Vec<(Listing, Point)> {
        let point = Point { score: self.at, id, weight: self.amount };
        let counted = Point::new(self.at, id);
        let tags = self.tags.iter().map(|tag| (Self::tagged(*tag), counted));
        [(Self::ALL, point), (Self::in_group(self.group), point)].into_iter().chain(tags).collect()
    }

    fn guards(&self) -> Vec<Guard<'_>> {
        let guard =
            |value| Guard { unique: Unique::MenuName, value, field: "name", message: "名称已存在" };
        self.name.as_deref().map(guard).into_iter().collect()
    }

    fn covering(&self) -> Option<String> {
        self.name.clone()
    }
}
