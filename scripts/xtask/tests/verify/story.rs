//! The story that every deployment is tested with, in a table with deferred writes that cannot be read or finished.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::Request, response::Response};
use docs::FUNCTIONS;
use serde_json::{Value, json};
use shared::http::App;
use testing::{
    ADMIN_PHONE, Client, PASSWORD, Stack,
    faults::{Fault, Hold, client},
    function_of, logged,
    template::Template,
};
use tokio::{net::TcpListener, task::spawn_blocking};
use tower::ServiceExt;
use xtask::{admin::Admin, smoke, verify::check};

const CUSTOMERS: &str = "/api/customers/customers";

/// Leaves the deferred write to a customer whose names have characters in common with those of the story, and damages a node
/// that it adds to: no transaction does what is left. Answers the key of the node.
async fn unfinishable(stack: &Stack) -> String {
    let dead = client(&stack.endpoint, Hold::default(), |seen| {
        if seen.transactions_before >= 1 { Fault::LostRequest } else { Fault::Pass }
    });
    let app = stack.app_over(stack.over(dead).busy_limit(Duration::from_millis(1)));
    let dying = Client::of(function_of(&FUNCTIONS, CUSTOMERS), app).with("session", &stack.session(1).await);
    let others: String = (0x4e00..0x4e28).filter_map(char::from_u32).collect();
    let name = format!("{others}演练客户李四改名单位");
    dying.post(CUSTOMERS, json!({ "nickName": name })).await.ok();

    let items = stack.items().await;
    let named =
        |p: &str, s: &str| items.iter().find(|item| item["p"] == p && item["s"] == s).unwrap().clone();
    let intent = named("DEFERRED", "CUS#1");
    assert!(intent["d"].to_string().contains("cg/演练"), "the story's listings are concerned: {intent}");
    let runs = intent["d"]["runs"].as_array().unwrap().iter();
    let names = runs.flat_map(|run| run["names"].as_array().unwrap()).filter_map(Value::as_str);
    let first = names.min().unwrap();
    // As a node that is done counts, but for its type.
    let done = items.iter().find(|item| item["p"].as_str().unwrap().starts_with("N#cg/")).unwrap();
    let mut node = done.clone();
    node["p"] = json!(format!("N#{first}"));
    for (name, value) in node.as_object_mut().unwrap() {
        if !["p", "s"].contains(&name.as_str()) {
            *value = json!("damaged");
        }
    }
    stack.load(std::slice::from_ref(&node)).await;
    format!("N#{first} {}", node["s"].as_str().unwrap())
}

/// Puts a deferred write into the table that nobody can read.
async fn unreadable(stack: &Stack) {
    let item = |s, d| json!({ "p": "DEFERRED", "s": s, "v": 1, "d": d });
    let cursor = json!({ "done": 0, "until": 0 });
    stack.load(&[item("CUS#77", json!({ "version": 2, "runs": "?" })), item("CUS#77.at", cursor)]).await;
}

/// Serves all functions. Answers where, and what they log.
async fn serve(app: App) -> (String, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&log);
    let answer = async move |request: Request| {
        // The console opens no table.
        if request.uri().path() == "/" {
            return Response::default();
        }
        let function = function_of(&FUNCTIONS, request.uri().path());
        let (answer, lines) = logged((function.router)(app).oneshot(request)).await;
        heard.lock().unwrap().extend(lines);
        answer.unwrap_or_else(|never| match never {})
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move |request: Request| answer.clone()(request));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, log)
}

/// How often which error was told of deferred writes.
fn told(log: &Mutex<Vec<String>>) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for line in log.lock().unwrap().drain(..) {
        let line: Value = serde_json::from_str(&line).unwrap();
        let message = line["fields"]["message"].as_str().unwrap_or_default();
        if message.contains("deferred") {
            assert_eq!(line["level"], "ERROR", "{line}");
            *told.entry(message.to_owned()).or_default() += 1;
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn deferred_writes_that_cannot_be_read_or_finished_are_in_nobodys_way_and_told_once_a_minute() {
    let mut stack = Stack::start().await.with_storage().await;
    stack.admin().await;
    let node = unfinishable(&stack).await;
    unreadable(&stack).await;
    // Their writers are long dead.
    stack.app.store = stack.later();
    // Whoever listens to the log begins with the first client.
    stack.client(docs::FUNCTION).get("/api/health").await.ok();

    let (url, log) = serve(stack.app.clone()).await;
    let story = move || {
        let admin = Admin { phone: ADMIN_PHONE.to_owned(), password: PASSWORD.to_owned() };
        smoke::every_operation(&url, &Template::read().unwrap(), &admin, 1)
    };
    spawn_blocking(story).await.unwrap().unwrap();
    let once = ["a deferred write cannot be finished", "a deferred write cannot be read"];
    assert_eq!(told(&log), once.map(|what| (what.to_owned(), 1)).into());

    // Verify tells both. As long as the node is there, nothing is certain.
    let report = stack.app.store.verify(shared::model::ENTITY_TYPES, |_, _| {}).await.unwrap();
    let lines: Vec<_> = report.differences.iter().map(ToString::to_string).collect();
    let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(has("DEFERRED CUS#77: a deferred write that cannot be read: "), "{lines:?}");
    assert!(
        has(&format!(
            "DEFERRED CUS#1: a deferred write that cannot be finished as long as {node} cannot be read"
        )),
        "{lines:?}"
    );
    assert!(!check(&stack.app.store, stack.app.bucket.as_ref(), true).await.unwrap());

    let (p, s) = node.split_once(' ').unwrap();
    let delete = testing::database::client(&stack.endpoint).delete_item().table_name(&stack.table);
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    delete.key("p", text(p)).key("s", text(s)).send().await.unwrap();
    assert!(check(&stack.app.store, stack.app.bucket.as_ref(), true).await.unwrap(), "all is mended");
    stack.verify_records().await;
}
