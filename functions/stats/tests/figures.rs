//! `/api/stats/trend`, `/api/stats/employee` and `/api/stats/event`.

use super::company::{Company, asked, cases, contract, demand, follow, moment, time};
use fastrand::Rng;
use serde_json::{Value, json};
use shared::model::{Contract, Customer, Demand, Follow, Role, Status};
use shared::money::{Money, shown};
use shared::store::Entity;
use shared::time::Time;
use std::collections::{BTreeMap, BTreeSet};
use testing::Client;

/// Employees and organizations.
const EMPLOYEES: u32 = 4;
const ORGANIZATIONS: u32 = 3;

/// What is there.
#[derive(Default)]
struct Model {
    follows: BTreeMap<u32, Follow>,
    demands: BTreeMap<u32, Demand>,
    contracts: BTreeMap<u32, Contract>,
    customers: BTreeMap<u32, Customer>,
    /// What was deleted: kind and id.
    follows_gone: BTreeMap<u32, Follow>,
    contracts_gone: BTreeMap<u32, Contract>,
}

fn people(random: &mut Rng) -> (Vec<u32>, u32) {
    let followers = (1..=EMPLOYEES).filter(|_| random.f64() < 0.4).collect();
    (followers, random.u32(1..=EMPLOYEES))
}

fn new_follow(random: &mut Rng) -> Follow {
    let (followers, operator) = people(random);
    let organization = Some(random.u32(0..=ORGANIZATIONS)).filter(|id| *id > 0);
    let new = follow(organization, moment(random));
    let mut activity = new.activity.clone();
    (activity.followers, activity.operator) = (followers, operator);
    Follow { activity, event: random.u8(1..=5), ..new }
}

fn new_contract(random: &mut Rng) -> Contract {
    let (followers, creator) = people(random);
    let amount = random.bool().then(|| format!("{}.5", random.u32(0..1_000_000)));
    let signed = (random.f64() < 0.9).then(|| moment(random));
    let new = contract(random.u32(1..=ORGANIZATIONS), amount.as_deref(), signed);
    Contract { followers, creator, ..new }
}

fn new_customer(random: &mut Rng) -> Customer {
    let owner = Some(random.u32(0..=EMPLOYEES)).filter(|id| *id > 0);
    let status = if random.f64() < 0.8 { Status::Enabled } else { Status::Disabled };
    Customer { owner, status, nick_name: "客户".to_owned(), ..Customer::new(moment(random)) }
}

/// Creates one, or gives one of those that are there another form.
async fn write<T: Entity>(company: &Company, random: &mut Rng, there: &mut BTreeMap<u32, T>, new: T) {
    let old = random.choice(there.keys().copied()).filter(|_| random.bool());
    let id = match old {
        Some(id) => {
            company.change(id, Some(&new)).await;
            id
        }
        None => company.create(&new).await,
    };
    there.insert(id, new);
}

/// Deletes one, or brings one back.
async fn delete_or_restore<T: Entity>(
    company: &Company,
    random: &mut Rng,
    (there, gone): (&mut BTreeMap<u32, T>, &mut BTreeMap<u32, T>),
    history: &Client,
    kind: &str,
) {
    if let Some((id, was)) = gone.pop_first() {
        history.post("/api/history/restore", json!({ "kind": kind, "id": id })).await.ok();
        there.insert(id, was);
    } else if let Some(id) = random.choice(there.keys().copied()) {
        company.change::<T>(id, None).await;
        gone.extend(there.remove(&id).map(|was| (id, was)));
    }
}

async fn step(company: &Company, random: &mut Rng, model: &mut Model, history: &Client) {
    match random.u32(0..10) {
        0..=2 => {
            let new = new_follow(random);
            write(company, random, &mut model.follows, new).await;
        }
        3 => {
            let new = demand(Some(random.u32(1..=ORGANIZATIONS)), moment(random));
            write(company, random, &mut model.demands, new).await;
        }
        4..=5 => {
            let new = new_contract(random);
            write(company, random, &mut model.contracts, new).await;
        }
        6..=7 => {
            let new = new_customer(random);
            write(company, random, &mut model.customers, new).await;
        }
        8 => {
            let both = (&mut model.follows, &mut model.follows_gone);
            delete_or_restore(company, random, both, history, "follow").await;
        }
        _ => {
            let both = (&mut model.contracts, &mut model.contracts_gone);
            delete_or_restore(company, random, both, history, "contract").await;
        }
    }
}

/// What an interval is called that has this day: its first day.
fn first_day(by: &str, day: jiff::civil::Date) -> String {
    let first = match by {
        "day" => day,
        "week" => day.checked_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset())).unwrap(),
        _ => day.first_of_month(),
    };
    format!("{first} 00:00:00")
}

fn day(time: Time) -> jiff::civil::Date {
    time.to_string()[..10].parse().unwrap()
}

/// The rows of a trend, and the most that are answered.
fn trend(model: &Model, by: &str, (from, to): (Time, Time), of: (Option<u32>, Option<u32>)) -> Vec<Value> {
    let (organization, employee) = of;
    let is_of = |of: Option<u32>| organization.is_none_or(|organization| of == Some(organization));
    let has = |people: &[u32]| employee.is_none_or(|employee| people.contains(&employee));
    let mut rows: BTreeMap<String, (u64, u64, u64, i128)> = BTreeMap::new();
    let mut next = day(from);
    while next <= day(to) {
        rows.entry(first_day(by, next)).or_default();
        next = next.tomorrow().unwrap();
    }
    let within = |time: Time| (from..=to).contains(&time);
    for it in model.follows.values().filter(|it| within(it.activity.at) && is_of(it.organization)) {
        let people = [it.activity.followers.as_slice(), &[it.activity.operator]].concat();
        let row = rows.get_mut(&first_day(by, day(it.activity.at))).unwrap();
        row.0 += u64::from(has(&people));
    }
    for it in model.demands.values().filter(|it| within(it.activity.at) && is_of(it.organization)) {
        let people = [it.activity.followers.as_slice(), &[it.activity.operator]].concat();
        let row = rows.get_mut(&first_day(by, day(it.activity.at))).unwrap();
        row.1 += u64::from(has(&people));
    }
    for it in model.contracts.values().filter(|it| is_of(Some(it.organization))) {
        let people = [it.followers.as_slice(), &[it.creator]].concat();
        let Some(signed) = it.signed.filter(|signed| within(*signed) && has(&people)) else { continue };
        let row = rows.get_mut(&first_day(by, day(signed))).unwrap();
        row.2 += 1;
        row.3 += it.amount.map_or(0, |Money(hundredths)| i128::from(hundredths));
    }
    let row = |(time, (follows, demands, signed, amount))| {
        json!({
            "time": time, "follow_count": follows, "demand_count": demands, "sign_count": signed,
            "sign_amount": shown(amount),
        })
    };
    rows.into_iter().map(row).collect()
}

/// The rows of all employees who did anything.
fn employees(model: &Model, (from, to): (Time, Time)) -> Vec<Value> {
    let within = |time: Time| (from..=to).contains(&time);
    let mut rows = Vec::new();
    for id in 1..=EMPLOYEES {
        let follows = model.follows.values().filter(|it| {
            within(it.activity.at) && (it.activity.operator == id || it.activity.followers.contains(&id))
        });
        let customers = model
            .customers
            .values()
            .filter(|it| within(it.created) && it.owner == Some(id) && it.status == Status::Enabled);
        let signed = model
            .contracts
            .values()
            .filter(|it| it.signed.is_some_and(within) && (it.creator == id || it.followers.contains(&id)));
        let amount: i128 =
            signed.clone().filter_map(|it| it.amount).map(|Money(hundredths)| i128::from(hundredths)).sum();
        rows.push((amount, signed.count() as u64, follows.count() as u64, customers.count() as u64, id));
    }
    rows.retain(|(amount, signed, follows, customers, _)| *amount != 0 || signed + follows + customers > 0);
    rows.sort_by_key(|(amount, signed, follows, customers, id)| {
        (-amount, -(*signed as i64), -(*follows as i64), -(*customers as i64), *id)
    });
    let row = |(amount, signed, follows, customers, id): (i128, u64, u64, u64, u32)| {
        json!({
            "user_id": id, "follow_count": follows, "customers_count": customers, "sign_count": signed,
            "sign_amount": shown(amount),
        })
    };
    rows.into_iter().map(row).collect()
}

async fn compare(company: &Company, random: &mut Rng, model: &Model, seed: u64) {
    let (from, to, _, _, query) = asked(random);
    let window = &query[..query.find("&page").unwrap()];
    let by = ["day", "week", "month"][random.usize(0..3)];
    let (organization, employee) = match random.u32(0..3) {
        0 => (None, None),
        1 => (Some(random.u32(1..=ORGANIZATIONS)), None),
        _ => (None, Some(random.u32(1..=EMPLOYEES))),
    };
    let of = organization.map(|id| format!("&organization_id={id}"));
    let of = of.or(employee.map(|id| format!("&user_id={id}"))).unwrap_or_default();
    let uri = format!("/api/stats/trend?by={by}&{window}{of}");
    let expected = trend(model, by, (from, to), (organization, employee));
    let answer = company.staff.get(&uri).await;
    match expected.len() <= 60 {
        true => assert_eq!(answer.ok(), &json!(expected), "{seed}: {uri}"),
        false => drop(answer.refused_field("start_time")),
    }

    let answer = company.staff.get(&format!("/api/stats/employee?{window}")).await;
    let mut rows = answer.ok().clone();
    for row in rows.as_array_mut().unwrap() {
        let user = row.as_object_mut().unwrap().remove("user").unwrap();
        assert_eq!(user["user_id"], row["user_id"]);
    }
    assert_eq!(rows, json!(employees(model, (from, to))), "{seed}: {window}");

    let events: Vec<_> = (1..=5)
        .map(|event| {
            let of_event = |it: &&Follow| it.event == event && (from..=to).contains(&it.activity.at);
            json!({ "event": event, "follow_count": model.follows.values().filter(of_event).count() })
        })
        .collect();
    let answer = company.staff.get(&format!("/api/stats/event?{window}")).await;
    assert_eq!(answer.ok(), &json!(events), "{seed}: {window}");
}

async fn company() -> (Company, Client) {
    let company = Company::start().await;
    for n in 2..=EMPLOYEES {
        company.stack.employee(&format!("1390000000{n}"), Role::Staff).await;
    }
    company.organizations(ORGANIZATIONS).await;
    company.create(&Customer::new(Time(0))).await;
    let admin = company.stack.employee("13900000009", Role::Admin).await;
    let session = company.stack.session(admin).await;
    let history = company.stack.client(history::FUNCTION).with("session", &session);
    (company, history)
}

#[tokio::test]
async fn every_figure_is_that_of_a_look_at_everything_after_every_change() {
    for seed in 0..cases(12) {
        let mut random = Rng::with_seed(seed);
        let (company, history) = company().await;
        let mut model = Model::default();
        for _ in 0..60 {
            step(&company, &mut random, &mut model, &history).await;
            for _ in 0..3 {
                compare(&company, &mut random, &model, seed).await;
            }
        }
        // Whoever is forgotten stays in every figure.
        history.post("/api/history/erase", json!({ "customers_id": 1 })).await.ok();
        for id in model.customers.keys() {
            history.post("/api/history/erase", json!({ "customers_id": id })).await.ok();
        }
        for _ in 0..5 {
            compare(&company, &mut random, &model, seed).await;
        }
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (company, _) = company().await;
    for (query, field) in [
        ("start_time=2021-07-01", "by"),
        ("by=year", "by"),
        ("by=day&start_time=2021-05-01", "start_time"),
        ("by=month&all=true", "start_time"),
        ("by=day&organization_id=1&user_id=1", "user_id"),
        ("by=day&organization_id=0", "organization_id"),
    ] {
        company.staff.get(&format!("/api/stats/trend?{query}")).await.refused_field(field);
    }
    company.staff.get("/api/stats/employee?user_ids=x").await.refused_field("user_ids");
    let nobody = company.staff.get("/api/stats/employee?user_ids=99").await;
    assert_eq!((nobody.ok(), nobody.page().0), (&json!([]), 0));
}

#[tokio::test]
async fn a_trend_and_a_leaderboard_cost_what_they_may() {
    let (company, _) = company().await;
    let mut random = Rng::with_seed(1);
    let year = time("2020-08-01").0..time("2021-08-01").0;
    for n in 0..600 {
        let at = Time(random.u32(year.clone()));
        let mut new = new_follow(&mut random);
        new.activity.at = at;
        company.create(&new).await;
        if n % 3 == 0 {
            let mut new = demand(Some(1), at);
            new.activity.at = at;
            company.create(&new).await;
            company.create(&Contract { signed: Some(at), ..new_contract(&mut random) }).await;
            company.create(&Customer { created: at, ..new_customer(&mut random) }).await;
        }
    }
    for of in ["", "&organization_id=1", "&user_id=1"] {
        for window in [
            "by=month&start_time=2020-08-01&end_time=2021-07-31",
            "by=day&start_time=2021-07-01&end_time=2021-07-31",
        ] {
            let cost = company.staff.get(&format!("/api/stats/trend?{window}{of}")).await.cost();
            println!("{window}{of}: {cost:?}");
            assert!(cost.rcu <= 75.0 && cost.depth <= 4, "{window}{of}: {cost:?}");
        }
    }
    for window in ["start_time=2020-08-01", "start_time=2021-06-30T11:11:11", "all=true"] {
        let answer = company.staff.get(&format!("/api/stats/employee?{window}")).await;
        let (cost, rows) = (answer.cost(), answer.page().0 as f64);
        println!("{window}: {cost:?} for {rows} employees");
        // Two more have done nothing.
        assert!(cost.rcu <= 5.0 * 3.0 * (rows + 2.0) && cost.depth <= 4, "{window}: {cost:?}");
    }
    let cost = company.staff.get("/api/stats/event?start_time=2020-08-02T11:11:11").await.cost();
    println!("events: {cost:?}");
    assert!(cost.rcu <= 30.0 && cost.depth <= 4, "{cost:?}");
    let events: BTreeSet<_> = company
        .staff
        .get("/api/stats/event?all=true")
        .await
        .ok()
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["event"].to_string())
        .collect();
    assert_eq!(events.len(), 5);
}
