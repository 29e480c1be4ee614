//! `/api/user/usermenu`: which menus an employee has.

use schemars::JsonSchema;
use serde::Serialize;
use shared::Result;
use shared::http::reference::{Operation, id, ids_or_rows};
use shared::http::{Call, Edited, Failure, HttpResult, Params, Reply};
use shared::model::{Employee, Menu, MenuRow, Profile};
use shared::store::{Order, Store, Stored};
use std::collections::HashMap;

#[derive(Serialize, JsonSchema)]
#[schemars(description = "员工和他的菜单")]
pub struct EmployeeMenus {
    #[serde(flatten)]
    profile: Profile,
    /// 菜单
    menu: Vec<MenuRow>,
}

impl EmployeeMenus {
    /// An employee, with those of the menus granted that still exist, which are among `menus`.
    pub fn new(employee: &Stored<Employee>, menus: &HashMap<u32, MenuRow>) -> Self {
        let menu = employee.menus.iter().filter_map(|id| menus.get(id).cloned()).collect();
        Self { profile: employee.into(), menu }
    }
}

/// Employees, disabled ones too, by id, each with the menus granted.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let (total, employees) = match call.query.id("user_id")?.value() {
        Some(id) => {
            let employee = call.store.entity::<Employee>(id).await?;
            let total = u64::from(employee.is_some());
            (total, page.slice().of(employee))
        }
        None => {
            let everyone = [Employee::ENABLED, Employee::DISABLED];
            let found = call.list(&everyone, Order::Ascending, page).await?;
            (found.total, call.store.entities::<Employee>(&found.ids()).await?)
        }
    };
    let menus =
        menus(&call.store, employees.iter().flat_map(|employee| employee.menus.clone()).collect()).await?;
    let rows: Vec<_> = employees.iter().map(|employee| EmployeeMenus::new(employee, &menus)).collect();
    Ok(Reply::list(rows, total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<EmployeeMenus>("查询员工的菜单")
        .about("包括被禁止的员工，按员工id从小到大排列。")
        .params([id("user_id", "员工id；不传则返回全部员工")])
}

/// Replaces the menus of one employee.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("user_id", Params::id)?;
    let menu = call.body.required("menu", Params::ids_or_rows)?;
    let known = menus(&call.store, menu.clone()).await?;
    let row = async |employee: Stored<Employee>| {
        let menus = menus(&call.store, employee.menus.clone()).await?;
        Ok(EmployeeMenus::new(&employee, &menus))
    };
    let old = call.edited_as(id, row).await?;
    // A menu that they have may have been deleted since the form was loaded.
    if let Some(unknown) = menu.iter().find(|id| !known.contains_key(id) && !old.menus.contains(id)) {
        return Err(Failure::invalid("menu", format!("菜单{unknown}不存在")));
    }
    let new = Employee { menus: menu, edition: old.edition + 1, ..old.record.value.clone() };
    let mut write = call.write();
    write.replace(&old, &new)?;
    call.commit(write, Reply::done("修改成功").with(Edited::of(&old))).await
}

pub fn post_doc() -> Operation {
    let edits = id("user_id", "员工id");
    let menu = ids_or_rows("menu", "菜单的id，替换原有的全部菜单；空数组是清空").required();
    Operation::edits("修改员工的菜单", "修改成功", edits).row::<EmployeeMenus>().params([menu])
}

/// Those of the menus that still exist.
async fn menus(store: &Store, ids: Vec<u32>) -> Result<HashMap<u32, MenuRow>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let menus = store.entities::<Menu>(&ids).await?;
    Ok(menus.iter().map(|menu| (menu.id, MenuRow::from(menu))).collect())
}
