//! `/api/user/me`: who is signed in.

use crate::usermenu::EmployeeMenus;
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::choices::AREAS;
use shared::http::reference::Operation;
use shared::http::{Call, HttpResult, Reply};
use shared::model::{Area, Areas, Menu, MenuRow, keys};
use shared::store::{Entity, Key};
use std::collections::HashMap;

#[derive(Serialize, JsonSchema)]
#[schemars(description = "登录的员工")]
struct Me {
    #[serde(flatten)]
    employee: EmployeeMenus,
    /// 可以使用的接口范围
    areas: Vec<Area>,
}

/// The caller, with the menus granted and the areas that they may enter.
pub async fn get(call: Call) -> HttpResult {
    let employee = &call.me()?.employee;
    let menus = employee.menus.iter().map(|id| Key::entity(Menu::KIND, *id));
    let mut found = call.store.get_all(&menus.chain([keys::areas()]).collect::<Vec<_>>()).await?;
    let claimed = found.take::<Areas>(&keys::areas())?.map(|areas| areas.value).unwrap_or_default();
    let mut menus = HashMap::new();
    for id in &employee.menus {
        menus.extend(found.take_entity::<Menu>(*id)?.map(|menu| (*id, MenuRow::from(&menu))));
    }
    let areas = AREAS.iter().map(|(_, area)| *area).filter(|area| employee.may_enter(*area, &claimed));
    Ok(Reply::data(Me { employee: EmployeeMenus::new(employee, &menus), areas: areas.collect() }))
}

pub fn get_doc() -> Operation {
    Operation::data::<Me>("查询登录的员工")
        .about("自己的资料、菜单和可以使用的接口范围。没有菜单限定的范围对所有员工开放；管理员可以使用所有范围。")
        .additive()
}
