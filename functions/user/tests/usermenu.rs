//! `/api/user/usermenu`.

use axum::http::StatusCode;
use serde_json::json;
use shared::model::Role;
use testing::{ADMIN_PHONE, Client, PASSWORD, Stack};

async fn admin(stack: &Stack) -> Client {
    stack.admin().await;
    let admin = stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await;
    for name in ["客户管理", "拜访记录"] {
        admin.post("/api/user/menu", json!({ "name": name })).await.ok();
    }
    admin
}

#[tokio::test]
async fn grants_are_replaced_as_a_set_and_shown_with_the_interface_lists_keys() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let id = stack.employee("15331761337", Role::Staff).await;
    let granted = admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": [2, 1, 2] })).await;
    assert_eq!(granted.body["msg"], "修改成功");

    let answer = admin.get(&format!("/api/user/usermenu?user_id={id}")).await;
    assert_eq!(answer.page(), (1, 1, 20));
    let row = &answer.ok()[0];
    for key in [
        "phoneNumber",
        "user_id",
        "realName",
        "number",
        "nickName",
        "headImageUrl",
        "sex",
        "birthday",
        "title",
        "address",
        "school",
        "education",
        "entryTime",
        "officialTime",
        "resignTime",
        "lastLoginTime",
        "status",
    ] {
        assert!(row.get(key).is_some(), "{key}");
    }
    let names: Vec<_> =
        row["menu"].as_array().unwrap().iter().map(|menu| menu["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["拜访记录", "客户管理"]);

    admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": [] })).await.ok();
    let answer = admin.get(&format!("/api/user/usermenu?user_id={id}")).await;
    assert_eq!(answer.ok()[0]["menu"], json!([]));
}

#[tokio::test]
async fn everybody_is_listed_by_id_the_disabled_too_and_an_unknown_id_gives_nothing() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    for n in 0..3 {
        stack.employee(&format!("1300000000{n}"), Role::Staff).await;
    }
    admin.post("/api/user/user", json!({ "user_id": 2, "status": 0 })).await.ok();
    let answer = admin.get("/api/user/usermenu?count=3").await;
    let ids: Vec<_> =
        answer.ok().as_array().unwrap().iter().map(|row| row["user_id"].as_u64().unwrap()).collect();
    assert_eq!((ids, answer.page()), (vec![1, 2, 3], (4, 1, 3)));
    let unknown = admin.get("/api/user/usermenu?user_id=99").await;
    assert_eq!((unknown.ok(), unknown.page().0), (&json!([]), 0));
    assert_eq!(admin.get("/api/user/usermenu?user_id=1&page=2").await.ok(), &json!([]));
}

#[tokio::test]
async fn an_unknown_menu_writes_nothing_and_an_unknown_employee_is_not_found() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/usermenu", json!({ "user_id": 1, "menu": [1] })).await.ok();
    admin.post("/api/user/usermenu", json!({ "user_id": 1, "menu": [2, 99] })).await.refused_field("menu");
    admin.post("/api/user/usermenu", json!({ "user_id": 1 })).await.refused_field("menu");
    admin.post("/api/user/usermenu", json!({ "menu": [1] })).await.refused_field("user_id");
    let unknown = admin.post("/api/user/usermenu", json!({ "user_id": 99, "menu": [1] })).await;
    unknown.refused(StatusCode::NOT_FOUND, "not_found");
    let menu = &admin.get("/api/user/usermenu?user_id=1").await.ok()[0]["menu"].clone();
    assert_eq!(menu.as_array().map(|menus| (menus.len(), menus[0]["id"].as_u64())), Some((1, Some(1))));
}

#[tokio::test]
async fn deleting_a_menu_takes_its_grant_from_everybody() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/usermenu", json!({ "user_id": 1, "menu": [1, 2] })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 1 })).await.ok();
    let answer = admin.get("/api/user/usermenu").await;
    assert_eq!(answer.ok()[0]["menu"].as_array().map(Vec::len), Some(1));
    // A form that was loaded before may be saved.
    admin.post("/api/user/usermenu", json!({ "user_id": 1, "menu": [1, 2] })).await.ok();
    admin.post("/api/user/menu", json!({ "name": "客户管理" })).await.ok();
    let answer = admin.get("/api/user/usermenu").await;
    assert_eq!(answer.ok()[0]["menu"].as_array().map(Vec::len), Some(1), "its id is never used again");
}

#[tokio::test]
async fn a_page_that_is_more_than_lambda_answers_is_refused_with_what_to_change() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    // Each character is four bytes: 32 kB a menu, 384 kB an employee.
    let text = "𠮷".repeat(4000);
    let mut menus = Vec::new();
    for n in 0..12 {
        let menu = json!({ "name": format!("菜单{n}"), "content": text, "note": text });
        menus.push(admin.post("/api/user/menu", menu).await.ok()["id"].clone());
    }
    for n in 0..20 {
        let employee = json!({ "phoneNumber": format!("177{n}"), "realName": "李" });
        let id = admin.post("/api/user/user", employee).await.ok()["id"].clone();
        admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": menus })).await.ok();
    }
    admin.get("/api/user/usermenu?page=2&count=10").await.ok();
    let page = admin.get("/api/user/usermenu").await;
    page.refused(StatusCode::BAD_REQUEST, "invalid_parameter").refused_field("count");
    assert_eq!(page.body["msg"], "这一页超过6MB，请减小每页个数");
}
