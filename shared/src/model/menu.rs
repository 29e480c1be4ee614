//! Menus: what an employee's screen shows, and the area that a grant of it opens.

use super::{Area, Areas, Changeable, Changers, Employee, keys};
use crate::search::unique_name;
use crate::store::{
    Author, Deleted, Entity, Expect, Kind, Levels, Listing, Point, Store, Stored, Title, Unique, UniqueValue,
    Write,
};
use crate::{Error, Result};
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
    /// The name belongs to one menu.
    pub const NAME: Unique = Unique::new("menu");
    /// All menus, by id.
    pub const ALL: Listing = Listing::new("menus", Levels::Ids);
}

impl Entity for Menu {
    const KIND: Kind = keys::MENU;

    fn points(&self, id: u32, _: u32) -> Vec<(Listing, Point)> {
        vec![(Self::ALL, Point::new(id, id))]
    }

    fn title(&self) -> Title {
        Title::new(&self.name)
    }

    fn unique_values(&self) -> Vec<UniqueValue> {
        let name = Some(unique_name(&self.name)).filter(|name| !name.is_empty());
        name.map(|value| UniqueValue { unique: Self::NAME, value }).into_iter().collect()
    }

    fn former_values(&self) -> Vec<UniqueValue> {
        vec![UniqueValue { unique: Self::NAME, value: self.name.clone() }]
    }
}

impl Changeable for Menu {
    fn changers(&self) -> Changers {
        Changers::Admins
    }
}

/// Lets the one item that every permission is read from follow a menu, which claimed `old` and claims `new` from now on.
/// An area that nobody claims any more is open to everybody, which has to be meant: `may_open`.
///
/// # Errors
/// [`Error::LastOfArea`] if nobody claims `old` any more, [`Error::Busy`] if the database does not answer.
pub async fn claim_area(
    store: &Store,
    write: &mut Write,
    menu: u32,
    old: Option<Area>,
    new: Option<Area>,
    may_open: bool,
) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let record = store.get::<Areas>(&keys::areas()).await?;
    let expect = Expect::unchanged(record.as_ref());
    let mut areas = record.map(|record| record.value).unwrap_or_default();
    areas.claim(menu, new);
    if !may_open && old.is_some_and(|old| old.is_open_unclaimed() && !areas.is_claimed(old)) {
        return Err(Error::LastOfArea);
    }
    write.put(&keys::areas(), &areas, expect)
}

/// So many employees are looked at together.
const BATCH: u32 = 50;

/// Takes a deleted menu out of the grants of everybody, in which its id may linger, so that it comes back without any. This
/// comes before its restore, in commits of its own: a transaction has no room for all employees. Until the restore the id
/// grants nothing, so nobody sees whether it is there. No edit grants it again meanwhile: whoever edits grants must find the
/// menu, or the employee as they were with its id in their grants, and this replaces those. Each commit checks that nobody
/// else has restored the menu: then its grants are new ones.
///
/// # Errors
/// [`Error::Stale`] if an employee has changed meanwhile or the menu is restored, [`Error::Busy`] if the database does not
/// answer.
pub async fn drop_grants(store: &Store, menu: &Deleted<Menu>) -> Result<()> {
    let mut after = None;
    loop {
        let entries = store.after(&[Employee::NAMES], after, BATCH).await?;
        let Some(last) = entries.last() else { return Ok(()) };
        after = Some(last.point);
        let ids: Vec<_> = entries.iter().map(|entry| entry.point.id).collect();
        let mut employees = store.entities::<Employee>(&ids).await?;
        employees.retain(|employee| employee.menus.contains(&menu.id));
        if employees.is_empty() {
            continue;
        }
        let mut write = Write::new(Author::SYSTEM);
        write.check_deleted(menu);
        for employee in employees {
            let mut new = employee.record.value.clone();
            new.menus.retain(|id| *id != menu.id);
            write.refresh(&employee, &new)?;
        }
        store.commit(write).await?;
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
