//! Menus: what an employee's screen shows, and the area that a grant of it opens.

use super::Area;
use crate::store::{Entity, Guard, Kind, Levels, Listing, Point, Stored, Unique};
use serde::{Deserialize, Serialize};

/// A menu.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// Shown on the screen; unique.
    pub name: String,
    /// What it is for.
    pub content: String,
    /// A remark.
    pub note: String,
    /// The area it claims, if any.
    pub area: Option<Area>,
}

impl Menu {
    /// All menus, by id.
    pub const ALL: Listing = Listing::new("menus", Levels::Ids);
}

impl Entity for Menu {
    const KIND: Kind = Kind::Menu;

    fn points(&self, id: u32) -> Vec<(Listing, Point)> {
        vec![(Self::ALL, Point::new(id, id))]
    }

    fn guards(&self) -> Vec<Guard<'_>> {
        let message = "菜单名称已存在";
        vec![Guard { unique: Unique::MenuName, value: &self.name, field: "name", message }]
    }
}

/// A menu in an answer.
#[derive(Debug, Clone, Serialize)]
pub struct MenuRow {
    id: u32,
    name: String,
    content: String,
    note: String,
    area: Option<Area>,
    version: u32,
}

impl From<&Stored<Menu>> for MenuRow {
    fn from(menu: &Stored<Menu>) -> Self {
        Self {
            id: menu.id,
            name: menu.name.clone(),
            content: menu.content.clone(),
            note: menu.note.clone(),
            area: menu.area,
            version: menu.record.revision,
        }
    }
}
