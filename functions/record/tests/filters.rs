//! The filters of follow-ups and changes of demand.

use fastrand::Rng;
use serde_json::{Value, json};
use shared::model::{Activity, Employee, Follow};
use shared::store::{Author, Entity, Write};
use shared::time::{DayEdge, Time};
use std::time::Duration;
use testing::faults::{Fault, Hold, client};
use testing::filters::{ALWAYS, TestFilter, TestList};
use testing::{Client, Company, Stack};

/// A time that others have too, or not.
fn time(random: &mut Rng) -> String {
    let base = Time::parse("2021-07-30", DayEdge::Start).unwrap().0;
    let second = match random.u32(0..3) {
        0 => base - 86_400 * random.u32(0..4),
        1 => base + random.u32(0..70),
        _ => base - random.u32(0..5_000_000),
    };
    Time(second).to_string()
}

/// A text that an entry has room for, or not.
fn text(random: &mut Rng) -> String {
    let length = *random.choice(&[1, 5, 30, 300]).unwrap();
    "注".repeat(length)
}

fn employees(random: &mut Rng) -> Vec<u32> {
    let mut some: Vec<_> = (1..=4).filter(|_| random.bool()).collect();
    some.push(random.u32(1..=4));
    some
}

/// What of a record may be sent, each as often as not.
fn fields(random: &mut Rng) -> Value {
    let mut body = json!({});
    let values = [
        ("customers_id", json!(random.u32(1..=5))),
        ("organization_id", json!((random.u32(0..3) > 0).then(|| random.u32(1..=3)))),
        ("follower_id", json!(employees(random))),
        ("record_time", json!(time(random))),
    ];
    for (name, value) in values {
        if random.bool() {
            body[name] = value;
        }
    }
    body
}

async fn create(client: &Client, random: &mut Rng) {
    let mut body = json!({
        "customers_id": random.u32(1..=5), "follower_id": employees(random), "record_time": time(random),
        "event": random.u32(1..=5), "event_note": text(random), "content": text(random),
    });
    body.as_object_mut().unwrap().extend(fields(random).as_object().unwrap().clone());
    client.post("/api/record/upload", body).await.ok();
}

/// Edits or deletes one record of a kind.
async fn change(client: &Client, kind: &str, id: u64, random: &mut Rng) {
    let mut body = fields(random);
    let id_name = format!("{kind}_id");
    if kind == "follow" && random.bool() {
        body["event"] = json!(random.u32(1..=5));
    }
    body["note"] = json!(text(random));
    body[&id_name] = json!(id);
    if random.u32(0..4) == 0 {
        client.post(&format!("/api/record/del{kind}"), json!({ id_name: id })).await.ok();
    } else {
        client.post(&format!("/api/record/{kind}"), body).await.ok();
    }
}

fn customer(random: &mut Rng) -> TestFilter {
    let id = random.u32(1..=5);
    TestFilter::new("customers_id", id, move |row| row["customers_id"] == id)
}

fn organization(random: &mut Rng) -> TestFilter {
    let id = random.u32(1..=3);
    TestFilter::new("organization_id", id, move |row| row["organization_id"] == id)
}

/// One who does not exist is 5.
fn employee(random: &mut Rng) -> TestFilter {
    let id = random.u32(1..=5);
    let is_follower = move |row: &Value| row["follower_id"].as_array().unwrap().contains(&json!(id));
    TestFilter::new("user_id", id, move |row| row["operator_id"] == id || is_follower(row))
}

fn event(random: &mut Rng) -> TestFilter {
    let event = random.u32(1..=5);
    TestFilter::new("event", event, move |row| row["event"] == event)
}

#[tokio::test]
async fn every_filter_and_every_combination_finds_what_a_plain_vector_has_at_every_page() {
    let seeds = std::env::var("RECORD_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    for seed in 0..seeds {
        let company = Company::start(record::FUNCTION).await;
        // Few records reach every level of counters.
        let client = company.over(company.stack.app.store.clone().skipping(2));
        let other = company.stack.client(record::FUNCTION).with("session", &company.stack.session(4).await);
        // An admin changes what is another's too.
        let admin = client.with("session", &company.stack.session(1).await);
        let mut random = Rng::with_seed(seed);
        for _ in 0..3 {
            for _ in 0..20 {
                let writer = if random.bool() { &client } else { &other };
                create(writer, &mut random).await;
            }
            for (kind, time) in [("follow", "recordTime"), ("demand", "recordTime")] {
                // Without any filter the changes of demand are those of one customer.
                let all = if kind == "demand" { "?customers_id=all" } else { "" };
                let path = format!("/api/record/{kind}");
                let list = TestList { client: &client, path: &format!("{path}{all}"), time };
                for row in list.all().await {
                    if random.u32(0..3) == 0 {
                        change(&admin, kind, row["id"].as_u64().unwrap(), &mut random).await;
                    }
                }
                let rows = list.all().await;
                assert!(rows.len() > 10);
                if kind == "follow" {
                    list.is_that_of(&rows, &[&customer, &organization, &employee, &event], &mut random).await;
                    continue;
                }
                list.is_that_of(&rows, &[&organization, &employee], &mut random).await;
                // All is what another filter means.
                let list = TestList { client: &client, path: &format!("{path}?user_id=2"), time };
                let mine = |row: &&Value| {
                    row["operator_id"] == 2 || row["follower_id"].as_array().unwrap().contains(&json!(2))
                };
                let mine: Vec<_> = rows.iter().filter(mine).cloned().collect();
                list.is_that_of(&mine, &[&customer, &organization], &mut random).await;
            }
        }
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_named_and_one_of_nobody_finds_nothing() {
    let company = Company::start(record::FUNCTION).await;
    create(&company.client, &mut Rng::with_seed(1)).await;
    let get = async |query: &str| company.client.get(&format!("/api/record/{query}")).await;
    for query in ["follow?event=6", "follow?event=x", "follow?event=1&event=2"] {
        get(query).await.refused_field("event");
    }
    for query in ["follow?user_id=0", "follow?user_id=1&user_id=2", "demand?user_id=me"] {
        get(query).await.refused_field("user_id");
    }
    for query in ["follow?organization_id=x", "demand?organization_id=1&organization_id=2"] {
        get(query).await.refused_field("organization_id");
    }
    for query in
        ["demand?customers_id=ALL", "demand?customers_id=0", "demand?customers_id=all&customers_id=1"]
    {
        get(query).await.refused_field("customers_id");
    }
    for query in ["follow?user_id=4000000000", "demand?user_id=4000000000", "follow?organization_id=99"] {
        assert_eq!(get(&format!("{query}&{ALWAYS}")).await.page().0, 0);
    }
    // An id is all that is looked at.
    assert_eq!(get("follow?follow_id=1&user_id=4000000000&event=5").await.ids(), [1]);
}

/// A follow-up and a change of demand with a hundred followers.
fn crowded(company: u32) -> Value {
    let followers: Vec<_> = (1..=company).collect();
    json!({
        "customers_id": 2, "follower_id": followers, "record_time": "2021-07-30", "event": 2, "content": "需求",
    })
}

/// A company with a hundred employees.
async fn of_a_hundred() -> Company {
    let company = Company::start(record::FUNCTION).await;
    let store = &company.stack.app.store;
    for n in 5..=100 {
        let employee = Employee { phone_number: format!("1380000{n:04}"), edition: 1, ..Employee::default() };
        let mut write = Write::new(Author::SYSTEM);
        employee.create(&mut write, store.next_id(Employee::KIND).await.unwrap(), None).unwrap();
        store.commit(write).await.unwrap();
    }
    company
}

async fn found(company: &Company, kind: &str, employee: u32) -> (u64, Vec<u64>) {
    let answer = company.client.get(&format!("/api/record/{kind}?user_id={employee}&{ALWAYS}")).await;
    (answer.page().0, answer.ids())
}

#[tokio::test]
async fn a_record_of_a_hundred_followers_is_found_by_each_of_them_at_once_whenever_its_writer_dies() {
    let company = of_a_hundred().await;
    for (dies_after, kept) in [(1, true), (2, true), (3, true), (99, true), (0, false)] {
        let dying = client(&company.stack.endpoint, Hold::default(), move |seen| {
            if seen.transactions_before >= dies_after { Fault::LostRequest } else { Fault::Pass }
        });
        let store = company.stack.over(dying).busy_limit(Duration::from_millis(1));
        let answer = company.over(store).post("/api/record/upload", crowded(100)).await;
        assert_eq!(answer.status == 200, kept, "{dies_after}");
    }
    for kind in ["follow", "demand"] {
        for employee in 1..=100 {
            let (total, ids) = found(&company, kind, employee).await;
            assert_eq!((total, ids.len()), (4, 4), "{kind} of {employee}");
        }
        assert_eq!(found(&company, kind, 101).await.0, 0);
    }
    company.stack.verify_records().await;
    company.stack.later().finish_all().await.unwrap();
    company.stack.verify_records().await;
    // Another hundred, another day, and none of them any more.
    let edit = json!({ "follow_id": 1, "follower_id": [3], "record_time": "2021-07-28" });
    company.client.post("/api/record/follow", edit).await.ok();
    company.client.post("/api/record/deldemand", json!({ "demand_id": 1 })).await.ok();
    for employee in [1, 3, 100] {
        let follows = if employee == 3 { 4 } else { 3 };
        assert_eq!(found(&company, "follow", employee).await.0, follows);
        assert_eq!(found(&company, "demand", employee).await.0, 3);
    }
    company.stack.verify_records().await;
}

#[tokio::test]
async fn each_filter_costs_a_write_no_more_than_a_listing() {
    let company = Company::of(Stack::embedded().await, record::FUNCTION).await;
    let cost = async |followers: &[u32], what: &str| {
        let mut body = json!({ "customers_id": 2, "follower_id": followers, "record_time": "2021-07-30" });
        body[what] = if what == "event" { json!(2) } else { json!("需求") };
        company.client.post("/api/record/upload", body.clone()).await.ok();
        company.client.post("/api/record/upload", body).await.cost().wcu
    };
    // An entity, 3 listings and a reserved id cost 23, the log 6, and where the customer's records are found for ever 2. The
    // operator is 2; the event costs 6.
    let least = 23.0 + 6.0 + 2.0;
    assert_eq!(cost(&[2], "event").await, least + 6.0 + 6.0);
    assert_eq!(cost(&[2, 3, 4], "event").await, least + 6.0 + 18.0);
    assert_eq!(cost(&[2], "content").await, least + 6.0);
    assert_eq!(cost(&[1, 3, 4], "content").await, least + 24.0);
}

/// Some thousand follow-ups with texts as people write them; every fifth is the employee 3's.
async fn of_many(company: &Company) {
    let follow = |n: u32| Follow {
        activity: Activity {
            customer: n % 5 + 1,
            at: Time(1_627_000_000 + n * 200),
            followers: if n.is_multiple_of(5) { vec![3, 4] } else { vec![1, 2, 4] },
            operator: 1,
            created: Time(1_627_000_000 + n * 200),
            edition: 1,
        },
        organization: Some(n % 3 + 1),
        event: 2,
        gain: Some(
            ["达成初步合作意向", "客户希望下周看演示", "客户对目前的服务比较满意，愿意介绍其他单位"]
                [n as usize % 3]
                .to_owned(),
        ),
        attach: n
            .is_multiple_of(3)
            .then(|| format!("http://data.eartip.cn/static/upload/cover/cover_16270242{n:05}.png")),
        note: n.is_multiple_of(2).then(|| "等领导审批".to_owned()),
    };
    let write = |n: u32| {
        let mut write = Write::new(Author::SYSTEM);
        write.create(n, &follow(n))?;
        Ok(write)
    };
    company.stack.app.store.load((1..=3000).map(write), |_| {}).await.unwrap();
}

#[tokio::test]
async fn two_filters_cost_what_the_smaller_has_and_one_what_a_list_costs() {
    let company = Company::start(record::FUNCTION).await;
    of_many(&company).await;
    let get = async |query: &str| company.client.get(&format!("/api/record/follow?{query}&{ALWAYS}")).await;
    let least = get("user_id=4000000000&event=2").await.cost();
    let answer = get("user_id=3&event=2&count=1").await;
    let (total, cost) = (answer.page().0, answer.cost());
    assert_eq!(total, 600);
    // A row with its names is 4.
    assert!(cost.rcu - least.rcu <= 600.0 / 30.0 + 4.0, "{cost:?}, {least:?}");
    assert!(cost.depth <= 5, "{cost:?}");
    for (query, total) in [("user_id=3", 600), ("event=2", 3000), ("organization_id=1", 1000)] {
        for page in [1, total / 40, total / 20] {
            let answer = get(&format!("{query}&page={page}")).await;
            assert_eq!((answer.page().0, answer.ids().len()), (total, 20));
            let cost = answer.cost();
            assert!(cost.rcu <= 40.0 && cost.depth <= 5, "{query}, page {page}: {cost:?}");
        }
    }
}
