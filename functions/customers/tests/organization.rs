//! `/api/customers/organization`.

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::json;
use shared::model::Role;
use testing::encoded::encoded;
use testing::{Client, Stack};

const PATH: &str = "/api/customers/organization";

async fn staff(stack: &Stack) -> Client {
    stack.signed_in(customers::FUNCTION, "15331761337", Role::Staff).await
}

async fn ids(client: &Client, query: &str) -> Vec<u64> {
    client.get(&format!("{PATH}?{query}")).await.ids()
}

#[tokio::test]
async fn organizations_are_created_edited_and_listed_as_in_the_interface_list() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let created = staff.post(PATH, json!({ "groupName": "大理市宣传", "groupDetail": "大理市宣传部" })).await;
    assert_eq!(created.body, json!({ "status": 0, "msg": "操作成功", "data": { "id": 1 } }));
    staff.post(PATH, json!({ "groupName": "GPS" })).await.ok();
    stack.advance(60);
    let edit = json!({ "organization_id": 1, "groupDetail": "宣传部", "type": 2 });
    assert_eq!(staff.post(PATH, edit).await.body["data"]["version"], 2);
    let list = staff.get(PATH).await;
    let creator = json!({ "user_id": 1, "nickName": "", "realName": "", "phoneNumber": "15331761337" });
    assert_eq!(
        list.ok(),
        &json!([
            {
                "creator": creator, "id": 2, "type": 1, "groupName": "GPS", "groupDetail": "", "status": 1,
                "createTime": "2021-08-01 12:00:00", "updateTime": "2021-08-01 12:00:00", "version": 1,
            },
            {
                "creator": creator, "id": 1, "type": 2, "groupName": "大理市宣传", "groupDetail": "宣传部", "status": 1,
                "createTime": "2021-08-01 12:00:00", "updateTime": "2021-08-01 12:01:00", "version": 2,
            },
        ])
    );
    assert_eq!(list.page(), (2, 1, 20));
    stack.verify_records().await;
}

#[tokio::test]
async fn they_are_found_by_ids_together_with_every_other_filter() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    for name in ["云南耳尖", "大理市宣传", "云南白药", "GPS"] {
        staff.post(PATH, json!({ "groupName": name })).await.ok();
    }
    staff.post(PATH, json!({ "organization_id": 3, "status": 0 })).await.ok();
    for (query, expected) in [
        ("organization_ids=[1,3,4,9]", vec![4, 3, 1]),
        ("organization_ids=3,1&status=1", vec![1]),
        ("organization_ids=3,1&status=0", vec![3]),
        ("organization_ids=4,3,1&name=云", vec![3, 1]),
        ("organization_ids=4,2,1&name=云南耳尖&status=1", vec![1]),
        ("organization_ids=1,2&organization_id=2", vec![2]),
        ("organization_ids=1,2&organization_id=3", vec![]),
        ("organization_ids=[]", vec![4, 3, 2, 1]),
        ("organization_ids=9", vec![]),
    ] {
        let query = query.replace('云', "%E4%BA%91").replace("南耳尖", "%E5%8D%97%E8%80%B3%E5%B0%96");
        let whole = staff.get(&format!("{PATH}?{query}")).await;
        assert_eq!((whole.ids(), whole.page().0), (expected.clone(), expected.len() as u64), "{query}");
        for (place, id) in expected.iter().enumerate() {
            let page = staff.get(&format!("{PATH}?{query}&count=1&page={}", place + 1)).await;
            assert_eq!((page.ids(), page.page().0), (vec![*id], expected.len() as u64), "{query}");
        }
    }
    for query in ["organization_ids=x", "organization_ids=0", "organization_ids=1&organization_ids=-1"] {
        staff.get(&format!("{PATH}?{query}")).await.refused_field("organization_ids");
    }
    let cost = staff.get(&format!("{PATH}?organization_ids=1,2,3,4&count=1")).await.cost();
    assert!(cost.rcu <= 15.0 && cost.depth <= 5, "{cost:?}");
}

#[tokio::test]
async fn a_name_is_unique_among_those_that_are_not_deleted() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(PATH, json!({ "groupName": "a" })).await.ok();
    let race = (0..4).map(|_| staff.post(PATH, json!({ "groupName": "b" })));
    assert_eq!(join_all(race).await.iter().filter(|answer| answer.status == 200).count(), 1);
    let taken = staff.post(PATH, json!({ "groupName": "a" })).await;
    taken.refused(StatusCode::CONFLICT, "duplicate");
    assert_eq!((&taken.body["data"], &taken.body["field"]), (&json!({ "id": 1 }), &json!("groupName")));
    staff.post(PATH, json!({ "organization_id": 1, "status": 0 })).await.ok();
    let other = staff.post(PATH, json!({ "groupName": "a" })).await.ok()["id"].clone();
    let back = staff.post(PATH, json!({ "organization_id": 1, "status": 1 })).await;
    assert_eq!(back.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], other);
    staff.post(PATH, json!({ "organization_id": 1, "status": 1, "groupName": "c" })).await.ok();
    stack.verify_records().await;
}

#[tokio::test]
async fn they_are_found_by_status_and_any_part_of_name_or_detail_the_newest_first() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    for (name, detail) in
        [("云南耳尖", "科技"), ("GPS", "定位"), ("大理市宣传", "大理市宣传部"), ("gpx", "云南大理")]
    {
        staff.post(PATH, json!({ "groupName": name, "groupDetail": detail })).await.ok();
    }
    staff.post(PATH, json!({ "organization_id": 3, "status": 0 })).await.ok();
    for (name, status, expected) in [
        ("", "", vec![4, 3, 2, 1]),
        ("", "0", vec![3]),
        ("", "1", vec![4, 2, 1]),
        ("", "2", vec![4, 3, 2, 1]),
        ("云", "", vec![4, 1]),
        ("大理", "", vec![4, 3]),
        ("大理", "1", vec![4]),
        ("大理", "0", vec![3]),
        ("gP", "", vec![4, 2]),
        ("ＧＰＳ", "", vec![2]),
        ("宣传部", "", vec![3]),
        ("宣传部", "1", vec![]),
        ("云南大", "2", vec![4]),
        ("尖科", "", vec![]),
    ] {
        let query = format!("name={}&status={status}", encoded(name));
        assert_eq!(ids(&staff, &query).await, expected, "{name} {status}");
        for id in 1..5 {
            let one = ids(&staff, &format!("{query}&organization_id={id}")).await;
            assert_eq!(one, expected.iter().copied().filter(|e| *e == id).collect::<Vec<_>>(), "{name} {id}");
        }
    }
    assert_eq!(staff.get(&format!("{PATH}?name={}&count=1&page=2", encoded("大理"))).await.ids(), [3]);
    staff.get(&format!("{PATH}?status=3")).await.refused_field("status");
}

#[tokio::test]
async fn a_detail_of_four_thousand_different_characters_is_written_found_and_replaced() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let detail = |first: u32| -> String { (0..4000).filter_map(|n| char::from_u32(first + n)).collect() };
    staff.post(PATH, json!({ "groupName": "长", "groupDetail": detail(0x4e00) })).await.ok();
    let part = |from| -> String { detail(0x4e00).chars().skip(from).take(64).collect() };
    for (from, found) in [(0, vec![1]), (192, vec![1]), (193, vec![]), (3900, vec![])] {
        assert_eq!(ids(&staff, &format!("name={}", encoded(&part(from)))).await, found, "{from}");
    }
    let row = staff.get(PATH).await.ok()[0].clone();
    assert_eq!(row["groupDetail"].as_str().unwrap().chars().count(), 4000, "all of it is kept");
    // An edit changes all points of what is searched of it, and another one at once after it finds nothing unfinished.
    for first in [0x6000, 0x7000] {
        let edit = staff.post(PATH, json!({ "organization_id": 1, "groupDetail": detail(first) })).await;
        edit.ok();
        // Four units for each character and each two that come or go. Of 256 different characters that is the most there is:
        // prose has fewer.
        assert!(edit.cost().wcu <= 4300.0, "{:?}", edit.cost());
    }
    staff.post(PATH, json!({ "organization_id": 1, "groupDetail": "短" })).await.ok();
    assert_eq!(ids(&staff, &format!("name={}", encoded(&part(0)))).await, [0; 0]);
    assert_eq!(ids(&staff, &format!("name={}", encoded("短"))).await, [1]);
    stack.verify_records().await;
    // Characters that stand for eighteen others each.
    let long = json!({ "groupName": "b", "groupDetail": "\u{fdfa}".repeat(4000) });
    staff.post(PATH, long).await.ok();
    stack.verify_records().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_written() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(PATH, json!({ "groupName": "a" })).await.ok();
    let before = stack.dump().await;
    for (field, value) in [
        ("groupName", json!("")),
        ("groupName", json!("名".repeat(65))),
        ("groupDetail", json!("长".repeat(4001))),
        ("type", json!("x")),
        ("status", json!(2)),
        ("organization_id", json!(-1)),
    ] {
        let mut organization = json!({ "groupName": "b" });
        organization[field] = value;
        staff.post(PATH, organization).await.refused_field(field);
    }
    staff.post(PATH, json!({ "groupDetail": "a" })).await.refused_field("groupName");
    let unknown = staff.post(PATH, json!({ "organization_id": 9, "type": 1 })).await;
    unknown.refused(StatusCode::NOT_FOUND, "not_found");
    let outdated = staff.post(PATH, json!({ "organization_id": 1, "type": 2, "version": 7 })).await;
    outdated.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn names_that_look_alike_are_the_same_name_and_those_of_version_0_1_are_told() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(PATH, json!({ "groupName": " ABC公司 " })).await.ok();
    for same in ["abc公司", "ＡＢＣ公司", "ABC\u{200b}公司"] {
        let taken = staff.post(PATH, json!({ "groupName": same })).await;
        assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], 1, "{same:?}");
    }
    staff.post(PATH, json!({ "groupName": "\u{200b}" })).await.refused_field("groupName");
    staff.post(PATH, json!({ "groupName": "a\u{0}b" })).await.refused_field("groupName");

    // Version 0.1 told them apart.
    stack.drop_guard("organization", "abc公司").await;
    stack.put_guard("organization", "ABC公司", &[1]).await;
    let other = staff.post(PATH, json!({ "groupName": "Abc公司" })).await.ok()["id"].as_u64().unwrap();
    staff.post(PATH, json!({ "groupName": "ABC公司" })).await.refused(StatusCode::CONFLICT, "duplicate");
    staff.post(PATH, json!({ "organization_id": 1, "groupName": "ABC公司", "groupDetail": "x" })).await.ok();
    let report = stack.repair_records().await;
    let collisions: Vec<_> = report.collisions.iter().map(ToString::to_string).collect();
    assert_eq!(collisions, [format!("ORG#1 and ORG#{other} have the same value abc公司, which is ORG#1's")]);
    // Both can be edited, until one of them gets a name of its own or is deleted.
    for id in [1, other] {
        staff.post(PATH, json!({ "organization_id": id, "groupDetail": "y" })).await.ok();
    }
    staff.post(PATH, json!({ "organization_id": 1, "status": 0 })).await.ok();
    stack.verify_records().await;
    staff
        .post(PATH, json!({ "organization_id": 1, "status": 1 }))
        .await
        .refused(StatusCode::CONFLICT, "duplicate");
    staff.post(PATH, json!({ "organization_id": other, "groupName": "别的" })).await.ok();
    staff.post(PATH, json!({ "organization_id": 1, "status": 1 })).await.ok();
    stack.verify_records().await;
}
