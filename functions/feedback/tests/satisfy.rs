//! `/api/feedback/satisfy` and `/api/feedback/delsatisfy`.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::Area;
use shared::time::{DayEdge, Time};
use std::collections::BTreeMap;
use std::time::Duration;
use testing::Company;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::filters::TestList;

/// What the interface list shows.
const SAMPLE: &str = r#"{"id": 1,"value": 4,"attach": null,"recordTime": "2021-07-21 01:02:30","note": null,"operator_id": 2,"customers_id": 1,"operator": {"nickName": "小耳尖","realName": "小耳尖","phoneNumber": "15331761337"},"customers": {"nickName": "昵称","realName": "","organization": ""}}"#;
/// The example of the interface list, as it is printed there.
const EXAMPLE: &str =
    r#"{"customers_id": 1,"record_time": "2021-07-15 01:02:30","follower_id": [1,2],"value": 4}"#;

fn example() -> Value {
    serde_json::from_str(EXAMPLE).unwrap()
}

async fn list(company: &Company, query: &str) -> testing::Answer {
    company.client.get(&format!("/api/feedback/satisfy?customers_id=1&{query}")).await
}

const ALL: &str = "start_time=1970-01-01&end_time=2105-12-31&count=100";

#[tokio::test]
async fn the_interface_lists_example_is_accepted_and_shown_with_the_keys_and_types_of_its_sample() {
    let company = Company::start(feedback::FUNCTION).await;
    let headers = [("content-type", "application/json")];
    let answer = company.client.send(Method::POST, "/api/feedback/satisfy", &headers, EXAMPLE).await;
    assert_eq!(answer.body, json!({ "status": 0, "msg": "录入成功", "data": { "id": 1 } }));
    let shown = list(&company, ALL).await;
    shown.rows_are_like(SAMPLE, &["follower", "follower_id", "createTime", "version", "operator.user_id"]);
    assert_eq!(shown.page(), (1, 1, 100));
    let row = &shown.ok()[0];
    assert_eq!((&row["value"], &row["operator_id"]), (&json!(4), &json!(2)));
    assert_eq!((&row["follower_id"], &row["createTime"]), (&json!([1, 2]), &json!("2021-08-01 12:00:00")));
    assert_eq!(
        (&row["follower"][0]["user_id"], &row["follower"][1]["realName"]),
        (&json!(1), &json!("小耳尖"))
    );
    // It is older than a week.
    assert_eq!(list(&company, "").await.page().0, 0);
    company.client.get("/api/feedback/satisfy").await.refused_field("customers_id");
    company.stack.verify_records().await;
}

#[tokio::test]
async fn that_of_everybody_is_what_a_plain_vector_has_at_every_page() {
    const PATH: &str = "/api/feedback/satisfy";
    let company = Company::start(feedback::FUNCTION).await;
    // Few records reach every level of counters.
    let client = company.over(company.stack.app.store.clone().skipping(2));
    let mut random = fastrand::Rng::with_seed(1);
    let mut rows: BTreeMap<u64, (String, u64)> = BTreeMap::new();
    for _ in 0..60 {
        let at = format!("2021-07-{:02} 00:00:{:02}", random.u32(1..4), random.u32(0..3));
        let customer = random.u64(1..=5);
        let mut body = json!({ "customers_id": customer, "record_time": at, "value": 1 });
        let old = rows.keys().copied().nth(random.usize(0..40));
        match (old, random.bool()) {
            (Some(id), true) => drop(rows.remove(&id).map(|_| body["satisfy_id"] = json!(id))),
            (Some(id), false) if random.bool() => {
                client.post("/api/feedback/delsatisfy", json!({ "satisfy_id": id })).await.ok();
                rows.remove(&id);
                continue;
            }
            _ => {}
        }
        let answer = client.post(PATH, body.clone()).await;
        let id = answer.ok()["id"].as_u64().or(body["satisfy_id"].as_u64()).unwrap();
        rows.insert(id, (at, customer));
    }
    let list =
        TestList { client: &client, path: "/api/feedback/satisfy?customers_id=all", time: "recordTime" };
    let all = list.all().await;
    let shown = all.iter().map(|row| {
        let (at, customer) = (row["recordTime"].as_str().unwrap(), row["customers_id"].as_u64().unwrap());
        (row["id"].as_u64().unwrap(), (at.to_owned(), customer))
    });
    assert_eq!(shown.collect::<BTreeMap<_, _>>(), rows);
    list.is_that_of(&all, &[], &mut random).await;
    for customer in 1..=5 {
        let path = format!("{PATH}?customers_id={customer}");
        let of: Vec<_> = all.iter().filter(|row| row["customers_id"] == customer).cloned().collect();
        TestList { path: &path, ..list }.is_that_of(&of, &[], &mut random).await;
    }
    for wrong in ["", "0", "everybody", "all&customers_id=1"] {
        client.get(&format!("{PATH}?customers_id={wrong}")).await.refused_field("customers_id");
    }
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_wrong_parameter_is_named_and_nothing_is_written() {
    let company = Company::start(feedback::FUNCTION).await;
    company.client.post("/api/feedback/satisfy", example()).await.ok();
    company.hide_customer(4).await;
    let before = company.stack.dump().await;
    for field in ["customers_id", "record_time", "value"] {
        let mut body = example();
        body.as_object_mut().unwrap().remove(field);
        company.client.post("/api/feedback/satisfy", body).await.refused_field(field);
        let cleared = json!({ "satisfy_id": 1, field: "" });
        company.client.post("/api/feedback/satisfy", cleared).await.refused_field(field);
    }
    for (field, value) in [
        ("value", json!(11)),
        ("value", json!(-11)),
        ("value", json!(4.5)),
        ("value", json!(300)),
        ("customers_id", json!(99)),
        ("customers_id", json!(4)),
        ("follower_id", json!([1, 99])),
        ("record_time", json!("yesterday")),
        ("attach", json!("x")),
        ("note", json!("长".repeat(4001))),
        ("satisfy_id", json!("x")),
    ] {
        let mut body = example();
        body[field] = value;
        company.client.post("/api/feedback/satisfy", body).await.refused_field(field);
    }
    let missing = company.client.post("/api/feedback/satisfy", json!({ "satisfy_id": 9, "value": 1 })).await;
    missing.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn an_edit_keeps_what_it_does_not_name_and_an_old_version_is_refused() {
    let company = Company::start(feedback::FUNCTION).await;
    let mut body = example();
    body["note"] = json!("很好");
    company.client.post("/api/feedback/satisfy", body).await.ok();
    let edit = json!({ "satisfy_id": 1, "value": "-10", "attach": "http://a.cn/1.png", "version": 1 });
    let edited = company.client.post("/api/feedback/satisfy", edit.clone()).await;
    assert_eq!(edited.body, json!({ "status": 0, "msg": "录入成功", "data": { "id": 1, "version": 2 } }));
    let row = list(&company, ALL).await.ok()[0].clone();
    assert_eq!((&row["value"], &row["note"], &row["version"]), (&json!(-10), &json!("很好"), &json!(2)));
    assert_eq!(row["recordTime"], "2021-07-15 01:02:30");
    let old = company.client.post("/api/feedback/satisfy", edit).await;
    old.refused(StatusCode::CONFLICT, "version_out_of_date");
    let race = (0..8).map(|n| {
        company.client.post("/api/feedback/satisfy", json!({ "satisfy_id": 1, "value": n, "version": 2 }))
    });
    let race = join_all(race).await;
    assert_eq!(race.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(race.iter().filter(|answer| answer.status == 409).count(), 7);
    // To another customer and another time.
    let moved = json!({ "satisfy_id": 1, "customers_id": 2, "record_time": "2021-07-31", "follower_id": [] });
    company.client.post("/api/feedback/satisfy", moved).await.ok();
    assert_eq!(list(&company, ALL).await.page().0, 0);
    let there = company.client.get("/api/feedback/satisfy?customers_id=2").await;
    assert_eq!((there.ids(), &there.ok()[0]["follower"]), (vec![1], &json!([])));
    // A form sends what is there again, be it hidden meanwhile.
    company.hide_customer(2).await;
    let form = json!({ "satisfy_id": 1, "customers_id": 2, "value": 3 });
    company.client.post("/api/feedback/satisfy", form).await.ok();
    let hidden = json!({ "satisfy_id": 1, "customers_id": 4 });
    company.hide_customer(4).await;
    company.client.post("/api/feedback/satisfy", hidden).await.refused_field("customers_id");
    company.stack.verify_records().await;
}

#[tokio::test]
async fn one_is_deleted_by_post_or_delete_and_never_by_get_nor_twice() {
    let company = Company::start(feedback::FUNCTION).await;
    for _ in 0..3 {
        company.client.post("/api/feedback/satisfy", example()).await.ok();
    }
    let path = "/api/feedback/delsatisfy";
    let refused = company.client.get(&format!("{path}?satisfy_id=1")).await;
    refused.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let by_post = company.client.post(path, json!({ "satisfy_id": 1 })).await;
    assert_eq!(by_post.body, json!({ "status": 0, "msg": "删除成功" }));
    company.client.send(Method::DELETE, &format!("{path}?satisfy_id=2"), &[], "").await.ok();
    let again = company.client.post(path, json!({ "satisfy_id": 1 })).await;
    again.refused(StatusCode::NOT_FOUND, "not_found");
    let left = list(&company, ALL).await;
    assert_eq!((left.ids(), left.page().0), (vec![3], 1));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn twenty_repeats_of_each_write_at_once_do_it_once_also_when_answers_were_lost() {
    let company = Company::start(feedback::FUNCTION).await;
    let lost =
        |seen: SeenCall<'_>| match seen.operation == "TransactWriteItems" && seen.transactions_before < 20 {
            true => Fault::LostAnswer,
            false => Fault::Pass,
        };
    let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), lost));
    let impatient = company.over(store.busy_limit(Duration::ZERO)).with("idempotency-key", "lost");
    join_all((0..20).map(|_| impatient.post("/api/feedback/satisfy", example()))).await;
    let first = impatient.post("/api/feedback/satisfy", example()).await;
    assert_eq!(list(&company, ALL).await.page().0, 1);
    let id = first.ok()["id"].clone();
    for (key, path, body) in [
        ("create", "/api/feedback/satisfy", example()),
        ("edit", "/api/feedback/satisfy", json!({ "satisfy_id": id, "value": 5 })),
        ("delete", "/api/feedback/delsatisfy", json!({ "satisfy_id": id })),
    ] {
        let repeated = company.client.with("idempotency-key", key);
        let answers = join_all((0..20).map(|_| repeated.post(path, body.clone()))).await;
        for answer in &answers {
            answer.ok();
            assert_eq!(answer.body, answers[0].body);
        }
    }
    assert_eq!(list(&company, ALL).await.page().0, 1);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn after_writers_worked_at_once_every_window_and_page_is_that_of_a_plain_vector() {
    let company = Company::start(feedback::FUNCTION).await;
    let hold = Hold::new(Duration::from_millis(2));
    let meeting = company.over(company.stack.over(client(&company.stack.endpoint, hold, |_| Fault::Pass)));
    let mut random = fastrand::Rng::with_seed(5);
    let base = Time::parse("2021-07-30", DayEdge::Start).unwrap().0;
    let time = |random: &mut fastrand::Rng| Time(base + random.u32(0..3) * 86_400 + random.u32(0..3) * 40);
    let mut all: Vec<(Time, u64, i64)> = Vec::new();
    for _ in 0..12 {
        // Four create, and one each of those that are there is edited and deleted, all at once.
        let new: Vec<_> = (0..4).map(|_| (time(&mut random), random.i64(-10..=10))).collect();
        let edited = all.pop().map(|(_, id, _)| (time(&mut random), id, random.i64(-10..=10)));
        let deleted = if all.len() > 3 { Some(all.swap_remove(random.usize(0..all.len()))) } else { None };
        let create = join_all(new.iter().map(|(at, value)| {
            let body = json!({ "customers_id": 1, "record_time": at.to_string(), "value": value });
            meeting.post("/api/feedback/satisfy", body)
        }));
        let edit = join_all(edited.iter().map(|(at, id, value)| {
            let body = json!({ "satisfy_id": id, "record_time": at.to_string(), "value": value });
            meeting.post("/api/feedback/satisfy", body)
        }));
        let delete = join_all(
            deleted
                .iter()
                .map(|(_, id, _)| meeting.post("/api/feedback/delsatisfy", json!({ "satisfy_id": id }))),
        );
        let (created, edits, deletes) = futures_util::future::join3(create, edit, delete).await;
        for answer in edits.iter().chain(&deletes) {
            answer.ok();
        }
        let ids = created.iter().map(|answer| answer.ok()["id"].as_u64().unwrap());
        all.extend(new.iter().zip(ids).map(|((at, value), id)| (*at, id, *value)));
        all.extend(edited);
        for _ in 0..10 {
            let (a, b) = (time(&mut random), time(&mut random));
            let (from, to) = (a.min(b), a.max(b));
            let mut expected: Vec<_> =
                all.iter().filter(|(at, ..)| (from..=to).contains(at)).copied().collect();
            expected.sort_unstable_by(|a, b| b.cmp(a));
            let (page, count) = (random.usize(1..=3), random.usize(1..=6));
            let query =
                format!("start_time={from}&end_time={to}&page={page}&count={count}").replace(' ', "T");
            let answer = list(&company, &query).await;
            assert_eq!(answer.page().0, expected.len() as u64, "{query}");
            let row = |row: &Value| {
                let at = Time::parse(row["recordTime"].as_str().unwrap(), DayEdge::Start).unwrap();
                (at, row["id"].as_u64().unwrap(), row["value"].as_i64().unwrap())
            };
            let shown: Vec<_> = answer.ok().as_array().unwrap().iter().map(row).collect();
            let expected: Vec<_> = expected.into_iter().skip((page - 1) * count).take(count).collect();
            assert_eq!(shown, expected, "{query}");
        }
    }
    company.stack.verify_records().await;
}

#[tokio::test]
async fn an_area_that_a_menu_claims_is_closed_to_whoever_does_not_have_it() {
    let company = Company::start(feedback::FUNCTION).await;
    company.claim(Area::Feedback).await;
    let admin = company.stack.client(feedback::FUNCTION).with("session", &company.stack.session(1).await);
    for path in ["/api/feedback/satisfy", "/api/feedback/delsatisfy"] {
        company.client.post(path, json!({})).await.refused(StatusCode::FORBIDDEN, "forbidden");
        admin.post(path, json!({})).await.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
    }
}
