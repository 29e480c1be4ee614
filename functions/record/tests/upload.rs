//! `/api/record/upload`.

use serde_json::{Value, json};
use shared::model::{Demand, Follow};
use shared::store::Window;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testing::Company;
use testing::faults::{Fault, Hold, SeenCall, client};

/// The example of the interface list, as it is printed there.
const EXAMPLE: &str = r#"{"customers_id": 3,"follower_id": [1, 2],"record_time": "2021-01-01 12:00:00","event": 1,"content": "日报","content_note": "客户沟通很好"}"#;

fn example() -> Value {
    serde_json::from_str(EXAMPLE).unwrap()
}

fn with(field: &str, value: Value) -> Value {
    let mut body = example();
    body[field] = value;
    body
}

fn without(field: &str) -> Value {
    let mut body = example();
    body.as_object_mut().unwrap().remove(field);
    body
}

/// How many follow-ups and how many changes of demand there are.
async fn counts(company: &Company) -> (u64, u64) {
    let store = &company.stack.app.store;
    let follows = store.total(&[Follow::ALL], Window::ALL).await.unwrap().count;
    (follows, store.total(&[Demand::ALL], Window::ALL).await.unwrap().count)
}

#[tokio::test]
async fn both_records_take_three_round_trips() {
    let company = Company::start(record::FUNCTION).await;
    let answer = company.client.post("/api/record/upload", example()).await;
    answer.ok();
    assert_eq!(answer.cost().depth, 3, "session; references and ids; the transaction");
}

#[tokio::test]
async fn the_interface_lists_example_makes_a_follow_up_and_a_change_of_demand_of_one_occasion() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let headers = [("content-type", "application/json")];
    let answer = client.send(axum::http::Method::POST, "/api/record/upload", &headers, EXAMPLE).await;
    assert_eq!(
        answer.body,
        json!({ "status": 0, "msg": "创建成功", "data": { "follow_id": 1, "demand_id": 1 } })
    );
    let follow = client.get("/api/record/follow?follow_id=1").await.ok()[0].clone();
    let demand = client.get("/api/record/demand?demand_id=1").await.ok()[0].clone();
    for key in
        ["customers_id", "organization_id", "recordTime", "createTime", "follower", "operator", "customers"]
    {
        assert_eq!(follow[key], demand[key], "{key}");
    }
    assert_eq!(follow["recordTime"], "2021-01-01 12:00:00");
    assert_eq!((&follow["event"], &follow["note"]), (&json!(1), &json!(null)));
    assert_eq!((&demand["content"], &demand["note"]), (&json!("日报"), &json!("客户沟通很好")));
    assert_eq!(follow["operator_id"], Company::ME);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn only_what_was_sent_is_created_and_something_must_be() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let follow = client.post("/api/record/upload", with("content", json!(""))).await;
    assert_eq!(follow.ok(), &json!({ "follow_id": 1 }));
    let demand = client.post("/api/record/upload", with("event", json!(""))).await;
    assert_eq!(demand.ok(), &json!({ "demand_id": 1 }));
    assert_eq!(counts(&company).await, (1, 1));
    // What is told of a visit is not lost without a word.
    for field in ["gain", "event_note", "event_attach"] {
        let mut told = without("event");
        told[field] = json!("https://a.cn/1");
        client.post("/api/record/upload", told).await.refused_field("event");
    }
    assert_eq!(counts(&company).await, (1, 1));
    let mut neither = without("event");
    neither["content"] = json!(null);
    client.post("/api/record/upload", neither).await.refused_field("content");
}

#[tokio::test]
async fn a_wrong_parameter_is_named_and_nothing_is_written() {
    let company = Company::start(record::FUNCTION).await;
    company.hide_customer(4).await;
    company.delete_organization(3).await;
    let before = company.stack.dump().await;
    for field in ["customers_id", "follower_id", "record_time"] {
        company.client.post("/api/record/upload", without(field)).await.refused_field(field);
    }
    for (field, value) in [
        ("customers_id", json!(99)),
        ("customers_id", json!(4)),
        ("customers_id", json!("x")),
        ("organization_id", json!(99)),
        ("organization_id", json!(3)),
        ("follower_id", json!([1, 99])),
        ("follower_id", json!([])),
        ("follower_id", json!("1,x")),
        ("record_time", json!("2021-02-30")),
        ("event", json!(0)),
        ("event", json!(6)),
        ("event", json!(1.5)),
        ("content", json!("长".repeat(4001))),
        ("content_attach", json!("ftp://a")),
        ("event_attach", json!("javascript:alert(1)")),
        ("gain", json!("长".repeat(4001))),
        ("event_note", json!([1])),
        ("content_note", json!({})),
    ] {
        let answer = company.client.post("/api/record/upload", with(field, value)).await;
        answer.refused_field(field);
    }
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn a_record_is_of_the_organization_that_is_sent_or_else_of_the_customers_or_of_none() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    for (customer, organization, expected) in [
        (3, json!(1), json!(1)),
        (3, json!(null), json!(2)),
        (1, json!("3"), json!(3)),
        (1, json!(""), json!(null)),
    ] {
        let mut body = with("customers_id", json!(customer));
        body["organization_id"] = organization;
        let id = client.post("/api/record/upload", body).await.ok()["follow_id"].clone();
        let row = client.get(&format!("/api/record/follow?follow_id={id}")).await.ok()[0].clone();
        assert_eq!((&row["organization_id"], &row["customers_group"]["id"]), (&expected, &expected));
    }
}

#[tokio::test]
async fn a_form_is_as_good_as_json_and_the_future_as_good_as_the_past() {
    let company = Company::start(record::FUNCTION).await;
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let form = "customers_id=1&follower_id[]=1&follower_id[]=2&record_time=2031-01-01&event=5&gain=";
    let answer = company.client.send(axum::http::Method::POST, "/api/record/upload", &headers, form).await;
    answer.ok();
    let row = company.client.get("/api/record/follow?follow_id=1").await.ok()[0].clone();
    assert_eq!((&row["recordTime"], &row["gain"]), (&json!("2031-01-01 00:00:00"), &json!(null)));
    assert_eq!(row["follower_id"], json!([1, 2]));
}

#[tokio::test]
async fn whatever_fault_strikes_wherever_both_are_made_or_neither() {
    for fault in [Fault::Conflict, Fault::Throttle, Fault::LostRequest, Fault::LostAnswer] {
        // A single fault is outlived; one that lasts from some call on is not.
        for lasts in [false, true] {
            let company = Company::start(record::FUNCTION).await;
            let (mut made, mut at) = (0, 0);
            loop {
                let met = Arc::new(AtomicU64::new(0));
                let counted = Arc::clone(&met);
                let script = move |seen: SeenCall<'_>| {
                    counted.store(seen.before + 1, Ordering::SeqCst);
                    if seen.before == at || lasts && seen.before > at { fault } else { Fault::Pass }
                };
                let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), script));
                let faulty = company.over(store.busy_limit(Duration::from_millis(60)));
                let key = format!("{fault:?}-{at}");
                let answer = faulty.with("idempotency-key", &key).post("/api/record/upload", example()).await;
                let (follows, demands) = counts(&company).await;
                assert_eq!(follows, demands, "{fault:?} at call {at}, lasting: {lasts}");
                assert!(answer.status == 200 || answer.status == 503, "{}", answer.body);
                assert!(lasts || answer.status == 200, "{fault:?} at call {at}: {}", answer.body);
                // Whoever was not answered asks again, and then it is there once.
                let again = company.client.with("idempotency-key", &key);
                let again = again.post("/api/record/upload", example()).await;
                again.ok();
                made += 1;
                assert_eq!(counts(&company).await, (made, made), "{fault:?} at call {at}, lasting: {lasts}");
                assert!(answer.status != 200 || answer.body == again.body);
                at += 1;
                if at >= met.load(Ordering::SeqCst) {
                    break;
                }
            }
            company.stack.verify_records().await;
        }
    }
}
