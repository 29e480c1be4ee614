//! `/api/user/menu`.

use axum::http::StatusCode;
use serde_json::json;
use shared::model::Role;
use testing::{ADMIN_PHONE, Client, PASSWORD, Stack};

async fn admin(stack: &Stack) -> Client {
    stack.admin().await;
    stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await
}

#[tokio::test]
async fn menus_are_created_edited_and_deleted_as_in_the_interface_list() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let created = admin.post("/api/user/menu", json!({ "name": "客户管理" })).await;
    assert_eq!(created.ok(), &json!({ "id": 1 }));
    assert_eq!(created.body["msg"], "操作成功");
    admin.post("/api/user/menu", json!({ "name": "拜访记录", "content": "跟进", "note": "每日" })).await.ok();

    let list = admin.get("/api/user/menu").await;
    let first = json!({ "id": 1, "name": "客户管理", "content": "", "note": "", "area": null, "version": 1 });
    assert_eq!(list.ok()[0], first);
    assert_eq!((list.ok()[1]["id"].as_u64(), &list.ok()[1]["note"]), (Some(2), &json!("每日")));
    assert_eq!(list.page(), (2, 1, 20));

    admin.post("/api/user/menu", json!({ "menu_id": 2, "name": "拜访", "note": null })).await.ok();
    let list = admin.get("/api/user/menu").await;
    let edited =
        json!({ "id": 2, "name": "拜访", "content": "跟进", "note": "", "area": null, "version": 2 });
    assert_eq!(list.ok()[1], edited);

    let deleted = admin.post("/api/user/menu", json!({ "menu_id": 1 })).await;
    assert_eq!(deleted.body, json!({ "status": 0, "msg": "操作成功" }));
    assert_eq!(admin.get("/api/user/menu").await.page().0, 1);
    admin.post("/api/user/menu", json!({ "menu_id": 1 })).await.refused(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn half_an_edit_does_not_delete() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/menu", json!({ "name": "客户管理" })).await.ok();
    for half in [
        json!({ "menu_id": 1, "content": "x" }),
        json!({ "menu_id": 1, "note": null }),
        json!({ "menu_id": 1, "name": "" }),
        json!({ "menu_id": 1, "area": "stats" }),
        json!({ "menu_id": 1, "name": null, "content": "x" }),
    ] {
        admin.post("/api/user/menu", half).await.refused_field("name");
    }
    assert_eq!(admin.get("/api/user/menu").await.page().0, 1);
}

#[tokio::test]
async fn a_name_is_unique_among_the_menus_that_are_there() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/menu", json!({ "name": "a#b" })).await.ok();
    let taken = admin.post("/api/user/menu", json!({ "name": "a#b" })).await;
    taken.refused(StatusCode::CONFLICT, "duplicate");
    assert_eq!((&taken.body["data"], &taken.body["field"]), (&json!({ "id": 1 }), &json!("name")));
    let other = admin.post("/api/user/menu", json!({ "name": "c" })).await.ok()["id"].as_u64();
    let rename = admin.post("/api/user/menu", json!({ "menu_id": other, "name": "a#b" })).await;
    rename.refused(StatusCode::CONFLICT, "duplicate");
    admin.post("/api/user/menu", json!({ "menu_id": 1, "name": "a#b", "note": "same name" })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 1 })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": other, "name": "a#b" })).await.ok();
}

#[tokio::test]
async fn of_racing_creations_of_one_name_exactly_one_succeeds() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let race = (0..8).map(|_| admin.post("/api/user/menu", json!({ "name": "客户管理" })));
    let answers = futures_util::future::join_all(race).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 7);
    assert_eq!(admin.get("/api/user/menu").await.page().0, 1);
}

#[tokio::test]
async fn pages_hold_every_menu_once_and_past_the_end_none() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    for n in 1..=23 {
        admin.post("/api/user/menu", json!({ "name": format!("菜单{n}") })).await.ok();
    }
    let mut seen = Vec::new();
    for page in 1..=4 {
        let answer = admin.get(&format!("/api/user/menu?page={page}&count=10")).await;
        assert_eq!(answer.page(), (23, page, 10));
        seen.extend(answer.ok().as_array().unwrap().iter().map(|menu| menu["id"].as_u64().unwrap()));
    }
    assert_eq!(seen, (1..=23).collect::<Vec<_>>());
    assert_eq!(admin.get("/api/user/menu?count=500").await.page(), (23, 1, 100));
    for query in ["page=0", "count=-1", "page=x", "count=2.5"] {
        admin.get(&format!("/api/user/menu?{query}")).await.refused_field(query.split('=').next().unwrap());
    }
}

#[tokio::test]
async fn an_edit_of_what_someone_else_has_changed_is_refused_when_it_says_what_it_saw() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/menu", json!({ "name": "a" })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 1, "name": "b", "version": 1 })).await.ok();
    let stale = admin.post("/api/user/menu", json!({ "menu_id": 1, "name": "c", "version": 1 })).await;
    stale.refused(StatusCode::CONFLICT, "version_out_of_date");
    let delete = admin.post("/api/user/menu", json!({ "menu_id": 1, "version": 1 })).await;
    delete.refused(StatusCode::CONFLICT, "version_out_of_date");
    admin.post("/api/user/menu", json!({ "menu_id": 1, "name": "c" })).await.ok();
    assert_eq!(admin.get("/api/user/menu").await.ok()[0]["name"], "c");
}

#[tokio::test]
async fn a_version_that_is_no_number_is_refused_also_where_it_would_not_count() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    for menu in
        [json!({ "name": "线索", "version": true }), json!({ "menu_id": 1, "name": "线索", "version": "x" })]
    {
        admin.post("/api/user/menu", menu).await.refused_field("version");
    }
    assert_eq!(admin.get("/api/user/menu").await.page().0, 0);
}

#[tokio::test]
async fn edits_that_race_are_all_done_one_after_the_other() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/menu", json!({ "name": "a" })).await.ok();
    let race = (0..8).map(|n| admin.post("/api/user/menu", json!({ "menu_id": 1, "name": format!("n{n}") })));
    for answer in futures_util::future::join_all(race).await {
        answer.ok();
    }
    assert_eq!(admin.get("/api/user/menu").await.ok()[0]["version"], 9);
}

#[tokio::test]
async fn an_area_is_one_of_the_five() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/menu", json!({ "name": "a", "area": "customers" })).await.ok();
    admin.post("/api/user/menu", json!({ "name": "b", "area": "user" })).await.refused_field("area");
    assert_eq!(admin.get("/api/user/menu").await.ok()[0]["area"], "customers");
}

#[tokio::test]
async fn names_that_look_alike_are_the_same_name() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/menu", json!({ "name": " 客户ＣＲＭ管理\u{3000}" })).await.ok();
    assert_eq!(admin.get("/api/user/menu").await.ok()[0]["name"], "客户ＣＲＭ管理");
    for same in ["客户crm管理", "客户\u{200b}CRM管理", "\u{feff}客户Crm管理 "] {
        let taken = admin.post("/api/user/menu", json!({ "name": same })).await;
        assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], 1, "{same:?}");
    }
    let other = admin.post("/api/user/menu", json!({ "name": "客户 crm 管理" })).await.ok()["id"].clone();
    for nothing in ["\u{200b}", "\u{3000} \u{feff}"] {
        admin.post("/api/user/menu", json!({ "name": nothing })).await.refused_field("name");
        admin.post("/api/user/menu", json!({ "menu_id": 1, "name": nothing })).await.refused_field("name");
    }
    // Spelled otherwise it stays the same menu's; renamed or deleted it is free.
    admin.post("/api/user/menu", json!({ "menu_id": 1, "name": "客户crm管理" })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 1, "name": "别的" })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": other, "name": "客户CRM管理" })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": other })).await.ok();
    admin.post("/api/user/menu", json!({ "name": "客户crm管理" })).await.ok();
    stack.verify_records().await;
}

#[tokio::test]
async fn the_last_menu_of_an_area_is_given_up_only_by_somebody_who_means_it() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    stack.employee("15331761337", Role::Staff).await;
    for (n, area) in ["stats", "stats", "record"].iter().enumerate() {
        admin.post("/api/user/menu", json!({ "name": format!("m{n}"), "area": area })).await.ok();
    }
    // Another menu claims the area, or this one goes on to.
    admin.post("/api/user/menu", json!({ "menu_id": 1 })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 2, "name": "b", "area": "stats" })).await.ok();
    let before = stack.dump().await;
    for give_up in [
        json!({ "menu_id": 2 }),
        json!({ "menu_id": 2, "open_area": false }),
        json!({ "menu_id": 2, "open_area": null }),
        json!({ "menu_id": 2, "name": "b", "area": null }),
        json!({ "menu_id": 2, "name": "b", "area": "record" }),
        json!({ "menu_id": 3, "name": "c", "area": "stats" }),
    ] {
        let refused = admin.post("/api/user/menu", give_up).await;
        refused.refused(StatusCode::CONFLICT, "last_of_area");
    }
    admin.post("/api/user/menu", json!({ "menu_id": 2, "open_area": "x" })).await.refused_field("open_area");
    assert_eq!(stack.dump().await, before);
    let edit = json!({ "menu_id": 3, "name": "c", "area": "stats", "open_area": true });
    admin.post("/api/user/menu", edit).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 2 })).await.ok();
    admin.post("/api/user/menu", json!({ "menu_id": 3, "open_area": true })).await.ok();
    assert_eq!(admin.get("/api/user/menu").await.page().0, 0);
}

#[tokio::test]
async fn of_two_who_give_up_the_last_menus_of_an_area_at_once_one_is_asked() {
    for _ in 0..10 {
        let stack = Stack::start().await;
        let admin = admin(&stack).await;
        for name in ["a", "b"] {
            admin.post("/api/user/menu", json!({ "name": name, "area": "stats" })).await.ok();
        }
        let delete = async |id: u32| admin.post("/api/user/menu", json!({ "menu_id": id })).await.status;
        let (first, second) = tokio::join!(delete(1), delete(2));
        assert_eq!(first.min(second), 200);
        assert_eq!(first.max(second), 409);
    }
}
