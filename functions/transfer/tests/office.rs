//! A company that exports: its lists, random records in them, and what its files say.

use fastrand::Rng;
use serde_json::{Value, json};
use shared::bucket::Bucket;
use shared::http::{CellKind, Column, Function, List};
use shared::jobs::{Job, STEP, advance};
use shared::store::Store;
use testing::encoded::encoded;
use testing::storage::Storage;
use testing::{Answer, Client, Company, Stack};
use transfer::Exports;

/// The functions whose lists are exported.
const FUNCTIONS: [Function; 7] = [
    customers::FUNCTION,
    record::FUNCTION,
    feedback::FUNCTION,
    contract::FUNCTION,
    transfer::FUNCTION,
    user::FUNCTION,
    history::FUNCTION,
];

/// No storage takes smaller parts, but for the last.
pub const PART: usize = 5 << 20;

pub const EXPORT: &str = "/api/transfer/export";

/// A company with a bucket.
pub struct Office {
    pub company: Company,
    pub bucket: Bucket,
}

/// A list that is exported.
#[derive(Clone, Copy)]
pub struct Exported {
    pub kind: &'static str,
    pub path: &'static str,
    pub columns: &'static [Column],
    /// Whether it has a window.
    pub is_timed: bool,
}

/// All of them.
pub fn lists() -> [Exported; 6] {
    let list = |kind, path, columns, is_timed| Exported { kind, path, columns, is_timed };
    [
        list("customers", "/api/customers/customers", customers::CustomerList::COLUMNS, false),
        list("organization", "/api/customers/organization", customers::OrganizationList::COLUMNS, false),
        list("follow", "/api/record/follow", record::FollowList::COLUMNS, true),
        list("demand", "/api/record/demand", record::DemandList::COLUMNS, true),
        list("satisfy", "/api/feedback/satisfy", feedback::FeedbackList::COLUMNS, true),
        list("contract", "/api/contract/contract", contract::ContractList::COLUMNS, true),
    ]
}

pub fn list(kind: &str) -> Exported {
    lists().into_iter().find(|list| list.kind == kind).unwrap()
}

impl Office {
    pub async fn start() -> Self {
        Self::of(Stack::start().await.with_storage().await).await
    }

    /// One in an empty table.
    pub async fn of(stack: Stack) -> Self {
        let bucket = stack.app.bucket.clone().unwrap();
        let office = Self { company: Company::of(stack, transfer::FUNCTION).await, bucket };
        // The employees 2 and 3 may export and import.
        let admin = office.company.stack.session(1).await;
        let users = office.company.stack.client(user::FUNCTION).with("session", &admin);
        users.post("/api/user/menu", json!({ "name": "导出", "area": "export" })).await.ok();
        users.post("/api/user/menu", json!({ "name": "导入", "area": "import" })).await.ok();
        for employee in [2, 3] {
            users.post("/api/user/usermenu", json!({ "user_id": employee, "menu": [1, 2] })).await.ok();
        }
        office
    }

    /// One with so many random records of a kind.
    pub async fn with(kind: &str, count: u32, seed: u64) -> Self {
        let (office, mut random) = (Self::start().await, Rng::with_seed(seed));
        for _ in 0..count {
            create(&office, kind, &mut random).await;
        }
        office
    }

    pub fn storage(&self) -> &Storage {
        self.company.stack.storage.as_ref().unwrap()
    }

    pub fn store(&self) -> &Store {
        &self.company.stack.app.store
    }

    /// A client with the company's session of the function that answers a path.
    pub fn at(&self, path: &str) -> Client {
        self.company.stack.client_of(&FUNCTIONS, path, &self.company.token)
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.at(path).post(path, body).await
    }

    /// Somebody else, by id; 1 is the admin.
    pub async fn other(&self, employee: u32) -> Client {
        let session = self.company.stack.session(employee).await;
        self.company.client.with("session", &session)
    }

    /// Begins an export; its job.
    pub async fn begin(&self, body: Value) -> u32 {
        let answer = self.company.client.post(EXPORT, body).await;
        u32::try_from(answer.ok()["job_id"].as_u64().unwrap()).unwrap()
    }

    /// The row of a job, which goes on when it is asked for.
    pub async fn job(&self, id: u32) -> Value {
        self.company.client.get(&format!("/api/transfer/job?job_id={id}")).await.ok()[0].clone()
    }

    /// What a job has made, once it is done.
    pub async fn file(&self, id: u32) -> Vec<u8> {
        loop {
            let job = self.job(id).await;
            match job["state"].as_str().unwrap() {
                "done" => break,
                "waiting" | "running" => {}
                state => panic!("{state}: {job}"),
            }
        }
        self.bytes(id).await
    }

    pub async fn bytes(&self, id: u32) -> Vec<u8> {
        self.bucket.get(&format!("exports/{id}/file")).await.unwrap().unwrap().to_vec()
    }

    /// Does all steps of a job, each of which goes through few entries.
    pub async fn work_off(&self, store: &Store, id: u32, take: u32) -> Job {
        let exports = Exports::new(store, &self.bucket).in_pieces(take, PART);
        let mut job = store.entity::<Job>(id).await.unwrap().unwrap();
        while !job.state.is_end() {
            job = advance(store, &exports, job, STEP / 6000).await.unwrap();
        }
        job.record.value
    }

    /// All rows of a list as the API shows them, the oldest first.
    pub async fn rows(&self, list: Exported, query: &[(String, Value)]) -> Vec<Value> {
        let mut query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
        let is_in_window = query.iter().any(|it| it.starts_with("start_time") || it.starts_with("end_time"));
        if list.is_timed && !is_in_window {
            query.push("all=true".to_owned());
        }
        let (client, mut rows) = (self.at(list.path), Vec::new());
        for page in 1.. {
            let query = query.join("&");
            let answer = client.get(&format!("{}?count=100&page={page}&{query}", list.path)).await;
            let part = answer.ok().as_array().unwrap().clone();
            let is_end = part.len() < 100;
            rows.extend(part);
            if is_end {
                assert_eq!(rows.len() as u64, answer.page().0, "{query}");
                break;
            }
        }
        rows.reverse();
        rows
    }
}

/// A value in a query.
fn text(value: &Value) -> String {
    encoded(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// The records of a CSV, without the headings and freed of what keeps spreadsheets from taking a text for a formula.
pub fn records(columns: &[Column], file: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(file).unwrap().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings: Vec<_> = columns.iter().map(|column| column.heading).collect();
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), headings);
    let freed = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
    reader.records().map(|record| record.unwrap().iter().map(freed).collect()).collect()
}

/// What a row of the API is to be in a file: told apart from how the export does it.
pub fn expected(columns: &[Column], row: &Value) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let person = |value: &Value| match (value["realName"].as_str(), value["nickName"].as_str()) {
        (Some(""), Some(name)) | (Some(name), _) => name.to_owned(),
        _ => String::new(),
    };
    let cell = |column: &Column| {
        let value =
            &row.pointer(&format!("/{}", column.key.replace('.', "/"))).unwrap_or(&Value::Null).clone();
        let several = |text: &dyn Fn(&Value) -> String, between| {
            value.as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(between)
        };
        match column.cell {
            CellKind::Text | CellKind::Number => plain(value),
            CellKind::Word(words) => words[usize::try_from(value.as_u64().unwrap()).unwrap()].to_owned(),
            CellKind::Person => person(value),
            CellKind::People => several(&person, "、"),
            CellKind::Ids => several(&plain, ","),
        }
    };
    columns.iter().map(cell).collect()
}

/// Texts with which spreadsheets, commas and lines have trouble, and plain ones.
pub fn odd_text(random: &mut Rng) -> String {
    let odd = [
        "=1+1",
        "+8613987021234",
        "-1",
        "@SUM(A1)",
        "'quoted",
        "\ttab",
        "a,b\"c\"",
        "第一行\r\n第二行",
        "13987021234567890123",
        "普通",
        "注".repeat(300).leak(),
    ];
    (*random.choice(&odd).unwrap()).to_owned()
}

fn time(random: &mut Rng) -> String {
    let day = random.u32(1..29);
    let month = random.u32(6..10);
    match random.u32(0..3) {
        0 => format!("2021-{month:02}-{day:02}"),
        _ => format!("2021-{month:02}-{day:02} 12:{:02}:{:02}", random.u32(0..60), random.u32(0..60)),
    }
}

fn some(random: &mut Rng, most: u32) -> Vec<u32> {
    let mut ids: Vec<_> = (1..=most).filter(|_| random.bool()).collect();
    if ids.is_empty() {
        ids.push(1);
    }
    ids
}

const NAMES: [&str; 6] = ["王小明", "李雷", "王强", "Alice", "=cmd", "张 三"];

/// Makes one record of a kind; answers nothing, for what is refused is as good.
pub async fn create(office: &Office, kind: &str, random: &mut Rng) {
    let name = random.choice(NAMES).unwrap();
    let activity = json!({
        "customers_id": random.u32(1..=5), "follower_id": some(random, 4), "record_time": time(random),
    });
    let with = |more: Value| {
        let mut body = activity.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let organization = (random.u32(0..3) > 0).then(|| random.u32(1..=3));
    let (path, body) = match kind {
        "customers" => (
            "/api/customers/customers",
            json!({
                "nickName": name, "realName": random.choice(NAMES).unwrap(), "job": odd_text(random),
                "phoneNumber": format!("139{:08}", random.u32(0..300)), "organization_id": organization,
                "sex": random.u32(0..3), "owner_id": *random.choice(&["me", "none", "3"]).unwrap(),
                "allow_duplicate": true, "status": u32::from(random.u32(0..5) > 0),
            }),
        ),
        "organization" => (
            "/api/customers/organization",
            json!({ "groupName": format!("{name}{}", random.u32(..)), "groupDetail": odd_text(random), "status": u32::from(random.u32(0..4) > 0) }),
        ),
        "follow" => (
            "/api/record/upload",
            with(
                json!({ "event": random.u32(1..=5), "gain": odd_text(random), "event_note": odd_text(random), "organization_id": organization }),
            ),
        ),
        "demand" => (
            "/api/record/upload",
            with(
                json!({ "content": odd_text(random), "content_note": odd_text(random), "organization_id": organization }),
            ),
        ),
        "satisfy" => (
            "/api/feedback/satisfy",
            with(json!({ "value": random.i32(-10..=10), "note": odd_text(random) })),
        ),
        _ => (
            "/api/contract/contract",
            json!({
                "organization_id": random.u32(1..=3), "name": format!("{name}合同"), "code": odd_text(random),
                "amount": format!("{}.5", random.u32(0..100_000)), "follower_id": some(random, 4),
                "sign_time": random.bool().then(|| time(random)), "status": random.i64(-1..3), "note": odd_text(random),
            }),
        ),
    };
    // Each is dated to another second, or to the same.
    office.company.stack.advance(i64::from(random.u32(0..2)));
    office.post(path, body).await.ok();
}

/// Makes follow-ups of which some hundred are a part of a file.
pub async fn create_long(office: &Office, count: u32, random: &mut Rng) {
    for _ in 0..count {
        let text = |random: &mut Rng| {
            let odd = odd_text(random);
            odd.clone() + &"长".repeat(4000 - odd.chars().count())
        };
        let body = json!({
            "customers_id": random.u32(1..=5), "follower_id": some(random, 4), "record_time": time(random),
            "event": random.u32(1..=5), "gain": text(random), "event_note": text(random),
        });
        office.post("/api/record/upload", body).await.ok();
    }
}

/// Filters of a list by chance, as a body has them.
pub fn filters(kind: &str, random: &mut Rng) -> Vec<(String, Value)> {
    let id = |random: &mut Rng, most: u32| json!(random.u32(1..=most));
    let name = |random: &mut Rng| {
        json!(*random.choice(&["王", "小明", "李雷", "a", "合同", "明合", "无此人", "=c"]).unwrap())
    };
    let phone = |random: &mut Rng| {
        json!(*random.choice(&["1390", "00000", "13900000012", "0002", "139 0000"]).unwrap())
    };
    let mut values: Vec<(&str, Value)> = match kind {
        "customers" => vec![
            ("name", name(random)),
            ("organization_id", id(random, 3)),
            ("phoneNumber", phone(random)),
            ("q", if random.bool() { name(random) } else { phone(random) }),
            ("owner_id", json!(*random.choice(&["me", "none", "3"]).unwrap())),
            ("status", json!(*random.choice(&["0", "1", "all"]).unwrap())),
            ("customers_id", id(random, 40)),
        ],
        "organization" => vec![
            ("name", name(random)),
            ("organization_ids", json!(some(random, 12))),
            ("status", json!(random.u32(0..3))),
            ("organization_id", id(random, 9)),
        ],
        "follow" => vec![
            ("customers_id", id(random, 5)),
            ("organization_id", id(random, 3)),
            ("user_id", id(random, 5)),
            ("event", id(random, 5)),
            ("follow_id", id(random, 60)),
        ],
        "demand" => vec![
            ("organization_id", id(random, 3)),
            ("user_id", id(random, 5)),
            ("customers_id", if random.bool() { json!("all") } else { id(random, 5) }),
            ("demand_id", id(random, 60)),
        ],
        "satisfy" => vec![],
        _ => vec![
            ("name", name(random)),
            ("organization_ids", json!(some(random, 3))),
            ("user_id", id(random, 4)),
            ("status", json!(random.i64(-1..3))),
            ("time", json!(*random.choice(&["create", "sign"]).unwrap())),
            ("contract_id", id(random, 60)),
        ],
    };
    // One by its id has no other filters.
    let by_id = values.iter().position(|(name, _)| ["follow_id", "demand_id", "contract_id"].contains(name));
    values.retain(|(name, _)| {
        if name.ends_with("_id")
            && by_id.is_some()
            && !["customers_id", "organization_id", "user_id"].contains(name)
        {
            random.u32(0..8) == 0
        } else {
            random.u32(0..3) == 0
        }
    });
    if kind == "satisfy" {
        values.push(("customers_id", if random.bool() { json!("all") } else { id(random, 5) }));
    }
    if !["customers", "organization"].contains(&kind) {
        let (a, b) = (time(random), time(random));
        let window = match random.u32(0..4) {
            0 => vec![("start_time", a.clone().min(b.clone())), ("end_time", a.max(b))],
            1 => vec![("start_time", a)],
            2 => vec![("end_time", b)],
            _ => vec![],
        };
        values.extend(window.into_iter().map(|(name, value)| (name, json!(value))));
    }
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The body of an export.
pub fn body(kind: &str, filters: &[(String, Value)]) -> Value {
    let mut body = json!({ "kind": kind });
    body.as_object_mut().unwrap().extend(filters.iter().cloned());
    body
}
