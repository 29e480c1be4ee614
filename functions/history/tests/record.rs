//! `/api/history/record`.

use super::office::{DELETABLE, Office};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// What each change says of a field: revision, before and after.
fn of_field(changes: &Value, field: &str) -> Vec<(u64, Value, Value)> {
    let changes = changes.as_array().unwrap().iter();
    let of_change = |change: &Value| {
        let fields = change["changes"].as_array().unwrap().iter().filter(|it| it["field"] == field);
        let revision = change["revision"].as_u64().unwrap();
        fields.map(|it| (revision, it["before"].clone(), it["after"].clone())).collect::<Vec<_>>()
    };
    changes.flat_map(of_change).collect()
}

fn actions(changes: &Value) -> Vec<(&str, Option<u64>, Option<&str>)> {
    let action = |change| {
        let change: &Value = change;
        (change["action"].as_str().unwrap(), change["by"]["user_id"].as_u64(), change["time"].as_str())
    };
    changes.as_array().unwrap().iter().map(action).collect()
}

#[tokio::test]
async fn it_tells_who_did_what_and_when_in_the_fields_of_rows_with_names_beside_ids() {
    let office = Office::open().await;
    let it = &DELETABLE[3];
    let id = office.create(it).await;
    office.company.stack.advance(60);
    let staff = office.client(it.path, &office.company.token);
    staff.post(it.path, json!({ "contract_id": id, "organization_id": 2, "amount": 20 })).await.ok();
    office.company.stack.advance(60);
    office.delete(it, id).await;
    let version = office.restore("contract", id).await;
    assert_eq!(version.body, json!({ "status": 0, "msg": "恢复成功", "data": { "id": id, "version": 2 } }));

    let answer = office.history("contract", id).await;
    assert_eq!(answer.page(), (4, 1, 100));
    let changes = answer.ok();
    assert_eq!(
        actions(changes),
        [
            // A change is at least a second after the one before it.
            ("restore", Some(1), Some("2021-08-01 12:02:01")),
            ("delete", Some(1), Some("2021-08-01 12:02:00")),
            ("edit", Some(2), Some("2021-08-01 12:01:00")),
            ("create", Some(1), Some("2021-08-01 12:00:00")),
        ]
    );
    assert_eq!(
        changes[2]["by"],
        json!({ "user_id": 2, "nickName": "小耳尖", "realName": "小耳尖", "phoneNumber": "15331761337" })
    );
    assert_eq!((&changes[0]["changes"], &changes[1]["changes"]), (&json!([]), &json!([])));
    let person = |id: u64, name: &str, phone: &str| json!({ "user_id": id, "nickName": name, "realName": name, "phoneNumber": phone });
    let (admin, staff) = (person(1, "admin", "18888888888"), person(2, "小耳尖", "15331761337"));
    assert_eq!(
        changes[2]["changes"],
        json!([
            { "field": "amount", "before": "12.50", "after": "20.00" },
            { "field": "editor", "before": admin, "after": staff },
            { "field": "organization", "before": "云南耳尖", "after": "耳尖团队" },
            { "field": "organization_id", "before": 1, "after": 2 },
            { "field": "updateTime", "before": "2021-08-01 12:00:00", "after": "2021-08-01 12:01:00" },
        ])
    );
    let created: Map<_, _> = changes[3]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            assert_eq!(it["before"], Value::Null);
            (it["field"].as_str().unwrap().to_owned(), it["after"].clone())
        })
        .collect();
    let expected = json!({
        "organization_id": 1, "organization": "云南耳尖", "name": "合同", "code": "A1", "amount": "12.50", "status": 0,
        "sign_time": "2021-07-30 00:00:00", "follower": [staff], "follower_id": [2], "editor": admin, "creator": admin,
        "createTime": "2021-08-01 12:00:00", "updateTime": "2021-08-01 12:00:00",
    });
    assert_eq!(json!(created), expected);
}

#[tokio::test]
async fn the_changes_replayed_are_every_row_that_a_record_had_page_by_page() {
    let office = Office::open().await;
    let mut random = fastrand::Rng::with_seed(19);
    for it in &DELETABLE {
        let id = office.create(it).await;
        let row = async || {
            let all = if it.kind == "menu" { "" } else { "all=true&customers_id=all&" };
            let all = if ["follow", "contract"].contains(&it.kind) { "all=true&" } else { all };
            let found = office.get(&format!("{}?{all}count=100", it.path)).await;
            let rows = found.ok().as_array().unwrap().clone();
            let mut row = rows.into_iter().find(|row| row["id"] == json!(id)).unwrap();
            row.as_object_mut().unwrap().retain(|key, _| !["id", "version"].contains(&key.as_str()));
            row
        };
        let mut rows = vec![row().await];
        for n in 0..random.u32(5..9) {
            office.company.stack.advance(random.i64(0..3));
            match random.bool() {
                true => office.edit(it, id, n).await,
                // The same again is a change without a difference.
                false => office.edit(it, id, 0).await,
            }
            rows.push(row().await);
        }
        // The pages are those of a plain vector.
        let all = office.history(it.kind, id).await.ok().as_array().unwrap().clone();
        assert_eq!(all.len(), rows.len(), "{}", it.kind);
        for (page, shown) in all.chunks(3).enumerate() {
            let uri = format!("/api/history/record?kind={}&id={id}&count=3&page={}", it.kind, page + 1);
            let answer = office.get(&uri).await;
            assert_eq!((answer.ok(), answer.page().0), (&json!(shown), all.len() as u64), "{uri}");
        }
        let beyond = office.get(&format!("/api/history/record?kind={}&id={id}&page=9", it.kind)).await;
        assert_eq!((beyond.ok(), beyond.page().0), (&json!([]), all.len() as u64));
        // What is left out of the creation has no value.
        let empty = |value: &Value| value.is_null() || *value == json!("") || *value == json!([]);
        let mut replayed = rows[0].clone();
        replayed
            .as_object_mut()
            .unwrap()
            .values_mut()
            .filter(|value| !empty(value))
            .for_each(|value| *value = Value::Null);
        let mut revision = 0;
        for (change, row) in all.iter().rev().zip(&rows) {
            for field in change["changes"].as_array().unwrap() {
                let name = field["field"].as_str().unwrap();
                assert_eq!(replayed[name], field["before"], "{} {name}", it.kind);
                assert_ne!(field["before"], field["after"]);
                replayed[name] = field["after"].clone();
            }
            assert_eq!(&replayed, row, "{}", it.kind);
            assert!(change["revision"].as_u64().unwrap() > revision);
            revision = change["revision"].as_u64().unwrap();
        }
    }
}

#[tokio::test]
async fn a_rename_is_the_systems_and_a_grant_is_a_change_of_the_employee() {
    let office = Office::open().await;
    office
        .post("/api/customers/organization", json!({ "organization_id": 1, "groupName": "新名" }))
        .await
        .ok();
    let changes = office.history("customers", 2).await.ok().clone();
    assert_eq!((&changes[0]["action"], &changes[0]["by"]), (&json!("rename"), &Value::Null));
    assert_eq!(
        changes[0]["changes"],
        json!([{ "field": "organization", "before": "云南耳尖", "after": "新名" }])
    );
    // The company was made by nobody at no time.
    assert_eq!(
        (&changes[1]["action"], &changes[1]["by"], &changes[1]["time"]),
        (&json!("create"), &Value::Null, &Value::Null)
    );
    let organization = office.history("organization", 1).await.ok().clone();
    assert_eq!(
        of_field(&organization, "groupName"),
        [(2, json!("云南耳尖"), json!("新名")), (1, Value::Null, json!("云南耳尖")),]
    );

    for name in ["甲", "乙"] {
        office.post("/api/user/menu", json!({ "name": name })).await.ok();
    }
    for menus in [json!([1]), json!([1, 2]), json!([])] {
        office.post("/api/user/usermenu", json!({ "user_id": 3, "menu": menus })).await.ok();
    }
    office.post("/api/user/user", json!({ "user_id": 3, "nickName": "小黄" })).await.ok();
    let changes = office.history("user", 3).await.ok().clone();
    let (first, second) = (json!({ "id": 1, "name": "甲" }), json!({ "id": 2, "name": "乙" }));
    assert_eq!(
        of_field(&changes, "menu"),
        [
            (4, json!([first, second]), json!([])),
            (3, json!([first]), json!([first, second])),
            (2, json!([]), json!([first])),
        ]
    );
    assert_eq!(of_field(&changes, "nickName")[0], (5, json!("黄浩原"), json!("小黄")));
    for field in ["id", "version", "isLogin", "lastLoginTime"] {
        assert_eq!(of_field(&changes, field), [], "{field}");
    }
}

#[tokio::test]
async fn twenty_versions_are_read_with_twelve_units() {
    let office = Office::open().await;
    for it in &DELETABLE {
        let id = office.create(it).await;
        for n in 1..20 {
            office.edit(it, id, n).await;
        }
        cheap(&office, it.kind, id).await;
    }
    for n in 1..20 {
        let name = format!("第{n}次");
        office.post("/api/customers/customers", json!({ "customers_id": 2, "nickName": name })).await.ok();
        office
            .post("/api/customers/organization", json!({ "organization_id": 2, "groupDetail": name }))
            .await
            .ok();
        office.post("/api/user/user", json!({ "user_id": 3, "nickName": name })).await.ok();
    }
    for (kind, id) in [("customers", 2), ("organization", 2), ("user", 3)] {
        cheap(&office, kind, id).await;
    }
}

async fn cheap(office: &Office, kind: &str, id: u64) {
    let answer = office.get(&format!("/api/history/record?kind={kind}&id={id}")).await;
    assert_eq!((answer.page().0, answer.ok().as_array().unwrap().len()), (20, 20), "{kind}");
    let cost = answer.cost();
    println!("{kind}: {cost:?}");
    assert!(cost.rcu <= 12.0 && cost.wcu == 0.0 && cost.depth <= 4, "{kind}: {cost:?}");
}

#[tokio::test]
async fn an_id_that_never_was_is_404_and_a_wrong_parameter_is_named() {
    let office = Office::open().await;
    let before = office.company.stack.dump().await;
    for kind in ["user", "menu", "customers", "organization", "follow", "demand", "satisfy", "contract"] {
        office.history(kind, 99).await.refused(StatusCode::NOT_FOUND, "not_found");
    }
    for (query, field) in [
        ("id=1", "kind"),
        ("kind=&id=1", "kind"),
        ("kind=session&id=1", "kind"),
        ("kind=CUS&id=1", "kind"),
        ("kind=customers", "id"),
        ("kind=customers&id=0", "id"),
        ("kind=customers&id=4294967296", "id"),
        ("kind=customers&id=x", "id"),
        ("kind=customers&id=1&page=0", "page"),
        ("kind=customers&id=1&count=-1", "count"),
    ] {
        office.get(&format!("/api/history/record?{query}")).await.refused_field(field);
    }
    assert_eq!(office.company.stack.dump().await, before);
}
