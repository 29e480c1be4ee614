//! A row as a list answers it can be sent back: whoever changes one field of it changes that field and nothing else.

use axum::http::Method;
use docs::FUNCTIONS;
use serde_json::{Map, Value, json};
use testing::{Answer, Client, Company};

/// A write, where its rows are, and for each of their fields another value and the keys that follow it.
pub struct Form {
    pub path: &'static str,
    /// A list with the row, which is the first of it.
    pub list: &'static str,
    pub changes: Vec<(&'static str, Value, &'static [&'static str])>,
}

const ALONE: &[&str] = &[];
/// What every edit moves.
const MOVED: [&str; 2] = ["version", "updateTime"];

/// Every write that edits.
pub fn forms() -> Vec<Form> {
    let activity = |more: Vec<(&'static str, Value, &'static [&'static str])>| {
        let mut changes = more;
        changes.extend([
            ("recordTime", json!("2021-07-29 10:11:12"), ALONE),
            ("follower_id", json!([3, 2]), &["follower"]),
            ("attach", json!("https://example.com/1.png"), ALONE),
            ("note", json!("改过"), ALONE),
        ]);
        changes
    };
    let of_customer = |more: Vec<(&'static str, Value, &'static [&'static str])>| {
        let mut changes = activity(more);
        changes.extend::<[(_, _, &'static [_]); 2]>([
            ("organization_id", json!(2), &["customers_group", "organization"]),
            ("customers_id", json!(2), &["customers"]),
        ]);
        changes
    };
    let texts =
        |names: &[&'static str]| names.iter().map(|name| (*name, json!("改过"), ALONE)).collect::<Vec<_>>();
    let with = |mut all: Vec<(&'static str, Value, &'static [&'static str])>, more: Vec<_>| {
        all.extend(more);
        all
    };
    let day = || json!("2001-02-03 00:00:00");
    vec![
        Form {
            path: "/api/user/menu",
            list: "/api/user/menu?count=1",
            changes: with(texts(&["name", "content", "note"]), vec![("area", json!("stats"), ALONE)]),
        },
        Form {
            path: "/api/user/usermenu",
            list: "/api/user/usermenu?user_id=3",
            changes: vec![("menu", json!("all"), ALONE)],
        },
        Form {
            path: "/api/user/user",
            list: "/api/user/user?count=1&page=3",
            changes: with(
                texts(&["realName", "nickName", "number", "address", "school", "education"]),
                vec![
                    ("phoneNumber", json!("13900000001"), ALONE),
                    ("headImageUrl", json!("https://example.com/2.png"), ALONE),
                    ("sex", json!(2), ALONE),
                    ("birthday", day(), ALONE),
                    ("title", json!(7), ALONE),
                    ("rankId", json!(8), ALONE),
                    ("rankType", json!(9), ALONE),
                    ("entryTime", day(), ALONE),
                    ("officialTime", day(), ALONE),
                    ("resignTime", day(), ALONE),
                    ("role", json!("admin"), ALONE),
                    ("status", json!(0), ALONE),
                ],
            ),
        },
        Form {
            path: "/api/customers/customers",
            list: "/api/customers/customers?customers_id=2",
            changes: with(
                texts(&["nickName", "realName", "job"]),
                vec![
                    ("type", json!(5), ALONE),
                    ("avatar", json!("https://example.com/3.png"), ALONE),
                    ("phoneNumber", json!("13900000002"), ALONE),
                    ("sex", json!(1), ALONE),
                    ("organization_id", json!(2), &["organization"]),
                ],
            ),
        },
        Form {
            path: "/api/customers/organization",
            list: "/api/customers/organization?organization_id=3",
            changes: with(
                texts(&["groupName", "groupDetail"]),
                vec![("type", json!(5), ALONE), ("status", json!(0), ALONE)],
            ),
        },
        Form {
            path: "/api/record/follow",
            list: "/api/record/follow?follow_id=1",
            changes: of_customer(with(texts(&["gain"]), vec![("event", json!(3), ALONE)])),
        },
        Form {
            path: "/api/record/demand",
            list: "/api/record/demand?demand_id=1",
            changes: of_customer(texts(&["content"])),
        },
        Form {
            path: "/api/record/plan",
            list: "/api/record/plan?plan_id=1",
            changes: vec![
                ("time", json!("2021-08-09 10:11:12"), ALONE),
                ("note", json!("改过"), ALONE),
                ("done", json!(true), &["done_time"]),
                ("customers_id", json!(2), &["customers"]),
                ("user_id", json!(2), &["user"]),
            ],
        },
        Form {
            path: "/api/feedback/satisfy",
            list: "/api/feedback/satisfy?customers_id=1&all=true",
            changes: activity(vec![("value", json!(-3), ALONE)]),
        },
        Form {
            path: "/api/contract/contract",
            list: "/api/contract/contract?contract_id=1",
            changes: with(
                texts(&["name", "code", "note"]),
                vec![
                    ("organization_id", json!(2), &["organization"]),
                    ("amount", json!("12.30"), ALONE),
                    ("sign_time", day(), ALONE),
                    ("remit_amount", json!("4.50"), ALONE),
                    ("remit_time", day(), ALONE),
                    ("aging_start_time", day(), ALONE),
                    ("aging_end_time", day(), ALONE),
                    ("status", json!(2), ALONE),
                    ("follower_id", json!([3, 2]), &["follower"]),
                ],
            ),
        },
    ]
}

/// A company with one of each record, and its admin.
pub struct Office {
    pub company: Company,
    admin: String,
}

impl Office {
    pub async fn open() -> Self {
        let company = Company::start(record::FUNCTION).await;
        let admin = company.stack.session(1).await;
        let office = Self { company, admin };
        let record = json!({ "customers_id": 1, "follower_id": [1], "record_time": "2021-07-30", "event": 2,
            "content": "日报" });
        for (path, body) in [
            ("/api/user/menu", json!({ "name": "客户管理" })),
            ("/api/user/menu", json!({ "name": "拜访记录" })),
            ("/api/record/upload", record),
            ("/api/record/plan", json!({ "customers_id": 1, "time": "2021-08-02", "note": "日报" })),
            (
                "/api/feedback/satisfy",
                json!({ "customers_id": 1, "record_time": "2021-07-15", "follower_id": 1, "value": 4 }),
            ),
            ("/api/contract/contract", json!({ "organization_id": 1, "name": "合同", "follower_id": 1 })),
        ] {
            office.post(path, body).await.ok();
        }
        office
    }

    pub fn client(&self, path: &str) -> Client {
        self.company.stack.client_of(&FUNCTIONS, path, &self.admin)
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.client(path).post(path, body).await
    }

    /// The first row of a list.
    pub async fn row(&self, list: &str) -> Map<String, Value> {
        let answer = self.client(list).get(list).await;
        answer.ok()[0].as_object().unwrap_or_else(|| panic!("{list}: {}", answer.body)).clone()
    }
}

#[tokio::test]
async fn a_row_sent_back_with_one_field_changed_changes_that_field_and_nothing_else() {
    let office = Office::open().await;
    let menus = office.client("/api/user/menu").get("/api/user/menu").await.ok().clone();
    let mut sent_back = 0;
    for Form { path, list, changes } in forms() {
        for (key, mut value, followed) in changes {
            if key == "menu" {
                value = menus.clone();
                // As it is now.
                let now = office.client("/api/user/menu").get("/api/user/menu").await.ok().clone();
                value = now.as_array().map_or(value, |rows| rows.clone().into());
            }
            office.company.stack.advance(60);
            let before = office.row(list).await;
            assert_ne!(before.get(key), Some(&value), "{path}: {key} is to be changed");
            let mut sent = before.clone();
            sent.insert(key.to_owned(), value.clone());
            // The keys that nobody can change are known, so strict reading takes the row too.
            let strict = office.client(path).with("prefer", "handling=strict");
            let answer = strict.post(path, Value::Object(sent)).await;
            let version = answer.ok()["version"].clone();
            let after = office.row(list).await;
            let shown = |row: &Map<String, Value>| {
                let mut row = row.clone();
                row.retain(|name, _| {
                    name != key && !MOVED.contains(&name.as_str()) && !followed.contains(&name.as_str())
                });
                row
            };
            assert_eq!(shown(&after), shown(&before), "{path}: {key}");
            assert!(after.get(key).is_none_or(|new| *new == value), "{path}: {key} is {after:?}");
            assert!(after.contains_key(key) || after[followed[0]] != before[followed[0]], "{path}: {key}");
            assert_eq!(after.get("version").unwrap_or(&version), &version, "{path}: {key}");
            sent_back += 1;
        }
    }
    assert!(sent_back > 60, "{sent_back}");
}

#[tokio::test]
async fn where_a_parameter_comes_under_two_names_the_seeds_name_counts_and_the_other_is_well_formed() {
    let office = Office::open().await;
    let two = json!({ "follow_id": 1, "event_note": "甲", "note": "乙", "record_time": "2021-07-30T16:00:00.000Z",
        "recordTime": "2021-07-01" });
    office.post("/api/record/follow", two).await.ok();
    let row = office.row("/api/record/follow?follow_id=1").await;
    assert_eq!((&row["note"], &row["recordTime"]), (&json!("甲"), &json!("2021-07-31 00:00:00")));
    let demand = json!({ "demand_id": 1, "content": "甲", "demand_content": "乙", "content_note": "丙", "note": "丁" });
    office.post("/api/record/demand", demand).await.ok();
    let row = office.row("/api/record/demand?demand_id=1").await;
    assert_eq!((&row["content"], &row["note"]), (&json!("甲"), &json!("丙")));
    let before = office.company.stack.dump().await;
    let malformed = json!({ "follow_id": 1, "event_note": "x", "note": [1] });
    office.post("/api/record/follow", malformed).await.refused_field("note");
    let alone = json!({ "follow_id": 1, "attach": "x" });
    office.post("/api/record/follow", alone).await.refused_field("attach");
    assert_eq!(office.company.stack.dump().await, before);
}

#[tokio::test]
async fn only_a_name_of_its_own_deletes() {
    let office = Office::open().await;
    for lone in [json!({ "id": 1 }), json!({ "id": 1, "version": 1 }), json!({ "id": "1", "name": "" })] {
        office.post("/api/user/menu", lone).await.refused_field("name");
    }
    for path in [
        "/api/record/delfollow",
        "/api/record/deldemand",
        "/api/record/delplan",
        "/api/feedback/delsatisfy",
        "/api/contract/delcontract",
    ] {
        office
            .post(path, json!({ "id": 1 }))
            .await
            .refused(axum::http::StatusCode::BAD_REQUEST, "invalid_parameter");
        let by_query = format!("{path}?id=1");
        let answer = office.client(path).send(Method::DELETE, &by_query, &[], "").await;
        answer.refused(axum::http::StatusCode::BAD_REQUEST, "invalid_parameter");
    }
    office.post("/api/user/menu", json!({ "menu_id": 1 })).await.ok();
    assert_eq!(office.client("/api/user/menu").get("/api/user/menu").await.page().0, 1);
}
