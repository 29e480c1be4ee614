//! `Idempotency-Key`, on every write of this function.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use testing::Company;
use testing::faults::{Fault, Hold, SeenCall, client};

fn upload() -> Value {
    json!({
        "customers_id": 2, "follower_id": [3], "record_time": "2021-07-30", "event": 1, "content": "日报",
    })
}

/// Sends a request twenty times at once under one key; all answers, which are alike, went well.
async fn twenty(company: &Company, path: &str, body: Value) -> Value {
    let repeated = company.client.with("idempotency-key", path);
    let answers = join_all((0..20).map(|_| repeated.post(path, body.clone()))).await;
    for answer in &answers {
        answer.ok();
        assert_eq!(answer.body, answers[0].body, "{path}");
    }
    answers[0].body["data"].clone()
}

#[tokio::test]
async fn twenty_repeats_of_each_write_at_once_do_it_once_and_are_answered_alike() {
    let company = Company::start(record::FUNCTION).await;
    let total = |path: &'static str| {
        let client = company.client.clone();
        async move { client.get(path).await.page().0 }
    };
    let ids = twenty(&company, "/api/record/upload", upload()).await;
    assert_eq!((total("/api/record/follow").await, total("/api/record/demand").await), (1, 1));
    let (follow, demand) = (&ids["follow_id"], &ids["demand_id"]);
    twenty(&company, "/api/record/follow", json!({ "follow_id": follow, "gain": "x" })).await;
    twenty(&company, "/api/record/demand", json!({ "demand_id": demand, "content": "x" })).await;
    for path in ["/api/record/follow", "/api/record/demand"] {
        assert_eq!(company.client.get(path).await.ok()[0]["version"], 2, "{path}");
    }
    twenty(&company, "/api/record/delfollow", json!({ "follow_id": follow })).await;
    twenty(&company, "/api/record/deldemand", json!({ "demand_id": demand })).await;
    assert_eq!((total("/api/record/follow").await, total("/api/record/demand").await), (0, 0));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_delete_by_its_own_verb_is_repeated_safely_too() {
    let company = Company::start(record::FUNCTION).await;
    company.client.post("/api/record/upload", upload()).await.ok();
    let repeated = company.client.with("idempotency-key", "k");
    for _ in 0..3 {
        repeated.send(Method::DELETE, "/api/record/delfollow?follow_id=1", &[], "").await.ok();
    }
}

#[tokio::test]
async fn twenty_repeats_whose_first_answers_were_lost_make_one_record() {
    let company = Company::start(record::FUNCTION).await;
    let lost =
        |seen: SeenCall<'_>| match seen.operation == "TransactWriteItems" && seen.transactions_before < 20 {
            true => Fault::LostAnswer,
            false => Fault::Pass,
        };
    let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), lost));
    // One try each: the caller, and not the store, comes again.
    let impatient = company.over(store.busy_limit(Duration::ZERO)).with("idempotency-key", "k");
    let answers = join_all((0..20).map(|_| impatient.post("/api/record/upload", upload()))).await;
    let again = impatient.post("/api/record/upload", upload()).await;
    again.ok();
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        assert_eq!(answer.body, again.body);
    }
    assert_eq!(company.client.get("/api/record/follow").await.page().0, 1);
    assert_eq!(company.client.get("/api/record/demand").await.page().0, 1);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_repeat_that_finds_the_work_done_since_it_began_answers_what_the_first_did() {
    for seed in 0..3 {
        let company = Company::start(record::FUNCTION).await;
        company.client.post("/api/record/upload", upload()).await.ok();
        // Reads take their time, each its own, so that one request is done between two reads of another.
        let random = std::sync::Mutex::new(fastrand::Rng::with_seed(seed));
        let slow = move |seen: SeenCall<'_>| match seen.operation {
            "BatchGetItem" if random.lock().unwrap().f64() < 0.3 => Fault::Throttle,
            _ => Fault::Pass,
        };
        let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), slow));
        let slow = company.over(store);
        for (path, body) in [
            ("/api/record/follow", json!({ "follow_id": 1, "gain": "x", "version": 1 })),
            ("/api/record/delfollow", json!({ "follow_id": 1 })),
        ] {
            let repeated = slow.with("idempotency-key", path);
            let answers = join_all((0..20).map(|_| repeated.post(path, body.clone()))).await;
            let done: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
            assert!(done.first().is_some_and(|first| first.body["status"] == 0), "{seed}, {path}");
            for answer in &answers {
                let is_like_the_first = done.iter().any(|first| first.body == answer.body);
                assert!(is_like_the_first || answer.status == 503, "{seed}, {path}: {}", answer.body);
            }
            assert!(done.windows(2).all(|pair| pair[0].body == pair[1].body), "{seed}, {path}");
        }
        company.stack.verify_records().await;
    }
}
