//! A table in which everything that is known of a person is marked: whatever of it is left somewhere is found.

use serde_json::{Value, json};
use shared::http::Function;
use shared::model::Role;
use std::sync::Mutex;
use testing::{Answer, Stack};

pub const PATH: &str = "/api/history/erase";
pub const CUSTOMERS: &str = "/api/customers/customers";
pub const FUNCTIONS: &[Function] = &[
    user::FUNCTION,
    customers::FUNCTION,
    record::FUNCTION,
    feedback::FUNCTION,
    contract::FUNCTION,
    stats::FUNCTION,
    history::FUNCTION,
    file::FUNCTION,
];
/// Who is erased.
pub const PERSON: u32 = 1;
/// Somebody else.
pub const OTHER: u32 = 2;
/// Two characters that nobody else has in their name: such a name is itself a gram.
pub const SHORT_NAME: &str = "䶮㐂";

/// A table with customers and their records, an admin and a member of staff.
pub struct MarkedTable {
    pub stack: Stack,
    pub admin: String,
    pub staff: String,
    pub marks: Marks,
}

/// Texts that stand nowhere else: what was typed about the person.
#[derive(Default)]
pub struct Marks(pub Mutex<Vec<String>>);

impl Marks {
    /// A new one, of so many characters in all; the beginning is the mark.
    pub fn text(&self, length: usize) -> String {
        let mark: String = (0..20).map(|_| fastrand::lowercase()).collect();
        self.0.lock().unwrap().push(mark.clone());
        format!("{mark}{}", "長".repeat(length.saturating_sub(mark.len())))
    }

    pub fn url(&self) -> String {
        format!("https://example.com/{}", self.text(20))
    }

    /// A phone number that nobody else has.
    pub fn phone(&self) -> String {
        let number = format!("1{}", fastrand::u64(1_000_000_000..9_999_999_999));
        self.0.lock().unwrap().push(number.clone());
        number
    }

    /// Those that stand in an item other than an answer kept for a safe retry.
    pub async fn found_in(&self, stack: &Stack) -> Vec<String> {
        let is_kept_answer = |item: &Value| item["s"].as_str().unwrap().starts_with("I#");
        let items = stack.items().await.into_iter().filter(|item| !is_kept_answer(item));
        let items: Vec<_> = items.map(|item| item.to_string()).collect();
        let marks = self.0.lock().unwrap();
        let short = SHORT_NAME.chars().map(String::from);
        let marks = marks.iter().cloned().chain([SHORT_NAME.to_owned()]).chain(short);
        let in_items = |mark: String| {
            let item = items.iter().find(|item| item.contains(&mark))?;
            Some(format!("{mark} in {item}"))
        };
        marks.filter_map(in_items).collect()
    }
}

impl MarkedTable {
    pub async fn start() -> Self {
        let table = Self::empty().await;
        table.post(CUSTOMERS, table.person()).await.ok();
        let other = json!({ "nickName": "别人", "phoneNumber": "13987022559", "organization_id": 1 });
        table.post(CUSTOMERS, other).await.ok();
        table
    }

    /// Without customers.
    pub async fn empty() -> Self {
        Self::of(Stack::start().await).await
    }

    /// The same with files.
    pub async fn with_storage() -> Self {
        Self::of(Stack::start().await.with_storage().await).await
    }

    async fn of(stack: Stack) -> Self {
        let admin = stack.admin().await;
        let staff = stack.employee("15331761337", Role::Staff).await;
        let (admin, staff) = (stack.session(admin).await, stack.session(staff).await);
        let table = Self { stack, admin, staff, marks: Marks::default() };
        table.post("/api/customers/organization", json!({ "groupName": "云南耳尖" })).await.ok();
        table
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.stack.advance(1);
        self.stack.client_of(FUNCTIONS, path, &self.admin).post(path, body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.stack.client_of(FUNCTIONS, path, &self.admin).get(path).await
    }

    pub async fn erase(&self) -> Erasure {
        let answer = self.post(PATH, json!({ "customers_id": PERSON })).await;
        let number = |name: &str| answer.ok()[name].as_u64().unwrap();
        Erasure { touched: number("touched"), left: number("left"), wcu: answer.cost().wcu }
    }

    /// All fields of the person, filled anew. The names take more than one transaction.
    pub fn person(&self) -> Value {
        json!({
            "nickName": self.marks.text(60), "realName": self.marks.text(60), "avatar": self.marks.url(),
            "phoneNumber": self.marks.phone(), "job": self.marks.text(100), "sex": 1, "organization_id": 1,
        })
    }

    pub fn follow(&self, length: usize) -> Value {
        json!({
            "customers_id": PERSON, "organization_id": 1, "event": 2, "follower_id": [1, 2],
            "record_time": "2021-07-30 10:00:00", "gain": self.marks.text(length),
            "attach": self.marks.url(), "note": self.marks.text(length),
        })
    }

    pub fn demand(&self, length: usize) -> Value {
        json!({
            "customers_id": PERSON, "organization_id": 1, "follower_id": [1],
            "record_time": "2021-07-30 11:00:00", "content": self.marks.text(length),
            "attach": self.marks.url(), "note": self.marks.text(length),
        })
    }

    pub fn satisfaction(&self, length: usize) -> Value {
        json!({
            "customers_id": PERSON, "value": 7, "follower_id": [2], "record_time": "2021-07-30 12:00:00",
            "attach": self.marks.url(), "note": self.marks.text(length),
        })
    }

    pub fn plan(&self, length: usize) -> Value {
        json!({ "customers_id": PERSON, "time": "2021-08-30 10:00:00", "note": self.marks.text(length) })
    }

    /// A new record of each kind with short or long texts. Answers their ids in the order of [`MarkedTable::kinds`]. The
    /// follow-up finishes the plan of the one before.
    pub async fn record(&self, length: usize) -> [Value; 4] {
        let (follow, demand) = (self.follow(length), self.demand(length));
        let upload = json!({
            "customers_id": PERSON, "organization_id": 1, "follower_id": [1, 2],
            "record_time": "2021-07-30 10:00:00", "event": 2, "gain": follow["gain"],
            "event_attach": follow["attach"], "event_note": follow["note"], "content": demand["content"],
            "content_attach": demand["attach"], "content_note": demand["note"],
        });
        let uploaded = self.post("/api/record/upload", upload).await;
        let satisfaction = self.post("/api/feedback/satisfy", self.satisfaction(length)).await;
        let plan = self.post("/api/record/plan", self.plan(length)).await;
        let uploaded = uploaded.ok();
        [&uploaded["follow_id"], &uploaded["demand_id"], &satisfaction.ok()["id"], &plan.ok()["id"]]
            .map(Value::clone)
    }

    /// Where records are edited and deleted, what names them, and all of their fields filled anew.
    pub fn kinds(&self, length: usize) -> [(&'static str, &'static str, &'static str, Value); 4] {
        [
            ("/api/record/follow", "/api/record/delfollow", "follow_id", self.follow(length)),
            ("/api/record/demand", "/api/record/deldemand", "demand_id", self.demand(length)),
            ("/api/feedback/satisfy", "/api/feedback/delsatisfy", "satisfy_id", self.satisfaction(length)),
            ("/api/record/plan", "/api/record/delplan", "plan_id", self.plan(length)),
        ]
    }

    /// Everything that can happen with a person: they are renamed, hidden and shown, their records are edited, given to
    /// somebody else and back, deleted.
    pub async fn live(&self) {
        for length in [20, 30, 1000] {
            let edited = self.record(length).await;
            let moved_away = self.record(length).await;
            let deleted = self.record(length).await;
            let moved_and_deleted = self.record(length).await;
            let come = self.record(length).await;
            let kinds = [length, length + 20].map(|length| self.kinds(length));
            for (at, (path, delete, id, fields)) in kinds.into_iter().flatten().enumerate() {
                let of = |record: &[Value; 4], more: Value| {
                    let mut body = more;
                    body[id] = record[at % 4].clone();
                    body
                };
                if at < 4 {
                    self.post(path, of(&edited, fields)).await.ok();
                    self.post(path, of(&moved_away, json!({ "customers_id": OTHER }))).await.ok();
                    self.post(path, of(&moved_and_deleted, json!({ "customers_id": OTHER }))).await.ok();
                    self.post(path, of(&come, json!({ "customers_id": OTHER }))).await.ok();
                    self.post(path, of(&come, json!({ "customers_id": PERSON }))).await.ok();
                } else {
                    let mut edited_there = fields;
                    edited_there["customers_id"] = json!(OTHER);
                    self.post(path, of(&moved_away, edited_there)).await.ok();
                    self.post(delete, of(&deleted, json!({}))).await.ok();
                    self.post(delete, of(&moved_and_deleted, json!({}))).await.ok();
                }
            }
        }
        let person = |mut fields: Value| {
            fields["customers_id"] = json!(PERSON);
            fields
        };
        self.post(CUSTOMERS, person(self.person())).await.ok();
        self.post(CUSTOMERS, person(json!({ "nickName": SHORT_NAME, "realName": SHORT_NAME }))).await.ok();
        self.post(CUSTOMERS, person(json!({ "status": 0 }))).await.ok();
        self.post(CUSTOMERS, person(json!({ "phoneNumber": self.marks.phone(), "status": 1 }))).await.ok();
        let rename = json!({ "organization_id": 1, "groupName": "云南耳尖科技" });
        self.post("/api/customers/organization", rename).await.ok();
        self.post(CUSTOMERS, person(self.person())).await.ok();
        // Somebody else's own records, among them one with the same texts as it has always had.
        let own = json!({ "customers_id": OTHER, "event": 1, "organization_id": 1, "follower_id": [1], "gain": "别人的", "record_time": "2021-07-29", "content": "也是别人的" });
        self.post("/api/record/upload", own).await.ok();
        let contract =
            json!({ "name": "合同", "organization_id": 1, "sign_time": "2021-07-29", "amount": "12" });
        self.post("/api/contract/contract", contract).await.ok();
    }

    /// What lists, totals and statistics show, apart from what is marked.
    pub async fn seen(&self) -> Vec<Value> {
        let mut seen = Vec::new();
        for path in [
            "/api/customers/customers?count=100",
            "/api/customers/customers?customers_id=2",
            "/api/customers/customers?organization_id=1",
            "/api/customers/customers?phoneNumber=13987022559",
            "/api/customers/customers?name=%E5%88%AB%E4%BA%BA",
            "/api/customers/organization",
            "/api/record/follow?all=true&count=100",
            "/api/record/follow?all=true&customers_id=1&count=100",
            "/api/record/follow?all=true&customers_id=2&count=100",
            "/api/record/follow?all=true&user_id=2&count=100",
            "/api/record/demand?all=true&customers_id=all&count=100",
            "/api/record/demand?all=true&customers_id=1&count=100",
            "/api/feedback/satisfy?all=true&customers_id=all&count=100",
            "/api/contract/contract?all=true",
            "/api/record/plan?due=all&user_id=all&count=100",
            "/api/record/plan?due=open&customers_id=1&count=100",
            "/api/stats/follow?all=true&organization_id=1",
            "/api/stats/demand?all=true&organization_ids=1",
            "/api/stats/sign?all=true&organization_ids=1",
        ] {
            let mut answer = self.get(path).await;
            answer.ok();
            unmark(&mut answer.body, &self.marks.0.lock().unwrap());
            seen.push(answer.body);
        }
        seen
    }

    /// Everything in the table in an order that does not depend on anything else.
    pub async fn dump(&self) -> String {
        self.stack.dump().await
    }
}

/// What an erasure answered, and what it cost.
#[derive(Debug)]
pub struct Erasure {
    pub touched: u64,
    pub left: u64,
    pub wcu: f64,
}

/// Takes the marked texts out of an answer, with what is empty, and the versions.
fn unmark(value: &mut Value, marks: &[String]) {
    let is_marked = |text: &str| text.is_empty() || marks.iter().any(|mark| text.contains(mark));
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| unmark(value, marks)),
        Value::Object(fields) => {
            fields.retain(|name, value| {
                name != "version" && !value.is_null() && !value.as_str().is_some_and(is_marked)
            });
            fields.values_mut().for_each(|value| unmark(value, marks));
        }
        _ => {}
    }
}
