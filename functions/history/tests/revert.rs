//! `/api/history/restore` with `to_revision`: an edit to what a record was.

use super::office::{DELETABLE, Office};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A record's row, without what each edit moves.
async fn row(office: &Office, uri: &str, id: u64) -> Value {
    let rows = office.get(uri).await.ok().clone();
    let mut row = rows.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    row.as_object_mut().unwrap().retain(|key, _| !["version", "updateTime"].contains(&key.as_str()));
    row
}

#[tokio::test]
async fn a_record_of_each_kind_becomes_what_it_was_after_any_of_its_revisions() {
    let office = Office::open().await;
    for it in &DELETABLE[..4] {
        office.create(it).await;
    }
    office.post("/api/user/menu", json!({ "name": "一", "content": "x" })).await.ok();
    // It is not the only one of its area.
    office.post("/api/user/menu", json!({ "name": "统计", "area": "stats" })).await.ok();
    for (kind, path, id, list, edits) in [
        (
            "follow",
            "/api/record/follow",
            "follow_id",
            "follow_id=1",
            [
                json!({ "customers_id": 3, "organization_id": "", "follower_id": [4] }),
                json!({ "record_time": "2021-07-29", "event": 5, "gain": "", "note": "后来" }),
            ],
        ),
        (
            "demand",
            "/api/record/demand",
            "demand_id",
            "demand_id=1",
            [
                json!({ "customers_id": 2, "content": "y", "attach": "http://a.cn/1" }),
                json!({ "organization_id": 1, "attach": "" }),
            ],
        ),
        (
            "satisfy",
            "/api/feedback/satisfy",
            "satisfy_id",
            "customers_id=all&all=true",
            [
                json!({ "value": -3, "note": "差", "follower_id": [] }),
                json!({ "customers_id": 5, "value": 10 }),
            ],
        ),
        (
            "contract",
            "/api/contract/contract",
            "contract_id",
            "contract_id=1",
            [
                json!({ "organization_id": 3, "amount": "", "sign_time": "", "status": 3 }),
                json!({ "name": "别的", "code": "", "follower_id": [1, 2, 3], "amount": 7, "aging_end_time": "2022-01-01" }),
            ],
        ),
        (
            "menu",
            "/api/user/menu",
            "menu_id",
            "",
            [json!({ "name": "二", "area": "stats" }), json!({ "name": "三", "content": "", "area": "" })],
        ),
        (
            "customers",
            "/api/customers/customers",
            "customers_id",
            "status=all",
            [
                json!({ "realName": "王", "organization_id": 3, "phoneNumber": "13900001111", "sex": 1 }),
                json!({ "organization_id": "", "phoneNumber": "", "job": "经理", "type": 5 }),
            ],
        ),
        (
            "organization",
            "/api/customers/organization",
            "organization_id",
            "",
            [
                json!({ "groupName": "改名", "groupDetail": "详情" }),
                json!({ "groupName": "再改名", "type": 4 }),
            ],
        ),
        (
            "user",
            "/api/user/user",
            "user_id",
            "",
            [
                json!({ "realName": "一", "phoneNumber": "13800002222", "birthday": "1990-01-02", "number": "7" }),
                json!({ "role": "admin", "birthday": "", "title": 3 }),
            ],
        ),
    ] {
        let of = if ["user", "customers"].contains(&kind) { 2 } else { 1 };
        let uri = format!("{path}?{list}");
        let mut rows = vec![row(&office, &uri, of).await];
        for mut edit in edits {
            office.company.stack.advance(5);
            edit[id] = json!(of);
            office.post(path, edit).await.ok();
            rows.push(row(&office, &uri, of).await);
        }
        let changes = office.history(kind, of).await.ok().clone();
        let revisions: Vec<_> =
            changes.as_array().unwrap().iter().rev().map(|it| it["revision"].as_u64().unwrap()).collect();
        assert_eq!(revisions.len(), 3);
        let mut version = 3;
        for back in [0, 2, 1, 1, 0] {
            office.company.stack.advance(5);
            let before = &rows[back];
            let answer = office.revert(kind, of, revisions[back]).await;
            version += 1;
            let expected =
                json!({ "status": 0, "msg": "恢复成功", "data": { "id": of, "version": version } });
            assert_eq!(answer.body, expected, "{kind}");
            assert_eq!(&row(&office, &uri, of).await, before, "{kind} {back}");
        }
        let newest = office.history(kind, of).await.ok()[0].clone();
        assert_eq!((&newest["action"], &newest["by"]["user_id"]), (&json!("edit"), &json!(1)), "{kind}");
        office.company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn the_rules_of_edits_hold_and_what_is_refused_writes_nothing() {
    let office = Office::open().await;
    for it in &DELETABLE {
        office.create(it).await;
    }
    let admin = json!({ "user_id": 2, "role": "admin", "phoneNumber": "13800002222" });
    let steps = [
        // Each is edited once and then something stands in the way of what it was.
        ("/api/record/follow", json!({ "follow_id": 1, "customers_id": 3, "organization_id": 2 })),
        ("/api/contract/contract", json!({ "contract_id": 1, "organization_id": 2 })),
        ("/api/user/menu", json!({ "menu_id": 1, "name": "新" })),
        ("/api/user/menu", json!({ "menu_id": 2, "name": "菜单" })),
        ("/api/customers/customers", json!({ "customers_id": 5, "phoneNumber": "13900001111" })),
        ("/api/customers/customers", json!({ "customers_id": 5, "phoneNumber": "" })),
        ("/api/customers/customers", json!({ "customers_id": 4, "phoneNumber": "13900001111" })),
        ("/api/customers/organization", json!({ "organization_id": 3, "groupName": "新名" })),
        ("/api/customers/organization", json!({ "groupName": "gps" })),
        ("/api/user/user", admin),
        ("/api/user/user", json!({ "phoneNumber": "15331761337", "realName": "六" })),
    ];
    for (path, body) in steps {
        office.post(path, body).await.ok();
    }
    let other = office.client("/api/user/user", &office.company.stack.session(2).await);
    for role in ["staff", "admin"] {
        other.post("/api/user/user", json!({ "user_id": 1, "role": role })).await.ok();
    }
    office.post("/api/user/user", json!({ "user_id": 2, "role": "staff" })).await.ok();
    office.company.hide_customer(2).await;
    office.company.delete_organization(1).await;
    let before = office.company.stack.dump().await;

    let hidden = office.revert("follow", 1, 1).await;
    hidden.refused_field("customers_id");
    let fields: Vec<_> =
        hidden.body["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, ["customers_id", "organization_id"]);
    office.revert("contract", 1, 1).await.refused_field("organization_id");
    for (kind, id, revision, field, holder) in [
        ("menu", 1, 1, "name", 2),
        ("customers", 5, 2, "phoneNumber", 4),
        ("organization", 3, 1, "groupName", 4),
        ("user", 2, 1, "phoneNumber", 5),
    ] {
        let taken = office.revert(kind, id, revision).await;
        taken.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!(
            (&taken.body["field"], &taken.body["data"]),
            (&json!(field), &json!({ "id": holder })),
            "{kind}"
        );
    }
    // Nobody takes their own rights.
    let own = office.revert("user", 1, 2).await;
    own.refused_field("role");
    assert_eq!(own.body["msg"], "不能停用自己或取消自己的管理员权限");
    assert_eq!(office.company.stack.dump().await, before);

    // The last menu of an area does not give it up.
    office.post("/api/user/menu", json!({ "name": "全", "area": "record" })).await.ok();
    office
        .post("/api/user/menu", json!({ "menu_id": 3, "name": "全", "area": "feedback", "open_area": true }))
        .await
        .ok();
    office.revert("menu", 3, 1).await.refused(StatusCode::CONFLICT, "last_of_area");
    // An organization that was hidden once is used now.
    office.post("/api/customers/organization", json!({ "organization_id": 4, "status": 0 })).await.ok();
    office.post("/api/customers/organization", json!({ "organization_id": 4, "status": 1 })).await.ok();
    office.post("/api/customers/customers", json!({ "customers_id": 4, "organization_id": 4 })).await.ok();
    let used = office.revert("organization", 4, 2).await;
    used.refused(StatusCode::CONFLICT, "in_use");
    assert_eq!(used.body["data"], json!({ "customers": 1, "contracts": 0 }));
    // What was deleted is edited by nobody, and has no state after its deletion.
    office.delete(&DELETABLE[3], 1).await;
    office.revert("contract", 1, 1).await.refused(StatusCode::NOT_FOUND, "not_found");
    office.restore("contract", 1).await.ok();
    office.revert("contract", 1, 3).await.refused_field("to_revision");
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn an_organization_gives_its_old_name_to_its_customers() {
    let office = Office::open().await;
    office
        .post("/api/customers/organization", json!({ "organization_id": 2, "groupName": "新名" }))
        .await
        .ok();
    let shown = async || {
        let rows = office.get("/api/customers/customers?organization_id=2").await.ok().clone();
        rows.as_array().unwrap().iter().map(|row| row["organization"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, ["新名", "新名"]);
    office.revert("organization", 2, 1).await.ok();
    assert_eq!(shown().await, ["耳尖团队", "耳尖团队"]);
    // A customer who goes back to an organization has the name that it has now.
    office.post("/api/customers/customers", json!({ "customers_id": 3, "organization_id": "" })).await.ok();
    office
        .post("/api/customers/organization", json!({ "organization_id": 2, "groupName": "新名" }))
        .await
        .ok();
    let first =
        office.history("customers", 3).await.ok().as_array().unwrap().last().unwrap()["revision"].as_u64();
    office.revert("customers", 3, first.unwrap()).await.ok();
    assert_eq!(shown().await, ["新名", "新名"]);
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn an_employee_keeps_menus_and_password_and_loses_sessions_when_disabled() {
    let office = Office::open().await;
    office.post("/api/user/menu", json!({ "name": "一" })).await.ok();
    let new =
        json!({ "phoneNumber": "13900000005", "realName": "五", "password": "secret-first", "status": 0 });
    office.post("/api/user/user", new).await.ok();
    office.post("/api/user/user", json!({ "user_id": 5, "status": 1, "realName": "伍" })).await.ok();
    office.post("/api/user/usermenu", json!({ "user_id": 5, "menu": [1] })).await.ok();
    office.post("/api/user/user", json!({ "user_id": 5, "password": "secret-second" })).await.ok();
    let anybody = office.company.stack.client(user::FUNCTION);
    let signed_in = anybody.signed_in("13900000005", "secret-second").await;
    signed_in.get("/api/user/me").await.ok();

    // Back to when only the name and the grants were others: the session goes on.
    office.revert("user", 5, 2).await.ok();
    let me = signed_in.get("/api/user/me").await;
    assert_eq!((&me.ok()["realName"], &me.ok()["menu"][0]["id"]), (&json!("伍"), &json!(1)));
    assert!(!me.ok()["lastLoginTime"].is_null());
    // Back to when they might not sign in.
    office.revert("user", 5, 1).await.ok();
    signed_in.get("/api/user/me").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    office.revert("user", 5, 2).await.ok();
    signed_in.get("/api/user/me").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    anybody.signed_in("13900000005", "secret-second").await.get("/api/user/me").await.ok();
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn a_version_that_is_out_of_date_is_refused_with_the_row_as_it_is() {
    let office = Office::open().await;
    let id = office.create(&DELETABLE[3]).await;
    office.edit(&DELETABLE[3], id, 1).await;
    let body = |version: u32| json!({ "kind": "contract", "id": id, "to_revision": 1, "version": version });
    let refused = office.post("/api/history/restore", body(1)).await;
    refused.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!((&refused.body["data"]["name"], &refused.body["by"]["user_id"]), (&json!("第1次"), &json!(1)));
    office.post("/api/history/restore", body(2)).await.ok();
    assert_eq!(office.get("/api/contract/contract?contract_id=1").await.ok()[0]["name"], "合同");
}
