//! What route tests share: a table of their own in a real DynamoDB engine, a clock that they turn by hand, and a
//! client that speaks to a function's router in-process.
//!
//! `TEST_DATABASE` names the endpoint of a DynamoDB to test against, in which every test makes a table of its
//! own; without it every test starts dynoxide in memory. A failed set-up panics: it is a failed test.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is a failed test"
)]

mod company;
pub mod faults;
pub mod reference;
mod thing;

pub use company::Company;
pub use thing::Thing;

use crate::template::Template;
use crate::{admin, database, demo};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use serde_json::{Value, json};
use shared::http::{App, Router};
use shared::model::{Employee, PasswordHash, Role, Session, Token};
use shared::store::verify::{Document, Index};
use shared::store::{Author, Expect, Key, Kind, Store, Write};
use shared::time::{Clock, Time};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use tower::ServiceExt;

/// The password of every employee that [`Stack::employee`] makes.
pub const PASSWORD: &str = "correct horse";

/// A table of one test, and the clock of the functions that use it.
pub struct Stack {
    /// What the functions are made with.
    pub app: App,
    /// The endpoint of the database.
    pub endpoint: String,
    /// The name of the table.
    pub table: String,
    epoch: Arc<AtomicI64>,
}

impl Stack {
    /// An empty table, at 2021-08-01 12:00:00 by the wall clock.
    pub async fn start() -> Self {
        match std::env::var("TEST_DATABASE") {
            Ok(endpoint) => Self::at(endpoint, unique_table()).await,
            Err(_) => {
                Self::at(database::embedded(None).await.expect("dynoxide starts"), "crm".to_owned()).await
            }
        }
    }

    /// An empty table in a new file: for more records than there is memory for.
    pub async fn on_disk(file: &Path) -> Self {
        Self::at(database::throwaway(file).await.expect("dynoxide starts"), "crm".to_owned()).await
    }

    /// An empty table of this name in the database at `endpoint`.
    pub async fn at(endpoint: String, table: String) -> Self {
        let client = database::client(&endpoint);
        let definition = Template::read().expect("template.yaml can be read").table;
        database::create_table(&client, &table, &definition).await.expect("the table can be made");
        let epoch = Arc::new(AtomicI64::new(1_627_790_400));
        let source = Arc::clone(&epoch);
        let clock = Clock::from_source("+08:00", move || source.load(Ordering::SeqCst));
        let app = App {
            store: Store::new(client, &table),
            clock: clock.expect("a valid offset"),
            session_days: 7,
            failures_are_ok: false,
            show_capacity: true,
        };
        Self { app, endpoint, table, epoch }
    }

    /// Lets `seconds` pass.
    pub fn advance(&self, seconds: i64) {
        self.epoch.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The local admin, who has the id 1 in a fresh table.
    pub async fn admin(&self) -> u32 {
        self.employee(demo::ADMIN_PHONE, Role::Admin).await
    }

    /// A new employee with [`PASSWORD`].
    pub async fn employee(&self, phone: &str, role: Role) -> u32 {
        let employee = Employee { phone_number: phone.to_owned(), role, edition: 1, ..Employee::default() };
        let hash = PasswordHash::new(PASSWORD).expect("a hash");
        admin::employee(&self.app.store, &employee, &hash).await.expect("the employee is written")
    }

    /// A token of a new session of an employee, which lasts for ten years.
    pub async fn session(&self, employee: u32) -> String {
        let token = Token::generate(employee).expect("a token");
        let until = self.epoch.load(Ordering::SeqCst) + 3650 * 24 * 60 * 60;
        let mut write = Write::new(Author { employee, at: Time(0) });
        let session = Session { generation: 0, until };
        write.put(&Key::session(employee, &token.sha256()), &session, Expect::Absent).expect("an item");
        self.app.store.commit(write).await.expect("the session is written");
        token.secret().to_owned()
    }

    /// A client of one function with a session of a new employee.
    pub async fn signed_in(&self, router: fn(App) -> Router, phone: &str, role: Role) -> Client {
        let employee = self.employee(phone, role).await;
        self.client(router).with("session", &self.session(employee).await)
    }

    /// Every item of the table, as JSON text: to look for what must not be there, or must not change.
    pub async fn dump(&self) -> String {
        let scan = database::client(&self.endpoint).scan().table_name(&self.table).consistent_read(true);
        let items = scan.send().await.expect("a scan").items.unwrap_or_default();
        let json = |item| serde_dynamo::from_item::<_, Value>(item).expect("an item of ours").to_string();
        let mut lines: Vec<_> = items.into_iter().map(json).collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    /// Checks that every entry, counter and guard is as the things in the table call for, which has no other
    /// entities.
    pub async fn verify_clean(&self) {
        self.verify_index(|_, document| document.index::<Thing>()).await;
    }

    /// Checks that every entry, counter and guard is as the records in the table call for.
    pub async fn verify_records(&self) {
        self.verify_index(shared::model::index).await;
    }

    async fn verify_index(&self, index: impl Fn(Kind, Document) -> shared::Result<Index>) {
        let report = self.app.store.verify(index, |_, _| {}).await.expect("the table can be read");
        let lines: Vec<_> = report.differences.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    /// The same table over another client: with faults.
    pub fn over(&self, client: aws_sdk_dynamodb::Client) -> Store {
        Store::new(client, &self.table)
    }

    /// A client of one function, without a session.
    pub fn client(&self, router: fn(App) -> Router) -> Client {
        Client::of(router(self.app.clone()))
    }

    /// A client with a session, of the function that answers a path.
    pub fn client_of(&self, path: &str, session: &str) -> Client {
        self.client(router_of(path)).with("session", session)
    }
}

/// What makes the router of a function.
pub type Make = fn(App) -> Router;

/// The routers of the functions that have routes, by their names, which are the parts of the API that they answer.
pub const ROUTERS: [(&str, Make); 7] = [
    ("contract", contract::router),
    ("customers", customers::router),
    ("docs", docs::router),
    ("feedback", feedback::router),
    ("record", record::router),
    ("stats", stats::router),
    ("user", user::router),
];

/// The router that answers a path such as `/api/user/menu`; what is no other function's goes to `docs`.
pub fn router_of(path: &str) -> Make {
    let part = path.split('/').nth(2).unwrap_or_default();
    let found = ROUTERS.iter().find(|(name, _)| *name == part);
    found.map_or(docs::router, |(_, router)| *router)
}

/// The names of the events for one function, in `events/`.
pub fn events(function: &str) -> Vec<String> {
    let files = std::fs::read_dir(crate::root().join("events")).expect("events/ can be read");
    let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(&format!("{function}-"))).collect();
    names.sort_unstable();
    assert!(!names.is_empty(), "no event of {function}");
    names
}

/// A name that no other test has, nor any other run.
fn unique_table() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::UNIX_EPOCH.elapsed().map(|since| since.as_nanos()).unwrap_or_default();
    format!("test-{}-{nanos}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst))
}

/// Sends requests to a router in-process. Clones share nothing.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The envelope, or a document as text.
    pub body: Value,
}

impl Client {
    /// A client of this router, without a session.
    pub fn of(router: Router) -> Self {
        Self { router, headers: HeaderMap::new() }
    }

    /// The same client with one more header in every request.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(name, value.parse().expect("a header value"));
        client
    }

    /// Signs in at the function of `/api/user` and answers a client with that session.
    pub async fn signed_in(&self, phone: &str, password: &str) -> Self {
        let answer =
            self.post("/api/user/login", json!({ "phoneNumber": phone, "password": password })).await;
        let token = answer.ok()["session"].as_str().expect("a token").to_owned();
        self.with("session", &token)
    }

    /// GET `uri`, a path with an optional query.
    pub async fn get(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, &[], "").await
    }

    /// POST `body` as JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// Any request.
    pub async fn send(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).expect("a request");
        request.headers_mut().extend(self.headers.clone());
        self.call(request).await
    }

    /// Replays an API Gateway event, a file of `events/`, as Lambda would hand it over. `TOKEN` in it stands for
    /// the token of the session.
    pub async fn event(&self, name: &str, token: &str) -> Answer {
        let file = crate::root().join("events").join(name);
        let event = std::fs::read_to_string(file).expect("the event can be read").replace("TOKEN", token);
        let request = lambda_http::request::from_str(&event).expect("the event is one");
        self.call(request.map(Body::new)).await
    }

    /// Every answer has to be as the API reference says, and so does what is read for it.
    async fn call(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let (response, reads) = reference::listen(self.router.clone().oneshot(request)).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = match parts.headers.get("content-type").map(HeaderValue::as_bytes) {
            Some(b"application/json") => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                panic!("{}: not JSON: {error}: {:?}", parts.status, String::from_utf8_lossy(&bytes))
            }),
            _ => String::from_utf8_lossy(&bytes).into(),
        };
        let status = parts.status.as_u16();
        reference::check(&method, &path, reads, status, &parts.headers, &body);
        Answer { status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The `data` of an answer that went well.
    #[track_caller]
    pub fn ok(&self) -> &Value {
        assert_eq!((self.status, &self.body["status"]), (200, &json!(0)), "{}", self.body);
        &self.body["data"]
    }

    /// Checks that the request was refused with `status` and `code`, in the envelope.
    #[track_caller]
    pub fn refused(&self, status: StatusCode, code: &str) -> &Self {
        assert_eq!(self.status, status.as_u16(), "{}", self.body);
        assert_eq!((&self.body["status"], &self.body["code"]), (&json!(1), &json!(code)), "{}", self.body);
        assert!(self.body["msg"].as_str().is_some_and(|msg| !msg.is_empty()), "{}", self.body);
        assert!(self.body["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{}", self.body);
        self
    }

    /// Checks that the request was refused for what `field` holds.
    #[track_caller]
    pub fn refused_field(&self, field: &str) -> &Self {
        self.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
        assert_eq!(self.body["field"], json!(field), "{}", self.body);
        self
    }

    /// The ids of the rows.
    #[track_caller]
    pub fn ids(&self) -> Vec<u64> {
        let rows = self.ok().as_array().expect("rows");
        rows.iter().map(|row| row["id"].as_u64().expect("an id")).collect()
    }

    /// `page_info` as total, page and count.
    #[track_caller]
    pub fn page(&self) -> (u64, u64, u64) {
        let number = |name: &str| self.body["page_info"][name].as_u64().expect("page_info");
        (number("total"), number("page"), number("count"))
    }
}
