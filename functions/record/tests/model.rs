//! All lists compared with plain vectors, while several write at once and meet on one customer, one organization and
//! one second.
//!
//! `RECORD_SEEDS` sets how many stories are told; each is some hundred writes and a hundred reads.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::{Demand, Follow};
use shared::store::{Listing, Order, Window};
use shared::time::{DayEdge, Time};
use std::time::Duration;
use testing::faults::{Fault, Hold, client};
use testing::{Client, Company};

/// Which of the two kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Follow,
    Demand,
}

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Self::Follow => "follow",
            Self::Demand => "demand",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Follow => "follow_id",
            Self::Demand => "demand_id",
        }
    }

    fn of_organization(self, organization: Option<u32>) -> Listing {
        match self {
            Self::Follow => Follow::of_organization(organization),
            Self::Demand => Demand::of_organization(organization),
        }
    }
}

/// A record as it should be.
#[derive(Debug, Clone, PartialEq)]
struct Expected {
    sort: Sort,
    id: u64,
    customer: u32,
    organization: Option<u32>,
    at: Time,
    note: String,
    version: u32,
}

/// The organizations of the customers 1 to 5.
const OF_CUSTOMER: [Option<u32>; 5] = [None, Some(1), Some(2), Some(2), None];

/// Times that meet: on a day, on either side of a slot, anywhere in some months.
fn time(random: &mut fastrand::Rng) -> Time {
    let base = Time::parse("2021-07-30", DayEdge::Start).unwrap().0;
    Time(match random.u32(0..4) {
        0 => base,
        1 => base + 86_400 * random.u32(0..4),
        2 => base + random.u32(0..70),
        _ => base - 5_000_000 + random.u32(0..10_000_000),
    })
}

fn note(random: &mut fastrand::Rng) -> String {
    let length = if random.f64() < 0.2 { random.usize(200..1500) } else { random.usize(1..40) };
    "注".repeat(length)
}

/// One writer with records of its own in lists that all share.
struct Writer {
    client: Client,
    random: fastrand::Rng,
    mine: Vec<Expected>,
}

impl Writer {
    async fn work(&mut self) {
        for _ in 0..4 {
            match self.random.u32(0..10) {
                0..=4 => self.create().await,
                5..=7 => self.edit().await,
                _ => self.delete().await,
            }
        }
    }

    async fn create(&mut self) {
        let random = &mut self.random;
        let customer = random.u32(1..=5);
        let named = random.bool().then(|| random.u32(1..=3));
        let (at, note) = (time(random), note(random));
        let mut body =
            json!({ "customers_id": customer, "follower_id": [1, 3], "record_time": at.to_string() });
        if let Some(named) = named {
            body["organization_id"] = json!(named);
        }
        let (follows, demands) = [(true, false), (false, true), (true, true)][random.usize(0..3)];
        if follows {
            body["event"] = json!(random.u32(1..=5));
            body["event_note"] = json!(note);
        }
        if demands {
            body["content"] = json!("需求");
            body["content_note"] = json!(note);
        }
        let answer = self.client.post("/api/record/upload", body).await;
        let organization = named.or(OF_CUSTOMER[customer as usize - 1]);
        for sort in [Sort::Follow, Sort::Demand] {
            let Some(id) = answer.ok()[sort.id()].as_u64() else { continue };
            let note = note.clone();
            self.mine.push(Expected { sort, id, customer, organization, at, note, version: 1 });
        }
        assert_eq!(answer.ok().as_object().unwrap().len(), usize::from(follows) + usize::from(demands));
    }

    async fn edit(&mut self) {
        let random = &mut self.random;
        let Some(index) = (!self.mine.is_empty()).then(|| random.usize(0..self.mine.len())) else { return };
        let old = &mut self.mine[index];
        let mut body = json!({ old.sort.id(): old.id, "version": old.version });
        if random.bool() {
            old.at = time(random);
            body["record_time"] = json!(old.at.to_string());
        }
        if random.bool() {
            old.customer = random.u32(1..=5);
            body["customers_id"] = json!(old.customer);
        }
        if random.bool() {
            old.organization = (random.f64() < 0.8).then(|| random.u32(1..=3));
            body["organization_id"] = json!(old.organization);
        }
        if random.bool() {
            old.note = note(random);
            body["note"] = json!(old.note);
        }
        old.version += 1;
        self.client.post(&format!("/api/record/{}", old.sort.name()), body).await.ok();
    }

    async fn delete(&mut self) {
        let random = &mut self.random;
        let Some(index) = (!self.mine.is_empty()).then(|| random.usize(0..self.mine.len())) else { return };
        let Expected { sort, id, .. } = self.mine.swap_remove(index);
        let path = format!("/api/record/del{}", sort.name());
        let answer = match random.bool() {
            true => self.client.post(&path, json!({ sort.id(): id })).await,
            false => self.client.send(Method::DELETE, &format!("{path}?{}={id}", sort.id()), &[], "").await,
        };
        answer.ok();
    }
}

/// Somebody who reads while others write: whatever they see, a list is one.
async fn watch(client: &Client, random: &mut fastrand::Rng) {
    for _ in 0..6 {
        let sort = *random.choice([Sort::Follow, Sort::Demand].iter()).unwrap();
        let query = "start_time=2021-01-01&end_time=2022-01-01&count=100";
        let answer = client.get(&format!("/api/record/{}?{query}", sort.name())).await;
        let rows = answer.ok().as_array().unwrap();
        let keys: Vec<_> = rows
            .iter()
            .map(|row| (row["recordTime"].as_str().unwrap(), row["id"].as_u64().unwrap()))
            .collect();
        assert!(keys.windows(2).all(|pair| pair[0] > pair[1]), "{keys:?}");
    }
}

/// One list with whatever filter, window and page, and what a plain vector has of it.
async fn compare(client: &Client, random: &mut fastrand::Rng, all: &[Expected]) {
    let sort = *random.choice([Sort::Follow, Sort::Demand].iter()).unwrap();
    let (a, b) = (time(random), time(random));
    let (from, to) = if random.f64() < 0.2 { (Time(0), Time(4_291_747_199)) } else { (a.min(b), a.max(b)) };
    let mut query = format!("start_time={from}&end_time={to}").replace(' ', "T");
    let mut found: Vec<_> =
        all.iter().filter(|record| record.sort == sort && (from..=to).contains(&record.at)).collect();
    found.sort_by_key(|record| (record.at, record.id));
    found.reverse();
    let named = random.bool().then(|| random.u32(1..=6));
    if let Some(customer) = named {
        query += &format!("&customers_id={customer}");
    }
    // Changes of demand are always those of one customer.
    let newest = found.first().filter(|_| sort == Sort::Demand).map(|record| record.customer);
    if let Some(customer) = named.or(newest) {
        found.retain(|record| record.customer == customer);
    }
    let (page, count) = (random.usize(1..=4), random.usize(1..=12));
    let answer = client.get(&format!("/api/record/{}?{query}&page={page}&count={count}", sort.name())).await;
    assert_eq!(answer.page(), (found.len() as u64, page as u64, count as u64), "{sort:?} {query}");
    let shown: Vec<_> = answer.ok().as_array().unwrap().iter().map(|row| read(sort, row)).collect();
    let expected: Vec<_> = found.into_iter().skip((page - 1) * count).take(count).cloned().collect();
    assert_eq!(shown, expected, "{sort:?} {query}");
}

fn read(sort: Sort, row: &Value) -> Expected {
    let number = |name: &str| row[name].as_u64().map(|number| u32::try_from(number).unwrap());
    assert_eq!(row["customers_group"]["id"], row["organization_id"]);
    Expected {
        sort,
        id: row["id"].as_u64().unwrap(),
        customer: number("customers_id").unwrap(),
        organization: number("organization_id"),
        at: Time::parse(row["recordTime"].as_str().unwrap(), DayEdge::Start).unwrap(),
        note: row["note"].as_str().unwrap_or_default().to_owned(),
        version: number("version").unwrap(),
    }
}

/// What the statistics of organizations will be made of: counts, and the earliest in a window.
async fn compare_organizations(company: &Company, random: &mut fastrand::Rng, all: &[Expected]) {
    let (a, b) = (time(random), time(random));
    let window = Window { from: a.min(b).0, to: a.max(b).0 };
    for organization in [None, Some(1), Some(2), Some(3)] {
        for sort in [Sort::Follow, Sort::Demand] {
            let of = |r: &&Expected| {
                r.sort == sort
                    && r.organization == organization
                    && (window.from..=window.to).contains(&r.at.0)
            };
            let listing = [sort.of_organization(organization)];
            let total = company.stack.app.store.total(&listing, window).await.unwrap();
            assert_eq!(total.count, all.iter().filter(of).count() as u64);
            let first = company.stack.app.store.first(&listing, window, Order::Ascending).await.unwrap();
            assert_eq!(first.map(|entry| Time(entry.point.score)), all.iter().filter(of).map(|r| r.at).min());
        }
    }
}

#[tokio::test]
async fn after_whatever_writers_did_at_once_every_list_total_and_page_is_that_of_a_plain_vector() {
    let seeds = std::env::var("RECORD_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(8);
    for seed in 0..seeds {
        let company = Company::start(record::FUNCTION).await;
        // Transactions that meet are cancelled, as on AWS.
        let hold = Hold::new(Duration::from_millis(2));
        let store = company.stack.over(client(&company.stack.endpoint, hold, |_| Fault::Pass));
        let meeting = company.over(store);
        let writer = |n| Writer {
            client: meeting.clone(),
            random: fastrand::Rng::with_seed(seed * 100 + n),
            mine: Vec::new(),
        };
        let mut writers: Vec<_> = (0..4).map(writer).collect();
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..6 {
            let mut watcher = random.fork();
            let work = join_all(writers.iter_mut().map(Writer::work));
            futures_util::future::join(work, watch(&company.client, &mut watcher)).await;
            let all: Vec<_> = writers.iter().flat_map(|writer| writer.mine.clone()).collect();
            for _ in 0..15 {
                compare(&company.client, &mut random, &all).await;
            }
            compare_organizations(&company, &mut random, &all).await;
        }
        company.stack.verify_records().await;
    }
}
