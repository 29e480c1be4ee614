//! `/api/record/follow` and `/api/record/delfollow`.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::model::Follow;
use shared::store::{Order, Window};
use testing::Company;

/// What the interface list shows.
const SAMPLE: &str = r#"{"id": 7,"customers_id": 227,"event": 2,"follower": [{"nickName": "黄浩原","realName": "黄浩原","phoneNumber": "13577133928"}],"attach": null,"recordTime": "2021-07-23 09:13:55","operator_id": 22,"gain": null,"createTime": "2021-07-23 09:18:40","note": null,"operator": {"nickName": "张建林","realName": "张建林","phoneNumber": "15925130924"},"customers": {"nickName": "Miss'Z","realName": "赵丽萍","organization": "云南耳尖"},"customers_group": null}"#;
const ADDITIVE: [&str; 5] =
    ["organization_id", "follower_id", "version", "follower.user_id", "operator.user_id"];

/// A follow-up with a customer at some time.
async fn follow(company: &Company, customer: u32, time: &str) -> u64 {
    let body = json!({ "customers_id": customer, "follower_id": [3], "record_time": time, "event": 2 });
    company.client.post("/api/record/upload", body).await.ok()["follow_id"].as_u64().unwrap()
}

/// The only row of one follow-up.
async fn row(company: &Company, id: u64) -> Value {
    company.client.get(&format!("/api/record/follow?follow_id={id}")).await.ok()[0].clone()
}

#[tokio::test]
async fn rows_have_the_keys_and_types_of_the_interface_lists_sample() {
    let company = Company::start(record::FUNCTION).await;
    follow(&company, 2, "2021-07-31 09:13:55").await;
    let answer = company.client.get("/api/record/follow").await;
    answer.rows_are_like(SAMPLE, &ADDITIVE);
    assert_eq!(answer.page(), (1, 1, 20));
    let row = &answer.ok()[0];
    assert_eq!(
        row["customers"],
        json!({ "nickName": "Miss'Z", "realName": "赵丽萍", "organization": "云南耳尖" })
    );
    let person =
        json!({ "user_id": 3, "nickName": "黄浩原", "realName": "黄浩原", "phoneNumber": "13577133928" });
    assert_eq!(row["follower"], json!([person]));
    let group = json!({ "id": 1, "groupName": "云南耳尖", "groupDetail": "云南耳尖科技有限公司" });
    assert_eq!(row["customers_group"], group);
    follow(&company, 1, "2021-08-01 09:13:55").await;
    let answer = company.client.get("/api/record/follow?follow_id=2").await;
    answer.rows_are_like(SAMPLE, &ADDITIVE);
    assert_eq!(answer.ok()[0]["customers"]["organization"], "");
    assert_eq!(answer.ok()[0]["customers_group"], json!(null));
}

#[tokio::test]
async fn without_a_window_it_is_the_last_week_and_both_ends_belong_to_it() {
    let company = Company::start(record::FUNCTION).await;
    for time in ["2021-07-25 11:59:59", "2021-07-25 12:00:00", "2021-08-01 12:00:00", "2021-08-01 12:00:01"] {
        follow(&company, 1, time).await;
    }
    assert_eq!(company.client.get("/api/record/follow").await.ids(), [3, 2]);
    let get = |query: &'static str| {
        let client = company.client.clone();
        async move { client.get(&format!("/api/record/follow?{query}")).await }
    };
    assert_eq!(get("end_time=2021-08-01").await.ids(), [4, 3]);
    assert_eq!(get("start_time=2021-07-25&end_time=2021-07-25").await.ids(), [2, 1]);
    assert_eq!(get("start_time=2021-08-01T12:00:01&end_time=2021-08-01%2012:00:01").await.ids(), [4]);
    get("start_time=2021-08-02&end_time=2021-08-01").await.refused_field("start_time");
    get("end_time=x").await.refused_field("end_time");
}

#[tokio::test]
async fn a_window_that_begins_in_the_future_is_a_week_long() {
    let company = Company::start(record::FUNCTION).await;
    for time in ["2021-08-02 00:00:00", "2021-08-09 00:00:00", "2021-08-09 00:00:01"] {
        follow(&company, 1, time).await;
    }
    let found = company.client.get("/api/record/follow?start_time=2021-08-02").await;
    assert_eq!(found.ids(), [2, 1]);
    let last = company.client.get("/api/record/follow?start_time=2105-12-31").await;
    assert_eq!(last.page().0, 0, "the week ends with the last day that there is");
}

#[tokio::test]
async fn one_is_found_by_its_id_whatever_else_is_asked_for() {
    let company = Company::start(record::FUNCTION).await;
    follow(&company, 1, "2001-01-01").await;
    follow(&company, 2, "2021-08-01").await;
    let found =
        company.client.get("/api/record/follow?follow_id=1&customers_id=2&start_time=2021-08-01").await;
    assert_eq!((found.ids(), found.page()), (vec![1], (1, 1, 20)));
    let beyond = company.client.get("/api/record/follow?follow_id=1&page=2").await;
    assert_eq!((beyond.ids(), beyond.page()), (vec![], (1, 2, 20)));
    for query in ["follow_id=99", "customers_id=99"] {
        let none = company.client.get(&format!("/api/record/follow?{query}")).await;
        assert_eq!((none.ids(), none.page().0), (vec![], 0), "{query}");
    }
    company.client.get("/api/record/follow?follow_id=x").await.refused_field("follow_id");
}

#[tokio::test]
async fn an_edit_moves_the_record_in_every_list_and_keeps_what_it_does_not_name() {
    let company = Company::start(record::FUNCTION).await;
    let (client, store) = (&company.client, &company.stack.app.store);
    let body = json!({
        "customers_id": 2, "follower_id": [3, 4], "record_time": "2021-07-30 10:00:00", "event": 2,
        "gain": "达成意向", "event_attach": "http://a.cn/1.png", "event_note": "备注",
    });
    client.post("/api/record/upload", body).await.ok();
    let edit = json!({ "follow_id": 1, "customers_id": 3, "organization_id": 2, "record_time": "2020-01-01 08:00:00" });
    let edited = client.post("/api/record/follow", edit).await;
    assert_eq!(edited.body, json!({ "status": 0, "msg": "修改成功", "data": { "id": 1, "version": 2 } }));

    let kept = row(&company, 1).await;
    assert_eq!(
        (&kept["event"], &kept["gain"], &kept["note"]),
        (&json!(2), &json!("达成意向"), &json!("备注"))
    );
    assert_eq!((&kept["follower_id"], &kept["attach"]), (&json!([3, 4]), &json!("http://a.cn/1.png")));
    assert_eq!((&kept["createTime"], &kept["version"]), (&json!("2021-08-01 12:00:00"), &json!(2)));
    let all = "start_time=1970-01-01&end_time=2105-12-31";
    for (query, total) in [
        ("customers_id=2".to_owned(), 0),
        (format!("customers_id=2&{all}"), 0),
        (format!("customers_id=3&{all}"), 1),
        ("customers_id=3".to_owned(), 0),
        (String::new(), 0),
        ("start_time=2020-01-01&end_time=2020-01-01".to_owned(), 1),
    ] {
        let found = client.get(&format!("/api/record/follow?{query}")).await;
        assert_eq!((found.page().0, found.ids().len()), (total, total as usize), "{query}");
    }
    for (organization, count) in [(1, 0), (2, 1)] {
        let listing = [Follow::of_organization(Some(organization))];
        assert_eq!(store.total(&listing, Window::ALL).await.unwrap().count, count);
        let first = store.first(&listing, Window::ALL, Order::Ascending).await.unwrap();
        assert_eq!(first.is_some(), count > 0);
    }
    // Cleared, and under the other names.
    let edit = json!({ "follow_id": "1", "organization_id": null, "gain": "", "attach": "https://b.cn", "note": null, "event": "5" });
    client.post("/api/record/follow", edit).await.ok();
    let cleared = row(&company, 1).await;
    assert_eq!((&cleared["organization_id"], &cleared["customers_group"]), (&json!(null), &json!(null)));
    assert_eq!((&cleared["gain"], &cleared["note"]), (&json!(null), &json!(null)));
    assert_eq!((&cleared["attach"], &cleared["event"]), (&json!("https://b.cn"), &json!(5)));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn what_an_edit_names_must_be_there_and_what_it_leaves_need_not() {
    let company = Company::start(record::FUNCTION).await;
    follow(&company, 2, "2021-07-30").await;
    for id in [2, 4] {
        company.hide_customer(id).await;
    }
    for id in [1, 3] {
        company.delete_organization(id).await;
    }
    let edit = |edit: Value| {
        let mut body = json!({ "follow_id": 1 });
        body.as_object_mut().unwrap().extend(edit.as_object().unwrap().clone());
        let client = company.client.clone();
        async move { client.post("/api/record/follow", body).await }
    };
    edit(json!({ "gain": "x" })).await.ok();
    // A form sends all of its fields.
    let form = json!({ "customers_id": 2, "organization_id": 1, "follower_id": [1, 2], "gain": "y" });
    edit(form).await.ok();
    let shown = row(&company, 1).await;
    assert_eq!(shown["gain"], "y");
    assert_eq!(shown["customers"]["realName"], "赵丽萍");
    assert_eq!(shown["customers_group"]["groupName"], "云南耳尖");
    let before = company.stack.dump().await;
    edit(json!({ "customers_id": 4 })).await.refused_field("customers_id");
    edit(json!({ "organization_id": 3 })).await.refused_field("organization_id");
    edit(json!({ "follower_id": [99] })).await.refused_field("follower_id");
    edit(json!({ "follower_id": [] })).await.refused_field("follower_id");
    edit(json!({ "record_time": "" })).await.refused_field("record_time");
    edit(json!({ "event": null })).await.refused_field("event");
    edit(json!({ "event": 7 })).await.refused_field("event");
    edit(json!({ "event_attach": "a" })).await.refused_field("event_attach");
    edit(json!({ "attach": "a" })).await.refused_field("attach");
    company.client.post("/api/record/follow", json!({ "gain": "x" })).await.refused_field("follow_id");
    let missing = company.client.post("/api/record/follow", json!({ "follow_id": 9, "gain": "x" })).await;
    missing.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_refused_and_of_racing_edits_none_is_lost_silently() {
    let company = Company::start(record::FUNCTION).await;
    follow(&company, 1, "2021-07-30").await;
    let edit = |n: u32, version: Option<u32>| {
        let mut body = json!({ "follow_id": 1, "gain": format!("n{n}") });
        if let Some(version) = version {
            body["version"] = json!(version);
        }
        let client = company.client.clone();
        async move { client.post("/api/record/follow", body).await }
    };
    edit(0, Some(1)).await.ok();
    edit(1, Some(1)).await.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!(row(&company, 1).await["gain"], "n0");
    // All have seen version 2: one edit is done and all others are told.
    let race = futures_util::future::join_all((0..8).map(|n| edit(n, Some(2)))).await;
    let done: Vec<_> = (0..8).filter(|n| race[*n as usize].status == 200).collect();
    assert_eq!(race.iter().filter(|answer| answer.status == 409).count(), 7);
    let shown = row(&company, 1).await;
    assert_eq!((done.len(), &shown["gain"]), (1, &json!(format!("n{}", done[0]))));
    // Those who do not say what they have seen are done one after the other.
    for answer in futures_util::future::join_all((0..8).map(|n| edit(n, None))).await {
        answer.ok();
    }
    assert_eq!(row(&company, 1).await["version"], 11);
    let delete = company.client.post("/api/record/delfollow", json!({ "follow_id": 1, "version": 3 })).await;
    delete.refused(StatusCode::CONFLICT, "version_out_of_date");
    company.stack.verify_records().await;
}

#[tokio::test]
async fn edits_of_different_fields_that_race_are_both_there() {
    let company = Company::start(record::FUNCTION).await;
    follow(&company, 1, "2021-07-30").await;
    let edit = |body: Value| company.client.post("/api/record/follow", body);
    for n in 0..10 {
        let (gain, note) = (json!({ "follow_id": 1, "gain": n }), json!({ "follow_id": 1, "event_note": n }));
        let (one, other) = futures_util::future::join(edit(gain), edit(note)).await;
        one.ok();
        other.ok();
        let shown = row(&company, 1).await;
        assert_eq!((&shown["gain"], &shown["note"]), (&json!(n.to_string()), &json!(n.to_string())));
    }
}

#[tokio::test]
async fn a_deleted_record_is_gone_from_every_list_total_and_statistic_and_stays_in_its_history() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    for n in 7..=9 {
        follow(&company, 2, &format!("2021-07-2{n}")).await;
    }
    let by_post = client.post("/api/record/delfollow", json!({ "follow_id": 2 })).await;
    assert_eq!(by_post.body, json!({ "status": 0, "msg": "删除成功" }));
    let by_query = client.send(Method::DELETE, "/api/record/delfollow?follow_id=1", &[], "").await;
    assert_eq!(by_query.body, json!({ "status": 0, "msg": "删除成功" }));
    for query in ["", "?customers_id=2"] {
        let left = client.get(&format!("/api/record/follow{query}")).await;
        assert_eq!((left.ids(), left.page().0), (vec![3], 1));
    }
    assert_eq!(client.get("/api/record/follow?follow_id=2").await.page().0, 0);
    let of_organization = [Follow::of_organization(Some(1))];
    let store = &company.stack.app.store;
    assert_eq!(store.total(&of_organization, Window::ALL).await.unwrap().count, 1);
    let first = store.first(&of_organization, Window::ALL, Order::Ascending).await.unwrap();
    assert_eq!(first.map(|entry| entry.point.id), Some(3));
    for id in [1, 2, 99] {
        let again = client.post("/api/record/delfollow", json!({ "follow_id": id })).await;
        again.refused(StatusCode::NOT_FOUND, "not_found");
    }
    let in_body = client.send(Method::DELETE, "/api/record/delfollow", &[], r#"{"follow_id": 3}"#).await;
    in_body.ok();
    client.post("/api/record/delfollow", json!({})).await.refused_field("follow_id");
    assert_eq!(client.get("/api/record/follow").await.page().0, 0);
    assert!(company.stack.dump().await.contains(r#""p":"FLW#3","s":"H#00000001""#));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn long_texts_are_shown_whole_and_a_page_costs_no_round_trip_more_for_them() {
    let company = Company::start(record::FUNCTION).await;
    follow(&company, 2, "2021-07-30 10:00:00").await;
    let short = company.client.get("/api/record/follow").await;
    let text = "长".repeat(4000);
    let body = json!({
        "customers_id": 3, "follower_id": [3], "record_time": "2021-07-30 11:00:00", "event": 1,
        "gain": text, "event_note": text, "event_attach": format!("http://a.cn/{}", "x".repeat(2000)),
    });
    company.client.post("/api/record/upload", body).await.ok();
    let long = company.client.get("/api/record/follow").await;
    assert_eq!(long.ids(), [2, 1]);
    assert_eq!((&long.ok()[0]["gain"], &long.ok()[0]["note"]), (&json!(text), &json!(text)));
    assert_eq!(long.ok()[0]["customers"]["realName"], "普翠");
    assert_eq!(long.cost().depth, short.cost().depth);
    // A short one again.
    company
        .client
        .post("/api/record/follow", json!({ "follow_id": 2, "gain": "", "event_note": "x" }))
        .await
        .ok();
    assert_eq!(company.client.get("/api/record/follow").await.ok()[0]["note"], "x");
    company.stack.verify_records().await;
}
