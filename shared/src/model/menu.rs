//! Menus: what an employee's screen shows, and the area that a grant of it opens.

use super::Area;
use crate::store::{Entity, Guard, Kind, Levels, Listing, Point, Stored, Unique};
use schemars::JsonSchema;
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "菜单")]
pub struct MenuRow {
    /// 菜单id
    id: u32,
    /// 显示的名字
    name: String,
    /// 说明
    content: String,
    /// 备注
    note: String,
    /// 限定的接口范围；没有菜单限定的范围对所有员工开放
    #[schemars(extend("x-additive" = true))]
    area: Option<Area>,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
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
