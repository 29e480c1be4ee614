//! What an upload does to plans: a follow-up finishes the open one, and the next one takes its place.

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::{Follow, Plan};
use shared::store::Window;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Answer, Client, Company, Stack};

const PLAN: &str = "/api/record/plan";
const UPLOAD: &str = "/api/record/upload";

fn follow_up() -> Value {
    json!({ "customers_id": 1, "follower_id": [2], "record_time": "2021-07-31 15:00:00", "event": 3 })
}

fn with(more: Value) -> Value {
    let mut body = follow_up();
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn demand(more: Value) -> Value {
    let mut body = with(more);
    body["content"] = json!("日报");
    body.as_object_mut().unwrap().remove("event");
    body
}

async fn plan(client: &Client) -> u64 {
    let body = json!({ "customers_id": 1, "time": "2021-08-02", "note": "报价" });
    client.post(PLAN, body).await.ok()["id"].as_u64().unwrap()
}

/// The ids of the plans for the customer, the newest first, and those of the open ones.
async fn plans(client: &Client) -> (Vec<u64>, Vec<u64>) {
    let ids = async |due: &str| client.get(&format!("{PLAN}?customers_id=1&due={due}")).await.ids();
    (ids("all").await, ids("open").await)
}

#[tokio::test]
async fn a_follow_up_finishes_its_operators_open_plan_for_the_customer_and_no_other() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let mine = plan(client).await;
    let token = company.stack.session(3).await;
    let colleague = company.stack.client(record::FUNCTION).with("session", &token);
    let theirs = plan(&colleague).await;
    let elsewhere = json!({ "customers_id": 2, "time": "2021-08-02" });
    client.post(PLAN, elsewhere).await.ok();
    company.stack.advance(60);

    let uploaded = client.post(UPLOAD, with(json!({ "follower_id": [3] }))).await;
    assert_eq!(uploaded.ok(), &json!({ "follow_id": 1 }));
    assert_eq!(plans(client).await.1, [theirs]);
    let row = client.get(&format!("{PLAN}?plan_id={mine}")).await.ok()[0].clone();
    assert_eq!(
        (&row["done"], &row["done_time"], &row["note"], &row["version"]),
        (&json!(true), &json!("2021-08-01 12:01:00"), &json!("报价"), &json!(2))
    );
    assert_eq!(client.get(PLAN).await.page().0, 1, "the one for another customer");
    // Another follow-up has nothing to finish.
    client.post(UPLOAD, follow_up()).await.ok();
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_demand_alone_finishes_nothing_unless_it_brings_the_next_plan() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let first = plan(client).await;
    assert_eq!(client.post(UPLOAD, demand(json!({}))).await.ok(), &json!({ "demand_id": 1 }));
    assert_eq!(plans(client).await.1, [first]);
    let next = json!({ "next_time": "2021-08-09 10:00:00", "next_note": "签约" });
    assert_eq!(client.post(UPLOAD, demand(next)).await.ok(), &json!({ "demand_id": 2, "plan_id": 2 }));
    assert_eq!(plans(client).await, (vec![2, first], vec![2]));
    let row = client.get(&format!("{PLAN}?plan_id=2")).await.ok()[0].clone();
    assert_eq!(
        (&row["time"], &row["note"], &row["user_id"], &row["operator"]["user_id"], &row["version"]),
        (&json!("2021-08-09 10:00:00"), &json!("签约"), &json!(2), &json!(2), &json!(1))
    );
    company.stack.verify_records().await;
}

#[tokio::test]
async fn the_next_plan_comes_with_whatever_is_uploaded_and_there_need_be_none_before() {
    let company = Company::start(record::FUNCTION).await;
    let client = &company.client;
    let next = |day: u32| json!({ "next_time": format!("2021-08-{day:02}") });
    let first = client.post(UPLOAD, with(next(5))).await;
    assert_eq!(first.ok(), &json!({ "follow_id": 1, "plan_id": 1 }));
    let mut both = with(next(6));
    both["content"] = json!("日报");
    assert_eq!(
        client.post(UPLOAD, both).await.ok(),
        &json!({ "follow_id": 2, "demand_id": 1, "plan_id": 2 })
    );
    assert_eq!(plans(client).await, (vec![2, 1], vec![2]));
    company.stack.verify_records().await;

    let before = company.stack.dump().await;
    let alone = client.post(UPLOAD, with(json!({ "next_note": "签约" }))).await;
    alone.refused_field("next_time");
    client.post(UPLOAD, with(json!({ "next_time": "2021-02-30" }))).await.refused_field("next_time");
    let long = json!({ "next_time": "2021-08-09", "next_note": "长".repeat(4001) });
    client.post(UPLOAD, with(long)).await.refused_field("next_note");
    let nothing = json!({ "customers_id": 1, "follower_id": [2], "record_time": "2021-07-31",
        "next_time": "2021-08-09" });
    client.post(UPLOAD, nothing).await.refused_field("content");
    assert_eq!(company.stack.dump().await, before);
    // An empty one is none.
    let empty = client.post(UPLOAD, with(json!({ "next_time": "", "next_note": null }))).await;
    assert_eq!(empty.ok(), &json!({ "follow_id": 3 }));
}

#[tokio::test]
async fn an_upload_without_a_plan_costs_what_it_did() {
    let company = Company::of(Stack::embedded().await, record::FUNCTION).await;
    let cost = |answer: Answer| {
        answer.ok();
        answer.cost()
    };
    let follow = cost(company.client.post(UPLOAD, follow_up()).await);
    let mut both = follow_up();
    both["content"] = json!("日报");
    let both = cost(company.client.post(UPLOAD, both).await);
    let demand = cost(company.client.post(UPLOAD, demand(json!({}))).await);
    // As before there were plans.
    assert_eq!((follow.wcu, both.wcu, demand.wcu), (FOLLOW, FOLLOW + DEMAND, DEMAND));
    assert_eq!((follow.depth, both.depth, demand.depth), (3, 3, 3));

    let with_next = cost(company.client.post(UPLOAD, with(json!({ "next_time": "2021-08-05" }))).await);
    let in_place = cost(company.client.post(UPLOAD, with(json!({ "next_time": "2021-08-06" }))).await);
    let finishing = cost(company.client.post(UPLOAD, follow_up()).await);
    assert_eq!((with_next.depth, in_place.depth, finishing.depth), (3, 4, 4));
}

/// What a follow-up and a change of demand cost, with one employee and an organization or none, before there were plans.
const FOLLOW: f64 = 43.0;
const DEMAND: f64 = 37.0;

/// How many follow-ups there are, and how many plans, and how many of those are open.
async fn counts(company: &Company) -> (u64, u64, u64) {
    let store = &company.stack.app.store;
    let follows = store.total(&[Follow::ALL], Window::ALL).await.unwrap().count;
    let total = async |is_done| store.total(&[Plan::of_all(is_done)], Window::ALL).await.unwrap().count;
    let (done, open) = (total(true).await, total(false).await);
    (follows, done + open, open)
}

#[tokio::test]
async fn whatever_fault_strikes_wherever_a_follow_up_has_its_plan_and_there_is_one_open() {
    let next = || with(json!({ "next_time": "2021-08-09", "next_note": "签约" }));
    for fault in [Fault::Conflict, Fault::Throttle, Fault::LostRequest, Fault::LostAnswer] {
        // A single fault is outlived; one that lasts from some call on is a death.
        for lasts in [false, true] {
            let company = Company::start(record::FUNCTION).await;
            plan(&company.client).await;
            let (mut made, mut at) = (0, 0);
            loop {
                let met = Arc::new(AtomicU64::new(0));
                let counted = Arc::clone(&met);
                let script = move |seen: SeenCall<'_>| {
                    counted.store(seen.before + 1, Ordering::SeqCst);
                    if seen.before == at || lasts && seen.before > at { fault } else { Fault::Pass }
                };
                let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), script));
                let limit = Duration::from_millis(if lasts { 60 } else { 8_000 });
                let faulty = company.over(store.busy_limit(limit));
                let key = format!("{fault:?}-{at}");
                let answer = faulty.with("idempotency-key", &key).post(UPLOAD, next()).await;
                let (follows, plans, open) = counts(&company).await;
                assert_eq!((plans, open), (follows + 1, 1), "{fault:?} at call {at}, lasting: {lasts}");
                assert!(answer.status == 200 || lasts && answer.status == 503, "{}", answer.body);
                // Whoever was not answered asks again, and then it is there once.
                let again = company.client.with("idempotency-key", &key).post(UPLOAD, next()).await;
                again.ok();
                made += 1;
                assert_eq!(counts(&company).await, (made, made + 1, 1), "{fault:?} at call {at}, {lasts}");
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

#[tokio::test]
async fn many_follow_ups_plans_and_finishes_at_once_leave_one_open_plan() {
    for seed in 0..6 {
        let company = Company::start(record::FUNCTION).await;
        // Transactions that meet are cancelled, as on AWS.
        let hold = Hold::new(Duration::from_millis(2));
        let meeting =
            company.over(company.stack.over(client(&company.stack.endpoint, hold, |_| Fault::Pass)));
        if seed % 2 == 0 {
            plan(&company.client).await;
        }
        let before = counts(&company).await.1;
        let acts = (0..12).map(|n: u64| {
            let meeting = meeting.clone();
            async move {
                let body = match n % 3 {
                    0 => return meeting.post(PLAN, json!({ "customers_id": 1, "time": "2021-08-03" })).await,
                    1 => with(json!({ "next_time": "2021-08-04" })),
                    _ => with(json!({ "next_time": "2021-08-05", "content": "日报" })),
                };
                meeting.post(UPLOAD, body).await
            }
        });
        let answers = join_all(acts).await;
        let mut made = 0;
        for (n, answer) in answers.iter().enumerate() {
            match n % 3 {
                0 => assert!([200, 409].contains(&answer.status), "{}", answer.body),
                _ => assert!(answer.ok()["plan_id"].is_u64(), "an upload meets no conflict"),
            }
            made += u64::from(answer.status == 200);
        }
        let (follows, plans, open) = counts(&company).await;
        assert_eq!((follows, plans, open), (8, before + made, 1), "{seed}");
        // A follow-up alone leaves none.
        let uploads = join_all((0..6).map(|_| meeting.post(UPLOAD, follow_up()))).await;
        assert!(uploads.iter().all(|answer| answer.status == 200));
        assert_eq!(counts(&company).await.2, 0);
        company.stack.verify_records().await;
    }
}
