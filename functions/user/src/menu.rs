//! `/api/user/menu`: the menus that employees can be granted.

use serde_json::json;
use shared::Result;
use shared::http::{Call, Params, Reply};
use shared::model::{Area, Areas, Menu, MenuRow};
use shared::store::{Expect, Key, Kind, Order, Write};

/// All menus, by id.
pub async fn get(call: Call) -> Result<Reply> {
    let page = call.query.page()?;
    let found = call.list(&[Menu::ALL], Order::Ascending, page).await?;
    let menus = call.store.entities::<Menu>(&found.ids()).await?;
    Ok(Reply::list(menus.iter().map(MenuRow::from).collect::<Vec<_>>(), found.total, page))
}

/// Creates without `menu_id`, edits with `menu_id` and `name`, deletes with `menu_id` alone.
pub async fn post(call: Call) -> Result<Reply> {
    let done = Reply::done("操作成功");
    let mut write = call.write();
    let Some(id) = call.body.id("menu_id")?.optional() else {
        let menu = fields(&call.body, Menu::default())?;
        let id = call.store.next_id(Kind::Menu).await?;
        write.create(id, &menu)?;
        claim(&call, &mut write, id, None, menu.area).await?;
        return call.commit(write, done.with(json!({ "id": id }))).await;
    };
    // Half an edit must not delete.
    let edits = ["name", "content", "note", "area"].iter().any(|field| call.body.has(field));
    if edits {
        fields(&call.body, Menu::default())?;
    }
    let menu = call.edited::<Menu>(id, "菜单不存在", |menu| menu.record.revision).await?;
    if edits {
        let new = fields(&call.body, menu.record.value.clone())?;
        write.replace(&menu, &new)?;
        claim(&call, &mut write, id, menu.area, new.area).await?;
    } else {
        // Grants of it need no cleaning up: an id is never used again, and reading skips menus that are gone.
        write.remove(&menu)?;
        claim(&call, &mut write, id, menu.area, None).await?;
    }
    call.commit(write, done).await
}

fn fields(body: &Params, old: Menu) -> Result<Menu> {
    Ok(Menu {
        name: body.name("name")?.required()?,
        content: body.text("content")?.or_keep(old.content),
        note: body.text("note")?.or_keep(old.note),
        area: body.choice("area", &Area::NAMES)?.or_keep_option(old.area),
    })
}

/// Lets the one item that every permission is read from follow the menu.
async fn claim(
    call: &Call,
    write: &mut Write,
    menu: u32,
    old: Option<Area>,
    new: Option<Area>,
) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let record = call.store.get::<Areas>(&Key::areas()).await?;
    let expect = Expect::unchanged(record.as_ref());
    let mut areas = record.map(|record| record.value).unwrap_or_default();
    areas.claim(menu, new);
    write.put(&Key::areas(), &areas, expect)
}
