//! Lists of plans compared with a plain vector, after random writes of several people: plans that are made, edited, finished,
//! opened again, deleted and restored, and follow-ups.
//!
//! `PLAN_SEEDS` sets how many stories are told; each is some hundred writes and two hundred reads.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::model::{Plan, Restorable};
use shared::store::{Author, Write};
use shared::time::{DayEdge, Time};
use testing::{Answer, Client, Company};

const PLAN: &str = "/api/record/plan";

/// A plan as it should be.
#[derive(Debug, Clone, PartialEq)]
struct Expected {
    id: u64,
    customer: u32,
    employee: u32,
    at: Time,
    note: Option<String>,
    done: Option<Time>,
}

struct Story {
    company: Company,
    /// Of the employees 1, who is an admin, to 3.
    clients: Vec<Client>,
    random: fastrand::Rng,
    live: Vec<Expected>,
    deleted: Vec<Expected>,
}

impl Story {
    async fn begin(seed: u64) -> Self {
        let company = Company::start(record::FUNCTION).await;
        let mut clients = Vec::new();
        for employee in 1..=3 {
            let token = company.stack.session(employee).await;
            clients.push(company.stack.client(record::FUNCTION).with("session", &token));
        }
        let random = fastrand::Rng::with_seed(seed);
        Self { company, clients, random, live: Vec::new(), deleted: Vec::new() }
    }

    fn now(&self) -> Time {
        let clock = &self.company.stack.app.clock;
        clock.wall(clock.epoch())
    }

    /// Somebody who acts.
    fn somebody(&mut self) -> (u32, Client) {
        let employee = self.random.u32(1..=3);
        (employee, self.clients[employee as usize - 1].clone())
    }

    /// Times that meet: on the hour, on the edge of a day, now.
    fn time(&mut self) -> Time {
        let now = self.now();
        match self.random.u32(0..6) {
            0 => now,
            1 => Time(now.start_of_day().0 + 86_400 * self.random.u32(0..3)),
            2 => Time(now.end_of_day().0 - 86_400 * self.random.u32(0..2)),
            3 => Time(now.0 - 40_000_000 + self.random.u32(0..80_000_000)),
            _ => Time(now.start_of_day().0 - 172_800 + 3600 * self.random.u32(0..120)),
        }
    }

    fn note(&mut self) -> Option<String> {
        let length = if self.random.u32(0..8) == 0 { 900 } else { self.random.usize(0..12) };
        Some("注".repeat(length)).filter(|note| !note.is_empty())
    }

    /// The open plan of an employee for a customer, other than `id`.
    fn open(&self, employee: u32, customer: u32, id: Option<u64>) -> Option<u64> {
        let is_it = |it: &&Expected| {
            it.done.is_none() && (it.employee, it.customer) == (employee, customer) && Some(it.id) != id
        };
        self.live.iter().find(is_it).map(|it| it.id)
    }

    async fn act(&mut self) {
        self.company.stack.advance(self.random.i64(0..4000));
        match self.random.u32(0..12) {
            0..=3 => self.create().await,
            4..=6 => self.edit().await,
            7 => self.delete().await,
            8 => self.restore().await,
            _ => self.follow_up().await,
        }
    }

    async fn create(&mut self) {
        let (me, client) = self.somebody();
        let (customer, at, note) = (self.random.u32(1..=5), self.time(), self.note());
        let other = self.random.bool().then(|| self.random.u32(1..=3));
        let employee = other.unwrap_or(me);
        let body =
            json!({ "customers_id": customer, "time": at.to_string(), "note": note, "user_id": other });
        let answer = client.post(PLAN, body).await;
        if !refused(&answer, self.open(employee, customer, None)) {
            let id = answer.ok()["id"].as_u64().unwrap();
            self.live.push(Expected { id, customer, employee, at, note, done: None });
        }
    }

    async fn edit(&mut self) {
        if self.live.is_empty() {
            return;
        }
        let index = self.random.usize(0..self.live.len());
        // An admin may edit every plan.
        let client = self.clients[0].clone();
        let mut new = self.live[index].clone();
        let mut body = json!({ "plan_id": new.id });
        if self.random.bool() {
            new.at = self.time();
            body["time"] = json!(new.at.to_string());
        }
        if self.random.bool() {
            new.note = self.note();
            body["note"] = json!(new.note);
        }
        if self.random.u32(0..4) == 0 {
            new.customer = self.random.u32(1..=5);
            body["customers_id"] = json!(new.customer);
        }
        if self.random.u32(0..4) == 0 {
            new.employee = self.random.u32(1..=3);
            body["user_id"] = json!(new.employee);
        }
        if self.random.bool() {
            let done = self.random.bool();
            new.done = done.then(|| new.done.unwrap_or(self.now()));
            body["done"] = json!(done);
        }
        let answer = client.post(PLAN, body).await;
        let taken = self.open(new.employee, new.customer, Some(new.id)).filter(|_| new.done.is_none());
        if !refused(&answer, taken) {
            answer.ok();
            self.live[index] = new;
        }
    }

    async fn delete(&mut self) {
        if self.live.is_empty() {
            return;
        }
        let gone = self.live.swap_remove(self.random.usize(0..self.live.len()));
        self.clients[0].post("/api/record/delplan", json!({ "plan_id": gone.id })).await.ok();
        self.deleted.push(gone);
    }

    async fn restore(&mut self) {
        if self.deleted.is_empty() {
            return;
        }
        let index = self.random.usize(0..self.deleted.len());
        let plan = self.deleted[index].clone();
        let store = &self.company.stack.app.store;
        let deleted = store.deleted::<Plan>(plan.id.try_into().unwrap()).await.unwrap();
        let mut write = Write::new(Author { by: 1, at: self.now() });
        Plan::restore(store, &mut write, &deleted).await.unwrap();
        let restored = store.commit(write).await;
        match self.open(plan.employee, plan.customer, None).filter(|_| plan.done.is_none()) {
            Some(taken) => {
                let id = taken.try_into().unwrap();
                assert_eq!(restored, Err(shared::Error::Taken { unique: Plan::OPEN, id }));
            }
            None => {
                restored.unwrap();
                self.live.push(self.deleted.swap_remove(index));
            }
        }
    }

    async fn follow_up(&mut self) {
        let (me, client) = self.somebody();
        let (customer, now) = (self.random.u32(1..=5), self.now());
        let next = if self.random.bool() { Some((self.time(), self.note())) } else { None };
        let mut body =
            json!({ "customers_id": customer, "follower_id": [1, 3], "record_time": "2021-07-30" });
        let follows = self.random.u32(0..3) > 0;
        body[if follows { "event" } else { "content" }] = json!(3);
        if let Some((at, note)) = &next {
            (body["next_time"], body["next_note"]) = (json!(at.to_string()), json!(note));
        }
        let answer = client.post("/api/record/upload", body).await;
        let open = self.open(me, customer, None).filter(|_| follows || next.is_some());
        for plan in self.live.iter_mut().filter(|plan| Some(plan.id) == open) {
            plan.done = Some(now);
        }
        let id = answer.ok()["plan_id"].as_u64();
        assert_eq!(id.is_some(), next.is_some());
        if let (Some(id), Some((at, note))) = (id, next) {
            self.live.push(Expected { id, customer, employee: me, at, note, done: None });
        }
    }

    /// One list with whatever filter, window and page, and what a plain vector has of it.
    async fn compare(&mut self) {
        let (me, client) = self.somebody();
        let now = self.now();
        let dues = ["open", "overdue", "today", "done", "all"];
        let due = *self.random.choice(dues.iter()).unwrap();
        let mut query = format!("due={due}");
        let mut found: Vec<_> = self.live.clone();
        found.retain(|it| match due {
            "open" => it.done.is_none(),
            "overdue" => it.done.is_none() && it.at < now,
            "today" => it.done.is_none() && it.at.start_of_day() == now.start_of_day(),
            "done" => it.done.is_some(),
            _ => true,
        });
        let customer = self.random.bool().then(|| self.random.u32(1..=5));
        let user = match self.random.u32(0..4) {
            0 => Some("all".to_owned()),
            1 | 2 => Some(self.random.u32(1..=3).to_string()),
            _ => None,
        };
        if let Some(customer) = customer {
            query += &format!("&customers_id={customer}");
            found.retain(|it| it.customer == customer);
        }
        if let Some(user) = &user {
            query += &format!("&user_id={user}");
        }
        let employee = match user.as_deref() {
            Some("all") => None,
            Some(id) => id.parse().ok(),
            None => customer.is_none().then_some(me),
        };
        found.retain(|it| employee.is_none_or(|employee| it.employee == employee));
        if self.random.bool() {
            let (a, b) = (self.time(), self.time());
            let (from, to) = (a.min(b), a.max(b));
            if self.random.bool() {
                query += &format!("&start_time={from}");
                found.retain(|it| it.at >= from);
            }
            query += &format!("&end_time={to}");
            found.retain(|it| it.at <= to);
        }
        found.sort_by_key(|it| (it.at, it.id));
        if matches!(due, "done" | "all") {
            found.reverse();
        }
        let (page, count) = (self.random.usize(1..=3), self.random.usize(1..=6));
        let uri = format!("{PLAN}?{query}&page={page}&count={count}").replace(' ', "T");
        let answer = client.get(&uri).await;
        if me != 1 && customer.is_none() && employee != Some(me) {
            answer.refused(StatusCode::FORBIDDEN, "forbidden");
            return;
        }
        assert_eq!(answer.page(), (found.len() as u64, page as u64, count as u64), "{uri} at {now}");
        let shown: Vec<_> = answer.ok().as_array().unwrap().iter().map(read).collect();
        let expected: Vec<_> = found.into_iter().skip((page - 1) * count).take(count).collect();
        assert_eq!(shown, expected, "{uri} at {now}");
    }
}

/// Whether a write was refused because of the plan `taken`.
fn refused(answer: &Answer, taken: Option<u64>) -> bool {
    if let Some(taken) = taken {
        answer.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!(answer.body["data"]["id"], taken);
    }
    taken.is_some()
}

fn read(row: &Value) -> Expected {
    let number = |name: &str| u32::try_from(row[name].as_u64().unwrap()).unwrap();
    let time = |name: &str| row[name].as_str().map(|text| Time::parse(text, DayEdge::Start).unwrap());
    assert_eq!(row["done"], json!(time("done_time").is_some()));
    assert_eq!(row["user"]["user_id"], row["user_id"]);
    Expected {
        id: row["id"].as_u64().unwrap(),
        customer: number("customers_id"),
        employee: number("user_id"),
        at: time("time").unwrap(),
        note: row["note"].as_str().map(str::to_owned),
        done: time("done_time"),
    }
}

#[tokio::test]
async fn after_whatever_was_done_every_list_of_plans_is_that_of_a_plain_vector() {
    let seeds = std::env::var("PLAN_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(3);
    for seed in 0..seeds {
        let mut story = Story::begin(seed).await;
        for _ in 0..8 {
            for _ in 0..15 {
                story.act().await;
            }
            for _ in 0..25 {
                story.compare().await;
            }
        }
        story.company.stack.verify_records().await;
    }
}
