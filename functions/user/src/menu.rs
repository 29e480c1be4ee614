//! `/api/user/menu`: the menus that employees can be granted.

use shared::http::choices::{AREA_NAMES, AREAS};
use shared::http::reference::{Act, Operation, Rule, choice, flag, id, name, text};
use shared::http::{Call, Created, Edited, HttpResult, Params, Reply};
use shared::model::{Menu, MenuRow, claim_area};
use shared::store::{Entity, Order};

/// All menus, by id.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let found = call.list(&[Menu::ALL], Order::Ascending, page).await?;
    let menus = call.store.entities::<Menu>(&found.ids()).await?;
    Ok(Reply::list(menus.iter().map(MenuRow::from).collect::<Vec<_>>(), found.total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<MenuRow>("查询菜单").about("按id从小到大排列。")
}

/// Creates without `menu_id`, edits with `menu_id` and `name`, deletes with `menu_id` alone.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let may_open = call.body.flag("open_area")?.value().unwrap_or(false);
    let mut write = call.write();
    let Some(id) = call.edits("menu_id")? else {
        let menu = fields(&call.body, Menu::default())?;
        let id = call.store.next_id(Menu::KIND).await?;
        write.create(id, &menu)?;
        claim_area(&call.store, &mut write, id, None, menu.area, may_open).await?;
        return call.commit(write, done.with(Created { id })).await;
    };
    // Half an edit must not delete, and nor must a row: only `menu_id` does, under its own name.
    let edits = ["name", "content", "note", "area"].iter().any(|field| call.body.has(field))
        || call.body.sent_as("menu_id").is_some();
    if edits {
        fields(&call.body, Menu::default())?;
    }
    let menu = call.edited::<Menu>(id).await?;
    if edits {
        let new = fields(&call.body, menu.record.value.clone())?;
        write.replace(&menu, &new)?;
        claim_area(&call.store, &mut write, id, menu.area, new.area, may_open).await?;
        return call.commit(write, done.with(Edited::of(&menu))).await;
    }
    // Grants of it need no cleaning up: an id is never used again, and reading skips menus that are gone.
    write.remove(&menu)?;
    claim_area(&call.store, &mut write, id, menu.area, None, may_open).await?;
    call.commit(write, done).await
}

pub fn post_doc() -> Operation {
    Operation::writes_or_deletes(
        "新建、修改、删除菜单",
        "操作成功",
        id("menu_id", "菜单id；不传是新建，有name是修改，只有menu_id是删除").or(&["id"]),
    )
    .row::<MenuRow>()
    .about("删除菜单时，所有员工都不再有它。没有菜单限定的接口范围对所有员工开放，所以删除或修改限定一个范围的最后一个菜单会得到409（last_of_area），除非传open_area。")
    .params([
        name("name", "显示的名字，不能重名，不分大小写和全角半角；新建和修改时必填").kept().called("菜单名称"),
        text("content", "说明").called("说明"),
        text("note", "备注"),
        choice("area", &AREAS, "限定的接口范围，限定以后，只有有这个菜单的员工和管理员能用这些接口").means(&AREA_NAMES)
            .additive(),
        flag("open_area", "true表示确定要让没有菜单限定的范围对所有员工开放").default(false).edit_only().additive(),
    ])
    .acts([
        Act::creates("Create", Rule::Kept),
        Act::edits("Edit", Rule::Present(vec!["menu_id", "name"])),
        Act::edits("Delete", Rule::Alone("menu_id", vec!["name", "content", "note", "area"])),
    ])
    .unique(Menu::NAME)
    .opens_areas()
}

fn fields(body: &Params, old: Menu) -> HttpResult<Menu> {
    Ok(Menu {
        name: body.required("name", Params::name)?,
        content: body.text("content")?.apply(old.content),
        note: body.text("note")?.apply(old.note),
        area: body.choice("area", &AREAS)?.apply(old.area),
    })
}
