//! `/api/record/plan` and `/api/record/delplan`.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::{Plan, Role, hand_over_plans};
use shared::store::Author;
use shared::time::Time;
use std::time::Duration;
use testing::faults::{Fault, Hold, client};
use testing::{Answer, Client, Company};

const PLAN: &str = "/api/record/plan";

/// A client of an employee of the company, the first of whom is an admin.
async fn signed_in(company: &Company, employee: u32) -> Client {
    company.stack.client(record::FUNCTION).with("session", &company.stack.session(employee).await)
}

async fn plan(client: &Client, customer: u32, time: &str) -> u64 {
    let answer = client.post(PLAN, json!({ "customers_id": customer, "time": time })).await;
    answer.ok()["id"].as_u64().unwrap()
}

async fn list(client: &Client, query: &str) -> Answer {
    client.get(&format!("{PLAN}?{}", query.replace(' ', "T"))).await
}

async fn row(client: &Client, id: u64) -> Value {
    list(client, &format!("plan_id={id}")).await.ok()[0].clone()
}

#[tokio::test]
async fn a_plan_is_made_shown_edited_finished_opened_again_and_deleted() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let body = json!({ "customers_id": "2", "time": "2021-08-02 09:30:00", "note": "再次拜访" });
    let answer = client.post(PLAN, body).await;
    assert_eq!(answer.body, json!({ "status": 0, "msg": "操作成功", "data": { "id": 1 } }));
    let me =
        json!({ "user_id": 2, "nickName": "小耳尖", "realName": "小耳尖", "phoneNumber": "15331761337" });
    let shown = json!({
        "id": 1, "customers_id": 2, "user_id": 2, "time": "2021-08-02 09:30:00", "note": "再次拜访", "done": false,
        "done_time": null, "customers": { "nickName": "Miss'Z", "realName": "赵丽萍", "organization": "云南耳尖" },
        "user": me, "operator": me, "version": 1,
    });
    assert_eq!(list(client, "").await.ok(), &json!([shown]));

    let edit = json!({ "plan_id": 1, "time": "2021-08-03", "note": "", "user_id": 3, "version": 1 });
    assert_eq!(client.post(PLAN, edit).await.ok(), &json!({ "id": 1, "version": 2 }));
    let edited = row(client, 1).await;
    assert_eq!(
        (&edited["time"], &edited["note"], &edited["user_id"], &edited["operator"]["user_id"]),
        (&json!("2021-08-03 00:00:00"), &json!(null), &json!(3), &json!(2))
    );
    assert_eq!(list(client, "").await.ids(), [] as [u64; 0], "it is somebody else's now");

    client.post(PLAN, json!({ "plan_id": 1, "done": true })).await.ok();
    company.stack.advance(60);
    client.post(PLAN, json!({ "plan_id": 1, "done": "true", "note": "已联系" })).await.ok();
    let done = row(client, 1).await;
    assert_eq!((&done["done"], &done["done_time"]), (&json!(true), &json!("2021-08-01 12:00:00")));
    client.post(PLAN, json!({ "plan_id": 1, "done": false })).await.ok();
    let open = row(client, 1).await;
    assert_eq!(
        (&open["done"], &open["done_time"], &open["version"]),
        (&json!(false), &json!(null), &json!(5))
    );

    // A row that is sent back changes nothing.
    client.post(PLAN, open.clone()).await.ok();
    assert_eq!(row(client, 1).await["time"], open["time"]);
    client.post("/api/record/delplan", json!({ "plan_id": 1 })).await.ok();
    let gone = client.send(Method::DELETE, "/api/record/delplan?plan_id=1", &[], "").await;
    gone.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(list(client, "plan_id=1").await.page().0, 0);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_wrong_parameter_is_named_and_nothing_is_written() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    company.hide_customer(4).await;
    plan(client, 1, "2021-08-02").await;
    let before = company.stack.dump().await;
    let good = json!({ "customers_id": 2, "time": "2021-08-02" });
    for (field, value) in [
        ("customers_id", json!(99)),
        ("customers_id", json!(4)),
        ("customers_id", json!("")),
        ("time", json!("2021-02-30")),
        ("time", json!(null)),
        ("user_id", json!(99)),
        ("user_id", json!("x")),
        ("note", json!("长".repeat(4001))),
        ("done", json!("vielleicht")),
        ("done", json!(true)),
    ] {
        let mut body = good.clone();
        body[field] = value;
        client.post(PLAN, body).await.refused_field(field);
    }
    client.post(PLAN, json!({ "plan_id": 1, "time": "" })).await.refused_field("time");
    client
        .post(PLAN, json!({ "plan_id": 9, "done": true }))
        .await
        .refused(StatusCode::NOT_FOUND, "not_found");
    let stale = client.post(PLAN, json!({ "plan_id": 1, "version": 7, "note": "x" })).await;
    stale.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!(stale.body["data"]["id"], 1);
    for query in ["due=never", "user_id=x", "customers_id=0", "start_time=2021-02-30", "plan_id=x", "page=0"]
    {
        list(client, query).await.refused_field(query.split('=').next().unwrap());
    }
    list(client, "start_time=2021-08-02&end_time=2021-08-01").await.refused_field("start_time");
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn today_is_the_whole_day_and_overdue_is_what_has_come() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    // It is 2021-08-01 12:00:00.
    let times =
        ["2021-07-31 23:59:59", "2021-08-01", "2021-08-01 12:00:00", "2021-08-01 23:59:59", "2021-08-02"];
    let mut ids = Vec::new();
    for (customer, time) in (1..).zip(times) {
        ids.push(plan(client, customer, time).await);
    }
    let found = |query: &'static str| async move { list(client, query).await.ids() };
    assert_eq!(found("").await, ids, "the earliest first");
    assert_eq!(found("due=overdue").await, ids[..2]);
    assert_eq!(found("due=today").await, ids[1..4]);
    assert_eq!(found("due=all").await, ids.iter().rev().copied().collect::<Vec<_>>());
    client.post(PLAN, json!({ "plan_id": ids[1], "done": true })).await.ok();
    client.post(PLAN, json!({ "plan_id": ids[4], "done": true })).await.ok();
    assert_eq!(found("due=done").await, [ids[4], ids[1]], "the newest first");
    assert_eq!(found("due=overdue").await, ids[..1]);
    assert_eq!(found("due=today&start_time=2021-08-01 12:00:01").await, ids[3..4]);
    assert_eq!(found("due=today&start_time=2021-08-02").await, [] as [u64; 0]);
    assert_eq!(found("due=done&end_time=2021-08-01").await, [ids[1]]);
    assert_eq!(found("due=all&all=true").await.len(), 5);
    list(client, "all=true&start_time=2021-08-01").await.refused_field("all");
    // What was for today is overdue tomorrow.
    company.stack.advance(24 * 60 * 60);
    assert_eq!(found("due=overdue").await, [ids[0], ids[2], ids[3]]);
    assert_eq!(found("due=today").await, [] as [u64; 0]);
}

#[tokio::test]
async fn everybodys_are_for_admins_and_a_customers_for_everybody() {
    let company = Company::start(record::FUNCTION).await;
    let (me, other) = (&company.client, signed_in(&company, 3).await);
    let admin = signed_in(&company, 1).await;
    let mine = plan(me, 1, "2021-08-02").await;
    let theirs = plan(&other, 1, "2021-08-03").await;
    let elsewhere = plan(&other, 2, "2021-08-04").await;
    for (client, query, ids) in [
        (me, "", vec![mine]),
        (me, "user_id=2", vec![mine]),
        (me, "customers_id=1", vec![mine, theirs]),
        (me, "customers_id=1&user_id=all", vec![mine, theirs]),
        (me, "customers_id=1&user_id=3", vec![theirs]),
        (me, "customers_id=2&user_id=2", vec![]),
        (me, "customers_id=2&due=today", vec![]),
        (&admin, "", vec![]),
        (&admin, "user_id=3", vec![theirs, elsewhere]),
        (&admin, "user_id=all", vec![mine, theirs, elsewhere]),
        (&admin, "user_id=all&due=all&end_time=2021-08-03", vec![theirs, mine]),
    ] {
        assert_eq!(list(client, query).await.ids(), ids, "{query}");
    }
    for query in ["user_id=3", "user_id=all", "user_id=all&due=done"] {
        list(me, query).await.refused(StatusCode::FORBIDDEN, "forbidden");
    }
    let employee = company.stack.employee("13900000009", Role::Staff).await;
    assert_eq!(list(&admin, &format!("user_id={employee}")).await.page(), (0, 1, 20));
}

#[tokio::test]
async fn an_employee_has_at_most_one_open_plan_for_a_customer_however_many_try_at_once() {
    let company = Company::start(record::FUNCTION).await;
    let hold = Hold::new(Duration::from_millis(2));
    let meeting = company.over(company.stack.over(client(&company.stack.endpoint, hold, |_| Fault::Pass)));
    let made = join_all((1..=12).map(|day| {
        let body = json!({ "customers_id": 1, "time": format!("2021-08-{day:02}") });
        let client = meeting.clone();
        async move { client.post(PLAN, body.clone()).await }
    }));
    let made = made.await;
    let first = made.iter().find(|answer| answer.status == 200).unwrap().ok()["id"].clone();
    assert_eq!(made.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in made.iter().filter(|answer| answer.status != 200) {
        answer.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!((&answer.body["data"]["id"], &answer.body["field"]), (&first, &json!("customers_id")));
    }
    // Another employee, another customer, and a plan that is done are in nobody's way.
    let other = plan(&signed_in(&company, 3).await, 1, "2021-08-02").await;
    let elsewhere = plan(&company.client, 2, "2021-08-02").await;
    company.client.post(PLAN, json!({ "plan_id": first, "done": true })).await.ok();
    let second = plan(&company.client, 1, "2021-08-02").await;
    let admin = signed_in(&company, 1).await;
    for taken in [
        json!({ "plan_id": first, "done": false }),
        json!({ "plan_id": elsewhere, "customers_id": 1 }),
        json!({ "plan_id": other, "user_id": 2 }),
    ] {
        let answer = admin.post(PLAN, taken.clone()).await;
        answer.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!(answer.body["data"]["id"], second, "{taken}");
    }
    company.stack.verify_records().await;
}

#[tokio::test]
async fn whoever_sends_a_request_again_makes_one_plan() {
    let company = Company::start(record::FUNCTION).await;
    let again = company.client.with("idempotency-key", "plan");
    let body = json!({ "customers_id": 1, "time": "2021-08-02" });
    let answers = join_all((0..10).map(|_| again.post(PLAN, body.clone()))).await;
    assert!(answers.iter().all(|answer| answer.ok() == answers[0].ok()));
    assert_eq!(list(&company.client, "").await.page().0, 1);
}

#[tokio::test]
async fn what_a_plan_costs() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let made = client.post(PLAN, json!({ "customers_id": 1, "time": "2021-08-02 09:00:00" })).await;
    let edited = client.post(PLAN, json!({ "plan_id": 1, "time": "2021-08-02 10:00:00" })).await;
    let finished = client.post(PLAN, json!({ "plan_id": 1, "done": true })).await;
    let deleted = client.post("/api/record/delplan", json!({ "plan_id": 1 })).await;
    // The log is 6 of each, the trash 6 of the deletion, and the place where an erasure finds it 2 of the first.
    for (answer, wcu) in [(made, 25.0), (edited, 24.0), (finished, 30.0), (deleted, 28.0)] {
        let cost = answer.cost();
        assert!(cost.wcu <= wcu && cost.depth <= 3, "{cost}");
    }
}

#[tokio::test]
async fn open_plans_are_handed_over_and_a_customer_is_called_once() {
    let company = Company::start(record::FUNCTION).await;
    let (from, to) = (&company.client, signed_in(&company, 3).await);
    let moved = plan(from, 1, "2021-08-02").await;
    let redundant = plan(from, 2, "2021-08-03").await;
    let done = plan(from, 3, "2021-08-04").await;
    from.post(PLAN, json!({ "plan_id": done, "done": true })).await.ok();
    let theirs = plan(&to, 2, "2021-08-05").await;
    let store = &company.stack.app.store;
    let author = Author { by: 1, at: Time(1_627_820_000) };
    let first = hand_over_plans(store, 2, Some(3), author, Duration::ZERO).await.unwrap();
    assert_eq!((first.moved, first.left), (1, 1), "one in any case");
    let rest = hand_over_plans(store, 2, Some(3), author, Duration::from_secs(9)).await.unwrap();
    assert_eq!((rest.moved, rest.left), (1, 0));
    assert_eq!(list(&to, "").await.ids(), [moved, theirs]);
    assert_eq!(list(from, "due=all").await.ids(), [done], "what is done stays with who has done it");
    assert!(store.deleted::<Plan>(redundant.try_into().unwrap()).await.is_ok(), "it is in the trash");
    // Nobody is left to call.
    hand_over_plans(store, 3, None, author, Duration::from_secs(9)).await.unwrap();
    assert_eq!(list(&to, "due=all").await.ids(), [] as [u64; 0]);
    company.stack.verify_records().await;
}
