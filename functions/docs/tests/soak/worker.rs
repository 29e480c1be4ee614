//! One of those who work at once: a frontend that keeps a ledger of what it was told, and the instance of a function
//! that serves it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use axum::http::Method;
use docs::FUNCTIONS;
use serde_json::{Value, json};
use testing::encoded::encoded_query;
use testing::{
    Answer, Client, Company,
    faults::{Fault, Hold, client},
    function_of,
};

use crate::Seen;

/// A write that is never answered within so long is lost.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// The same of a job: whoever dies in one of its steps holds it for a minute, and each of its steps can meet that.
pub const JOB_PATIENCE: Duration = Duration::from_secs(240);
pub const FOLLOW: &str = "/api/record/follow";
pub const CONTRACT: &str = "/api/contract/contract";
pub const CUSTOMERS: &str = "/api/customers/customers";
pub const PLAN: &str = "/api/record/plan";

/// What the records of one worker have to be, by list and id.
#[derive(Default)]
pub struct Ledger {
    pub records: BTreeMap<&'static str, BTreeMap<u64, Value>>,
    /// What was deleted: list, id, what it was.
    pub deleted: Vec<(&'static str, u64, Value)>,
    /// How often each act was done.
    pub acts: BTreeMap<&'static str, u64>,
    none: BTreeMap<u64, Value>,
}

impl Ledger {
    pub fn of(&self, list: &str) -> &BTreeMap<u64, Value> {
        self.records.get(list).unwrap_or(&self.none)
    }

    pub fn len(&self) -> usize {
        self.records.values().map(BTreeMap::len).sum()
    }
}

/// What the ledger keeps of a row.
pub fn kept(list: &str, row: &Value) -> Value {
    let keys: &[&str] = match list {
        FOLLOW => &["customers_id", "recordTime", "note", "attach"],
        CONTRACT => &["organization_id", "amount", "note"],
        PLAN => &["customers_id", "note", "done"],
        _ => &["nickName", "job", "owner_id"],
    };
    keys.iter().map(|key| ((*key).to_owned(), row[*key].clone())).collect()
}

/// An amount of money in cents.
pub fn cents(amount: &Value) -> i64 {
    amount.as_str().map_or(0, |text| text.replace('.', "").parse().unwrap())
}

pub struct Worker {
    pub number: u64,
    pub company: Arc<Company>,
    /// The token of an admin.
    pub admin: String,
    seen: Arc<Seen>,
    pub random: fastrand::Rng,
    pub ledger: Ledger,
    pub requests: u64,
}

impl Worker {
    pub fn new(number: u64, company: Arc<Company>, admin: String, seen: Arc<Seen>) -> Self {
        let random = fastrand::Rng::with_seed(number);
        Self { number, company, admin, seen, random, ledger: Ledger::default(), requests: 0 }
    }

    pub async fn work_until(mut self, end: Instant) -> Ledger {
        while Instant::now() < end {
            match self.random.u32(0..100) {
                0..70 => self.list().await,
                70..80 => self.search().await,
                80..90 => self.write().await,
                90..97 => self.act().await,
                _ => self.statistic().await,
            }
        }
        self.ledger
    }

    async fn list(&mut self) {
        let page = self.random.u32(1..4);
        let uris = [
            format!("{FOLLOW}?start_time=2021-01-01&page={page}"),
            format!("{FOLLOW}?customers_id={}", self.random.u32(1..=5)),
            format!("/api/record/demand?start_time=2021-01-01&page={page}"),
            format!("{CONTRACT}?page={page}"),
            format!("/api/feedback/satisfy?customers_id={}", self.random.u32(1..=5)),
            format!("{CUSTOMERS}?page={page}"),
        ];
        let chosen = self.random.usize(0..uris.len());
        self.read(&uris[chosen]).await;
    }

    async fn search(&mut self) {
        let name = ["浸泡", "浸", "云南", "a", "浸泡1"][self.random.usize(0..5)];
        self.read(&encoded_query(&format!("{CUSTOMERS}?name={name}"))).await;
    }

    async fn statistic(&mut self) {
        let uris = [
            "/api/stats/sign?start_time=2020-01-01".to_owned(),
            format!("/api/stats/follow?organization_id={}&start_time=2020-01-01", self.random.u32(1..=3)),
            "/api/stats/demand?organization_ids=1,2,0&start_time=2020-01-01".to_owned(),
        ];
        let chosen = self.random.usize(0..uris.len());
        self.read(&uris[chosen]).await;
    }

    async fn read(&mut self, uri: &str) {
        let instance = self.instance(uri, &self.company.token.clone());
        let answer = instance.get(uri).await;
        self.count(uri, &answer);
    }

    /// Creates, edits or deletes one of its own records.
    async fn write(&mut self) {
        let list = [FOLLOW, CONTRACT, CUSTOMERS][self.random.usize(0..3)];
        let ids: Vec<_> = self.ledger.of(list).keys().copied().collect();
        let chosen = (!ids.is_empty() && self.random.bool()).then(|| ids[self.random.usize(0..ids.len())]);
        let text = format!("{}-{}", self.number, self.requests);
        if let Some(id) = chosen.filter(|_| list != CUSTOMERS && self.random.f64() < 0.3) {
            let (path, field) = match list {
                FOLLOW => ("/api/record/delfollow", "follow_id"),
                _ => ("/api/contract/delcontract", "contract_id"),
            };
            self.done(path, json!({ field: id })).await;
            if let Some(row) = self.ledger.records.entry(list).or_default().remove(&id) {
                self.ledger.deleted.push((list, id, row));
            }
            return;
        }
        let (path, mut body, row) = match list {
            FOLLOW => {
                let (customer, day) = (self.random.u64(1..=5), self.random.u32(1..=28));
                let time = format!("2021-07-{day:02} 00:00:00");
                let body = json!({
                    "customers_id": customer, "follower_id": [1, 3], "record_time": time, "event": 2,
                    "event_note": text, "content": "浸泡",
                });
                let old = chosen.map(|id| self.ledger.of(list)[&id]["attach"].clone());
                let attach = old.unwrap_or_default();
                let row =
                    json!({ "customers_id": customer, "recordTime": time, "note": text, "attach": attach });
                (if chosen.is_some() { FOLLOW } else { "/api/record/upload" }, body, row)
            }
            CONTRACT => {
                let (organization, yuan) = (self.random.u64(1..=3), self.random.u64(0..1_000_000));
                let amount = format!("{yuan}.{:02}", self.random.u32(0..100));
                let body = json!({
                    "organization_id": organization, "name": "浸泡", "code": "S", "amount": amount,
                    "sign_time": "2021-06-01", "note": text, "follower_id": [1],
                });
                let row = json!({ "organization_id": organization, "amount": amount, "note": text });
                (CONTRACT, body, row)
            }
            _ => {
                let body = json!({ "nickName": format!("浸泡{text}"), "job": text });
                let mut row = body.clone();
                row["owner_id"] =
                    chosen.map_or(json!(Company::ME), |id| self.ledger.of(list)[&id]["owner_id"].clone());
                (CUSTOMERS, body, row)
            }
        };
        if let Some(id) = chosen {
            let field = match list {
                FOLLOW => "follow_id",
                CONTRACT => "contract_id",
                _ => "customers_id",
            };
            // Of a follow-up, customers_id names the customer.
            body[field] = json!(id);
        }
        let answer = self.done(path, body).await;
        let new = &answer.body["data"];
        let id = chosen.or(new["id"].as_u64()).or(new["follow_id"].as_u64()).unwrap();
        self.ledger.records.entry(list).or_default().insert(id, row);
    }

    /// Sends a write until it is answered, as a frontend does that has an idempotency key for it. Some instances die
    /// meanwhile.
    pub async fn done(&mut self, path: &str, body: Value) -> Answer {
        let token = self.company.token.clone();
        self.done_as(&token, path, body).await
    }

    /// The same in somebody else's session.
    pub async fn done_as(&mut self, token: &str, path: &str, body: Value) -> Answer {
        let begun = Instant::now();
        let key = format!("{}-{}", self.number, self.requests);
        loop {
            assert!(begun.elapsed() < PATIENCE, "{path} was not answered: {body}");
            let instance = self.instance(path, token);
            let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
            let request = instance.send(Method::POST, path, &headers, body.to_string());
            let life = self.random.f64().mul_add(40.0, 1.0);
            let dies = self.random.f64() < 0.2;
            let answer = match dies {
                true => tokio::time::timeout(Duration::from_secs_f64(life / 1000.0), request).await.ok(),
                false => Some(request.await),
            };
            match answer {
                None => drop(self.seen.killed.fetch_add(1, Ordering::SeqCst)),
                Some(answer) => {
                    self.count(path, &answer);
                    if answer.status == 200 {
                        return answer;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// A fresh instance of the function that serves a path, whose calls meet faults.
    pub fn instance(&mut self, path: &str, token: &str) -> Client {
        self.requests += 1;
        let random = Mutex::new(self.random.fork());
        let faulty = client(&self.company.stack.endpoint, Hold::default(), move |_| {
            match random.lock().unwrap().u32(0..100) {
                0..4 => Fault::Conflict,
                4..6 => Fault::Throttle,
                6..8 => Fault::LostRequest,
                8..10 => Fault::LostAnswer,
                _ => Fault::Pass,
            }
        });
        // Shorter than in production, so that the seconds that the test has are well used.
        // Less than a restart takes, so that some are told to come again.
        let store = self.company.stack.over(faulty).busy_limit(Duration::from_millis(250));
        // Whoever was at an import of this worker is dead: nobody else asks for it.
        let is_job = path.starts_with("/api/transfer/");
        let store = if is_job { self.company.stack.leases_ended(store) } else { store };
        let app = self.company.stack.app_over(store);
        let client = Client::of(function_of(&FUNCTIONS, path), app).with("session", token);
        client.with("host", "crm.example").with("x-forwarded-proto", "https")
    }

    /// Nothing but an answer, or 503 with the time to wait.
    pub fn count(&self, what: &str, answer: &Answer) {
        match answer.status {
            200 => self.seen.answered.fetch_add(1, Ordering::SeqCst),
            503 if answer.headers.contains_key("retry-after") => {
                self.seen.busy.fetch_add(1, Ordering::SeqCst)
            }
            _ => panic!("{what}: {answer:?}"),
        };
    }
}
