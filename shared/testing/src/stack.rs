//! A table of one test.

use crate::reference::SeenReads;
use crate::storage::{Storage, nowhere};
use crate::template::{Table, Template};
use crate::{Client, Thing, bulk, database};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::http::{App, Function, KnownCallers};
use shared::model::{ChangesBy, ENTITY_TYPES, Employee, PasswordHash, Role, Session, Token, keys};
use shared::store::verify::{EntityType, Report};
use shared::store::{Author, Entity, Expect, Store, Write};
use shared::time::{Clock, Time};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The password of every employee that [`Stack::employee`] makes.
pub const PASSWORD: &str = "correct horse";
/// The phone number of the [admin](Stack::admin).
pub const ADMIN_PHONE: &str = "18888888888";

/// For how long calls are tried again: a slow machine is no reason for a test to fail.
const BUSY_LIMIT: Duration = Duration::from_secs(24);

/// What every table is made from: property tests make one for each case.
static TABLE: LazyLock<Table> = LazyLock::new(|| Template::read().expect("template.yaml can be read").table);

/// A table of one test, and the clock of the functions that use it.
pub struct Stack {
    /// What the functions are made with.
    pub app: App,
    /// The endpoint of the database.
    pub endpoint: String,
    /// The name of the table.
    pub table: String,
    /// Its files, where a test wants any: see [`Stack::with_storage`].
    pub storage: Option<Storage>,
    epoch: Arc<AtomicI64>,
    seen: SeenReads,
}

impl Stack {
    /// An empty table, at 2021-08-01 12:00:00 by the wall clock.
    pub async fn start() -> Self {
        match std::env::var("TEST_DATABASE") {
            Ok(endpoint) => Self::at(endpoint, unique_table()).await,
            Err(_) => Self::embedded().await,
        }
    }

    /// The same, in the embedded database in any case: it counts what a write costs as AWS does, and DynamoDB Local does not.
    pub async fn embedded() -> Self {
        Self::at(database::embedded(None).await.expect("dynoxide starts"), "crm".to_owned()).await
    }

    /// An empty table in a new file: for more records than there is memory for.
    pub async fn on_disk(file: &Path) -> Self {
        let (endpoint, client) = bulk::throwaway(file).await.expect("dynoxide starts");
        Self::with_client(endpoint, client, "crm".to_owned()).await
    }

    /// An empty table of this name in the database at `endpoint`.
    pub async fn at(endpoint: String, table: String) -> Self {
        let client = database::client(&endpoint);
        Self::with_client(endpoint, client, table).await
    }

    async fn with_client(endpoint: String, client: aws_sdk_dynamodb::Client, table: String) -> Self {
        database::create_table(&client, &table, &TABLE).await.expect("the table can be made");
        let epoch = Arc::new(AtomicI64::new(1_627_790_400));
        let source = Arc::clone(&epoch);
        let clock = Clock::from_source("+08:00", move || source.load(Ordering::SeqCst));
        let clock = clock.expect("a valid offset");
        let app = App {
            store: Store::new(client, &table).busy_limit(BUSY_LIMIT).with_clock(clock.clone()),
            bucket: Some(nowhere()),
            clock,
            session_days: 7,
            owner_limit: None,
            failures_are_ok: false,
            changes_by: ChangesBy::Involved,
            max_file_mb: 20,
            show_capacity: true,
            callers: KnownCallers::default(),
        };
        Self { app, endpoint, table, storage: None, epoch, seen: SeenReads::default() }
    }

    /// The same with an empty bucket. Without, forms and URLs are signed, but no call of the bucket goes well.
    pub async fn with_storage(mut self) -> Self {
        let storage = Storage::start().await.expect("s3s starts");
        self.app.bucket = Some(storage.bucket());
        self.storage = Some(storage);
        self
    }

    /// Lets `seconds` pass.
    pub fn advance(&self, seconds: i64) {
        self.epoch.fetch_add(seconds, Ordering::SeqCst);
    }

    /// An admin, who has the id 1 in a fresh table.
    pub async fn admin(&self) -> u32 {
        self.employee(ADMIN_PHONE, Role::Admin).await
    }

    /// A new employee with [`PASSWORD`].
    pub async fn employee(&self, phone: &str, role: Role) -> u32 {
        let employee = Employee { phone_number: phone.to_owned(), role, edition: 1, ..Employee::default() };
        let hash = PasswordHash::new(PASSWORD).expect("a hash");
        let id = self.app.store.next_id(Employee::KIND).await.expect("an id");
        let mut write = Write::new(Author::SYSTEM);
        employee.create(&mut write, id, Some(&hash)).expect("an item");
        self.app.store.commit(write).await.expect("the employee is written");
        id
    }

    /// A token of a new session of an employee, which lasts for ten years.
    pub async fn session(&self, employee: u32) -> String {
        let token = Token::generate(employee).expect("a token");
        let until = self.epoch.load(Ordering::SeqCst) + 3650 * 24 * 60 * 60;
        let mut write = Write::new(Author { by: employee, at: Time(0) });
        let session = Session { generation: 0, until };
        write.put(&keys::session(employee, &token.sha256()), &session, Expect::Absent).expect("an item");
        self.app.store.commit(write).await.expect("the session is written");
        token.secret().to_owned()
    }

    /// A client of one function with a session of a new employee.
    pub async fn signed_in(&self, function: Function, phone: &str, role: Role) -> Client {
        let employee = self.employee(phone, role).await;
        self.client(function).with("session", &self.session(employee).await)
    }

    /// Every item of the table, as JSON text: to look for what must not be there, or must not change. Id counters are left
    /// out: an id is reserved while references are looked up, so a request that is refused may leave a gap.
    pub async fn dump(&self) -> String {
        let lines = self.items().await.into_iter().map(|item| item.to_string());
        let mut lines: Vec<_> = lines.filter(|item| !item.contains("\"p\":\"ID#")).collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    /// Puts the guard of a value under a constraint, as any version did it.
    pub async fn put_guard(&self, constraint: &str, value: &str, ids: &[u32]) {
        let put = database::client(&self.endpoint).put_item().table_name(&self.table);
        let document = serde_dynamo::to_attribute_value(json!({ "ids": ids })).expect("a document");
        let put = put.item("p", text(&guard(constraint, value))).item("s", text("R"));
        put.item("v", AttributeValue::N("1".to_owned())).item("d", document).send().await.expect("it is put");
    }

    /// Deletes the guard of a value, which must be there.
    pub async fn drop_guard(&self, constraint: &str, value: &str) {
        self.drop_item(&guard(constraint, value), "R").await;
    }

    /// Gives an entity the entries of its [former points](Entity::former_points) in a family of listings, in place of those of
    /// today.
    pub async fn index_as_before<T: Entity>(&self, family: &str, id: u32) {
        let client = database::client(&self.endpoint);
        let scan = client.scan().table_name(&self.table).consistent_read(true);
        let items = scan.send().await.expect("a scan").items.unwrap_or_default();
        let has = |item: &HashMap<String, AttributeValue>, name: &str, is: &dyn Fn(&str) -> bool| {
            item.get(name).and_then(|value| value.as_s().ok()).is_some_and(|text| is(text))
        };
        let (start, end) = (format!("E#{family}/"), format!("{id:08x}"));
        let is_entry = |item: &&HashMap<_, _>| {
            has(item, "p", &|p| p.starts_with(&start)) && has(item, "s", &|s| s.ends_with(&end))
        };
        let entries: Vec<_> = items.iter().filter(is_entry).collect();
        for entry in &entries {
            let (p, s) = (entry["p"].clone(), entry["s"].clone());
            let delete = client.delete_item().table_name(&self.table).key("p", p).key("s", s);
            delete.send().await.expect("it is deleted");
        }
        let entity = self.app.store.entity::<T>(id).await.expect("an answer").expect("the entity");
        for (listing, point) in entity.former_points(id) {
            let name = json!(listing)["name"].as_str().expect("its name").to_owned();
            let mut item = (*entries.first().expect("an entry")).clone();
            item.insert("p".to_owned(), text(&format!("E#{name}")));
            item.insert("s".to_owned(), text(&format!("{:08x}{id:08x}", point.score)));
            client.put_item().table_name(&self.table).set_item(Some(item)).send().await.expect("it is put");
        }
    }

    /// What `scripts/verify --repair` finds and mends; it leaves no difference.
    pub async fn repair_records(&self) -> Report {
        let store = &self.app.store;
        let report = store.verify(ENTITY_TYPES, |_, _| {}).await.expect("the table can be read");
        let repair = store.repair(report.differences.clone(), |_| {}).await.expect("it is mended");
        assert!(repair.left.is_empty(), "{:?}", repair.left);
        report
    }

    /// Checks that every entry, counter and guard is as the things in the table call for, which has no other
    /// entities.
    pub async fn verify_clean(&self) {
        self.verify(&[EntityType::of::<Thing>()]).await;
    }

    /// Checks that every entry, counter and guard is as the records in the table call for.
    pub async fn verify_records(&self) {
        self.verify(ENTITY_TYPES).await;
    }

    async fn verify(&self, types: &[EntityType]) {
        let report = self.app.store.verify(types, |_, _| {}).await.expect("the table can be read");
        let lines: Vec<_> = report.differences.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
        assert_eq!(report.collisions, []);
    }

    /// The same table over another client: with faults.
    pub fn over(&self, client: aws_sdk_dynamodb::Client) -> Store {
        Store::new(client, &self.table).busy_limit(BUSY_LIMIT).with_clock(self.app.clock.clone())
    }

    /// What functions over another store are made with: one with faults.
    pub fn app_over(&self, store: Store) -> App {
        App { store, ..self.app.clone() }
    }

    /// The same table for somebody who comes when every lease has ended: writers that died are thought dead.
    pub fn later(&self) -> Store {
        self.leases_ended(self.app.store.clone())
    }

    /// As [`Stack::later`], over another client: with faults.
    pub fn leases_ended(&self, store: Store) -> Store {
        let clock = Clock::from_source("+00:00", || Clock::utc().epoch() + 3600);
        store.with_clock(clock.expect("a valid offset"))
    }

    /// A client of one function, without a session.
    pub fn client(&self, function: Function) -> Client {
        Client::seen_by(function, self.app.clone(), &self.seen)
    }

    /// A client with a session, of the function that answers a path, among these.
    pub fn client_of(&self, functions: &[Function], path: &str, session: &str) -> Client {
        self.client(function_of(functions, path)).with("session", session)
    }

    /// The parameters in the reference of these functions that no handler has read for this table's own clients, as
    /// `operation parameter`.
    pub fn unread(&self, functions: &[Function]) -> Vec<String> {
        self.seen.unread(functions)
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn guard(constraint: &str, value: &str) -> String {
    format!("UNIQUE#{constraint}#{value}")
}

/// The function of these that answers a path such as `/api/user/menu`; what is no other's goes to `docs`.
pub fn function_of(functions: &[Function], path: &str) -> Function {
    let part = path.split('/').nth(2).unwrap_or_default();
    let named = |name: &str| functions.iter().find(|function| function.name == name);
    *named(part).or_else(|| named("docs")).expect("a function that answers the path")
}

/// A name that no other test has, nor any other run.
fn unique_table() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::UNIX_EPOCH.elapsed().map(|since| since.as_nanos()).unwrap_or_default();
    format!("test-{}-{nanos}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst))
}
