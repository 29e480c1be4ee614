//! Forgetting a person: nothing of them is left anywhere, and nothing else changes.

use axum::http::StatusCode;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use shared::Error;
use shared::http::Function;
use shared::model::{
    Activity, Customer, ENTITY_TYPES, Erased, Follow, RecordKind, Role, erase_customer, keys, save_customer,
};
use shared::store::Entity;
use shared::store::{Author, ChangeAction, LogEntry, Order, Store, Window, Write, log_of};
use shared::time::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Answer, Stack};

const PATH: &str = "/api/history/erase";
const CUSTOMERS: &str = "/api/customers/customers";
const FUNCTIONS: &[Function] = &[
    user::FUNCTION,
    customers::FUNCTION,
    record::FUNCTION,
    feedback::FUNCTION,
    contract::FUNCTION,
    stats::FUNCTION,
    history::FUNCTION,
];
/// Who is erased, and somebody else.
const PERSON: u32 = 1;
const OTHER: u32 = 2;
/// Two characters that nobody else has in their name: such a name is itself a gram.
const SHORT_NAME: &str = "䶮㐂";
const LONG: Duration = Duration::from_secs(600);

/// A table with customers and their records, an admin and a member of staff.
struct Office {
    stack: Stack,
    admin: String,
    staff: String,
    marks: Marks,
}

/// Texts that stand nowhere else: what was typed about the person.
#[derive(Default)]
struct Marks(std::sync::Mutex<Vec<String>>);

impl Marks {
    /// A new one, of so many characters in all; the beginning is the mark.
    fn text(&self, length: usize) -> String {
        let mark: String = (0..20).map(|_| fastrand::lowercase()).collect();
        self.0.lock().unwrap().push(mark.clone());
        format!("{mark}{}", "長".repeat(length.saturating_sub(mark.len())))
    }

    fn url(&self) -> String {
        format!("https://example.com/{}", self.text(20))
    }

    /// A phone number that nobody else has.
    fn phone(&self) -> String {
        let number = format!("1{}", fastrand::u64(1_000_000_000..9_999_999_999));
        self.0.lock().unwrap().push(number.clone());
        number
    }

    /// Those that stand in an item other than an answer kept for a safe retry.
    async fn found_in(&self, stack: &Stack) -> Vec<String> {
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

impl Office {
    async fn start() -> Self {
        let office = Self::empty().await;
        office.post(CUSTOMERS, office.person()).await.ok();
        let other = json!({ "nickName": "别人", "phoneNumber": "13987022559", "organization_id": 1 });
        office.post(CUSTOMERS, other).await.ok();
        office
    }

    /// Without customers.
    async fn empty() -> Self {
        let stack = Stack::start().await;
        let admin = stack.admin().await;
        let staff = stack.employee("15331761337", Role::Staff).await;
        let (admin, staff) = (stack.session(admin).await, stack.session(staff).await);
        let office = Self { stack, admin, staff, marks: Marks::default() };
        office.post("/api/customers/organization", json!({ "groupName": "云南耳尖" })).await.ok();
        office
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.stack.advance(1);
        self.stack.client_of(FUNCTIONS, path, &self.admin).post(path, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.stack.client_of(FUNCTIONS, path, &self.admin).get(path).await
    }

    async fn erase(&self) -> Erasure {
        let answer = self.post(PATH, json!({ "customers_id": PERSON })).await;
        let number = |name: &str| answer.ok()[name].as_u64().unwrap();
        Erasure { touched: number("touched"), left: number("left"), wcu: answer.cost().wcu }
    }

    /// All fields of the person, filled anew. The names take more than one transaction.
    fn person(&self) -> Value {
        json!({
            "nickName": self.marks.text(60), "realName": self.marks.text(60), "avatar": self.marks.url(),
            "phoneNumber": self.marks.phone(), "job": self.marks.text(100), "sex": 1, "organization_id": 1,
        })
    }

    fn follow(&self, length: usize) -> Value {
        json!({
            "customers_id": PERSON, "organization_id": 1, "event": 2, "follower_id": [1, 2],
            "record_time": "2021-07-30 10:00:00", "gain": self.marks.text(length),
            "attach": self.marks.url(), "note": self.marks.text(length),
        })
    }

    fn demand(&self, length: usize) -> Value {
        json!({
            "customers_id": PERSON, "organization_id": 1, "follower_id": [1],
            "record_time": "2021-07-30 11:00:00", "content": self.marks.text(length),
            "attach": self.marks.url(), "note": self.marks.text(length),
        })
    }

    fn satisfaction(&self, length: usize) -> Value {
        json!({
            "customers_id": PERSON, "value": 7, "follower_id": [2], "record_time": "2021-07-30 12:00:00",
            "attach": self.marks.url(), "note": self.marks.text(length),
        })
    }

    /// A new record of each kind with short or long texts. Answers their ids in the order of [`Office::kinds`].
    async fn record(&self, length: usize) -> [Value; 3] {
        let (follow, demand) = (self.follow(length), self.demand(length));
        let upload = json!({
            "customers_id": PERSON, "organization_id": 1, "follower_id": [1, 2],
            "record_time": "2021-07-30 10:00:00", "event": 2, "gain": follow["gain"],
            "event_attach": follow["attach"], "event_note": follow["note"], "content": demand["content"],
            "content_attach": demand["attach"], "content_note": demand["note"],
        });
        let uploaded = self.post("/api/record/upload", upload).await;
        let satisfaction = self.post("/api/feedback/satisfy", self.satisfaction(length)).await;
        [&uploaded.ok()["follow_id"], &uploaded.ok()["demand_id"], &satisfaction.ok()["id"]].map(Value::clone)
    }

    /// Where records are edited and deleted, what names them, and all of their fields filled anew.
    fn kinds(&self, length: usize) -> [(&'static str, &'static str, &'static str, Value); 3] {
        [
            ("/api/record/follow", "/api/record/delfollow", "follow_id", self.follow(length)),
            ("/api/record/demand", "/api/record/deldemand", "demand_id", self.demand(length)),
            ("/api/feedback/satisfy", "/api/feedback/delsatisfy", "satisfy_id", self.satisfaction(length)),
        ]
    }

    /// Everything that can happen with a person: they are renamed, hidden and shown, their records are edited, given to
    /// somebody else and back, deleted.
    async fn live(&self) {
        for length in [20, 30, 1000] {
            let edited = self.record(length).await;
            let moved_away = self.record(length).await;
            let deleted = self.record(length).await;
            let moved_and_deleted = self.record(length).await;
            let come = self.record(length).await;
            let kinds = [length, length + 20].map(|length| self.kinds(length));
            for (at, (path, delete, id, fields)) in kinds.into_iter().flatten().enumerate() {
                let of = |record: &[Value; 3], more: Value| {
                    let mut body = more;
                    body[id] = record[at % 3].clone();
                    body
                };
                if at < 3 {
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
    async fn seen(&self) -> Vec<Value> {
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
    async fn dump(&self) -> String {
        self.stack.dump().await
    }
}

#[derive(Debug)]
struct Erasure {
    touched: u64,
    left: u64,
    wcu: f64,
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

/// Checks that nothing in an item is empty.
fn check_full(at: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| check_full(&format!("{at}.{name}"), value))
        }
        _ => assert!(
            !value.is_null() && value != "",
            "{at} is not filled: nobody would see whether it is erased"
        ),
    }
}

#[tokio::test]
async fn nothing_of_a_person_is_left_anywhere_and_nothing_else_changes() {
    assert_eq!(RecordKind::ALL.len(), 8, "does a new kind tell something about customers?");
    let office = Office::start().await;
    // A field that somebody adds has to be filled here.
    office.record(30).await;
    let items = office.stack.items().await;
    for key in ["CUS#1", "FLW#1", "DMD#1", "SAT#1"] {
        let item = items.iter().find(|item| item["p"] == key && item["s"] == "R").unwrap();
        check_full(key, &item["d"]);
    }
    office.live().await;
    let marks = office.marks.0.lock().unwrap().len();
    let found = office.marks.found_in(&office.stack).await;
    assert_eq!(found.len(), marks + 3, "each of them, the short name and its two characters");
    let seen = office.seen().await;

    let erasure = office.erase().await;
    // 16 of each kind, and the customer.
    assert_eq!((erasure.touched, erasure.left), (49, 0));
    assert_eq!(office.marks.found_in(&office.stack).await, [""; 0]);
    let theirs = |item: &&Value| {
        item["p"].as_str().unwrap().starts_with("E#cp/") && item["s"].as_str().unwrap().ends_with("00000001")
    };
    assert_eq!(office.stack.items().await.iter().find(theirs), None, "nobody is found by the number");
    for (before, after) in seen.iter().zip(office.seen().await) {
        assert_eq!(*before, after);
    }
    office.stack.verify_records().await;

    let before = office.dump().await;
    let again = office.erase().await;
    assert_eq!((again.touched, again.left, again.wcu), (0, 0, 0.0));
    assert_eq!(office.dump().await, before);
}

#[tokio::test]
async fn an_erasure_is_one_edit_in_the_log_of_the_customer_and_none_in_that_of_records() {
    let office = Office::start().await;
    office.record(30).await;
    let store = &office.stack.app.store;
    let follow = store.history::<Follow>(1).await.unwrap().unwrap();
    office.erase().await;
    assert_eq!(store.history::<Follow>(1).await.unwrap().unwrap().changes, follow.changes);
    let history = store.history::<Customer>(PERSON).await.unwrap().unwrap();
    let changes: Vec<_> = history.changes.iter().map(|change| (change.action, change.author.by)).collect();
    assert_eq!(changes, [(ChangeAction::Create, 1), (ChangeAction::Edit, 1)]);
    let log = store.all(&[log_of(Customer::KIND)], Window::ALL, Order::Ascending).await.unwrap();
    let titles =
        log.iter().filter(|entry| entry.point.id == PERSON).map(|entry| LogEntry::of(entry).unwrap());
    assert_eq!(titles.map(|entry| entry.title.text).collect::<Vec<_>>(), ["", ""]);
    // Whoever has opened the form before is told.
    let old = json!({ "follow_id": 1, "version": 1, "gain": office.marks.text(30) });
    office.post("/api/record/follow", old).await.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!(office.marks.found_in(&office.stack).await, [""; 0]);
}

#[tokio::test]
async fn a_number_that_others_share_stays_theirs_and_a_number_that_was_given_up_is_free() {
    let office = Office::start().await;
    let phone = office.marks.phone();
    let share = json!({ "customers_id": PERSON, "phoneNumber": phone });
    office.post(CUSTOMERS, share).await.ok();
    let shared = json!({ "customers_id": OTHER, "phoneNumber": phone, "allow_duplicate": true });
    office.post(CUSTOMERS, shared).await.ok();
    office.erase().await;
    let found = office.get(&format!("{CUSTOMERS}?phoneNumber={phone}")).await;
    assert_eq!(found.ids(), [u64::from(OTHER)]);
    let third = json!({ "nickName": "第三个", "phoneNumber": phone });
    office.post(CUSTOMERS, third.clone()).await.refused(StatusCode::CONFLICT, "duplicate");
    office.post(CUSTOMERS, json!({ "customers_id": OTHER, "phoneNumber": "" })).await.ok();
    office.post(CUSTOMERS, third).await.ok();
    office.stack.verify_records().await;
}

#[tokio::test]
async fn only_admins_erase_and_only_customers() {
    let office = Office::start().await;
    let before = office.dump().await;
    let staff = office.stack.client_of(FUNCTIONS, PATH, &office.staff);
    staff.post(PATH, json!({ "customers_id": PERSON })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    office.post(PATH, json!({ "customers_id": 99 })).await.refused(StatusCode::NOT_FOUND, "not_found");
    for wrong in [
        json!({}),
        json!({ "customers_id": null }),
        json!({ "customers_id": "x" }),
        json!({ "customers_id": 0 }),
    ] {
        office.post(PATH, wrong).await.refused_field("customers_id");
    }
    assert_eq!(office.dump().await, before);
    let client = office.stack.client_of(FUNCTIONS, PATH, &office.admin).with("idempotency-key", "k");
    let first = client.post(PATH, json!({ "customers_id": PERSON })).await;
    assert_eq!(first.ok()["touched"], 1);
    let again = client.post(PATH, json!({ "customers_id": PERSON })).await;
    assert_eq!(again.body, first.body);
}

/// Erases the person over a client that dies after so many calls. Answers whether it lived to the end.
async fn erase_and_die(stack: &Stack, calls: u64) -> bool {
    let script = move |seen: SeenCall<'_>| match seen.before >= calls {
        true => Fault::LostRequest,
        false => Fault::Pass,
    };
    let store = stack.over(client(&stack.endpoint, Hold::default(), script));
    let store = store.busy_limit(Duration::from_millis(1)).with_clock(stack.app.clock.clone());
    erase(&store, LONG).await.is_ok()
}

async fn erase(store: &Store, time_limit: Duration) -> shared::Result<Erased> {
    erase_customer(store, PERSON, Author { by: 1, at: Time(1_627_800_000) }, time_limit).await
}

#[tokio::test]
async fn wherever_an_erasure_dies_the_next_one_ends_it_alike() {
    let office = Office::empty().await;
    let phone = office.marks.phone();
    let person = json!({ "realName": SHORT_NAME, "nickName": office.marks.text(20), "phoneNumber": phone });
    office.post(CUSTOMERS, person).await.ok();
    office.post(CUSTOMERS, json!({ "nickName": "别人" })).await.ok();
    office.post(CUSTOMERS, json!({ "customers_id": PERSON, "job": office.marks.text(20) })).await.ok();
    office.record(30).await;
    office
        .post("/api/record/follow", json!({ "follow_id": 1, "customers_id": OTHER, "gain": "" }))
        .await
        .ok();
    office.post("/api/record/deldemand", json!({ "demand_id": 1 })).await.ok();
    let items = office.stack.items().await;
    erase(&office.stack.app.store, LONG).await.unwrap();
    let expected = office.dump().await;
    assert_eq!(office.marks.found_in(&office.stack).await, [""; 0]);
    let mut deferred = 0;
    for calls in 0.. {
        let stack = Stack::start().await;
        stack.load(&items).await;
        let lived = erase_and_die(&stack, calls).await;
        // Until the next one, titles in log and trash may still be the former ones.
        let report = stack.app.store.verify(ENTITY_TYPES, |_, _| {}).await.unwrap();
        let differences = report.differences.iter().map(ToString::to_string);
        let others: Vec<_> =
            differences.filter(|it| !it.starts_with("E#log") && !it.starts_with("E#trash")).collect();
        assert_eq!(others, [""; 0], "{calls}");
        deferred += report.deferred;
        erase(&stack.later(), LONG).await.unwrap();
        stack.verify_records().await;
        assert_eq!(office.marks.found_in(&stack).await, [""; 0], "{calls}");
        assert_eq!(stack.dump().await, expected, "{calls}");
        if lived {
            assert!(calls > 100 && deferred > 0, "{calls} calls, {deferred} deferred");
            return;
        }
    }
}

#[tokio::test]
async fn an_erasure_without_time_goes_on_where_it_was() {
    const RECORDS: u32 = 300;
    let stack = Stack::start().await;
    let store = &stack.app.store;
    let marks = Marks::default();
    let mut new = Write::new(Author { by: 1, at: Time(100) });
    let customer = Customer { real_name: SHORT_NAME.to_owned(), ..Customer::new(Time(100)) };
    save_customer(store, &mut new, None, customer, false).await.unwrap();
    let follow = |id| {
        let followers = vec![1];
        let at = Time(id);
        let activity = Activity { customer: PERSON, at, followers, operator: 1, created: at, edition: 1 };
        let gain = Some(marks.text(30));
        let mut write = Write::new(Author { by: 1, at });
        let follow = Follow { activity, organization: None, event: 1, gain, attach: None, note: None };
        write.create(id, &follow).map(|()| write)
    };
    store.load([Ok(new)].into_iter().chain((1..=RECORDS).map(follow)), |_| {}).await.unwrap();

    let mut touched = 0;
    for call in 1..=3 {
        let erased = erase(store, Duration::ZERO).await.unwrap();
        assert_eq!(erased.left, u64::from(RECORDS) - 8 * call);
        touched += erased.touched;
    }
    assert_eq!(touched, 3 * 8 + 1);
    assert!(store.get::<Value>(&keys::erasure(PERSON)).await.unwrap().is_some());
    // It does not look again at what it has passed.
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let count = move |seen: SeenCall<'_>| {
        counted.fetch_add(u64::from(seen.mentions("DEFERRED")), Ordering::SeqCst);
        Fault::Pass
    };
    let rest = erase(&stack.over(client(&stack.endpoint, Hold::default(), count)), LONG).await.unwrap();
    assert_eq!((rest.touched, rest.left), (u64::from(RECORDS) - 24, 0));
    assert!(calls.load(Ordering::SeqCst) <= 3 * (u64::from(RECORDS) - 24 + 1));
    assert!(store.get::<Value>(&keys::erasure(PERSON)).await.unwrap().is_none());
    assert_eq!(marks.found_in(&stack).await, [""; 0]);
    stack.verify_records().await;
    let again = erase(store, LONG).await.unwrap();
    assert_eq!((again.touched, again.left), (0, 0));
}

#[tokio::test]
async fn twenty_erasures_at_once_are_one() {
    let office = Office::start().await;
    for _ in 0..3 {
        office.record(30).await;
    }
    join_all((0..20).map(|_| office.post(PATH, json!({ "customers_id": PERSON })))).await.iter().for_each(
        |answer| {
            assert_eq!(answer.ok()["left"], 0);
        },
    );
    assert_eq!(office.marks.found_in(&office.stack).await, [""; 0]);
    let history = office.stack.app.store.history::<Customer>(PERSON).await.unwrap().unwrap();
    assert_eq!(history.changes.len(), 2, "one of them is in the log");
    office.stack.verify_records().await;
    assert_eq!(office.erase().await.wcu, 0.0);
}

#[tokio::test]
async fn edits_at_the_same_time_are_not_lost_and_bring_nothing_back() {
    for _ in 0..3 {
        let office = Office::start().await;
        office.record(30).await;
        let edit = async |n: u32| {
            let event = json!({ "follow_id": 1, "event": 1 + n % 5 });
            office.post("/api/record/follow", event).await.ok();
            office
                .post(CUSTOMERS, json!({ "customers_id": PERSON, "sex": n % 3, "nickName": "新" }))
                .await
                .ok();
        };
        let edits = join_all((0..5).map(edit));
        let (_, first) = join(edits, office.erase()).await;
        assert_eq!(first.left, 0);
        let store = &office.stack.app.store;
        let edits = store.history::<Follow>(1).await.unwrap().unwrap().changes.len();
        assert_eq!(edits, 1 + 5, "each edit is in the history");
        let edits = store.history::<Customer>(PERSON).await.unwrap().unwrap().changes.len();
        assert_eq!(edits, 1 + 5 + 1, "and so is the erasure");
        assert_eq!(office.marks.found_in(&office.stack).await, [""; 0]);
        office.stack.verify_records().await;
    }
}

#[tokio::test]
async fn nobody_restores_what_was_forgotten_since_it_was_read() {
    let office = Office::start().await;
    office.record(30).await;
    office.post("/api/record/delfollow", json!({ "follow_id": 1 })).await.ok();
    let store = &office.stack.app.store;
    let deleted = store.deleted::<Follow>(1).await.unwrap();
    office.erase().await;
    let mut write = Write::new(Author { by: 1, at: Time(1_627_800_000) });
    write.restore(&deleted, &deleted.value).unwrap();
    assert!(matches!(store.commit(write).await, Err(Error::Stale)));
    let deleted = store.deleted::<Follow>(1).await.unwrap();
    let mut write = Write::new(Author { by: 1, at: Time(1_627_800_000) });
    write.restore(&deleted, &deleted.value).unwrap();
    store.commit(write).await.unwrap();
    assert_eq!(office.marks.found_in(&office.stack).await, [""; 0]);
    office.stack.verify_records().await;
}

#[tokio::test]
async fn others_who_come_and_go_with_the_same_name_are_counted_to_the_last() {
    let office = Office::start().await;
    let named = |id: Option<u32>| json!({ "customers_id": id, "nickName": SHORT_NAME });
    office.post(CUSTOMERS, named(Some(PERSON))).await.ok();
    for _ in 0..4 {
        let come_and_go = async |n: u32| {
            if n == 0 {
                office.erase().await;
                return;
            }
            let new = office.post(CUSTOMERS, named(None)).await.ok()["id"].clone();
            if n.is_multiple_of(2) {
                office.post(CUSTOMERS, json!({ "customers_id": new, "status": 0 })).await.ok();
            }
        };
        join_all((0..8).map(come_and_go)).await;
        office.post(CUSTOMERS, named(Some(PERSON))).await.ok();
        office.stack.verify_records().await;
    }
    let found = office.get(&format!("{CUSTOMERS}?name=%E4%B6%AE%E3%90%82")).await;
    assert_eq!(found.page().0, 4 * 4 + 1);
}
