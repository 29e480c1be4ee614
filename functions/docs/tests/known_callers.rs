//! Requests of callers whom the instance has found signed in before: they begin early, and rest on a session that is looked for
//! all the same.

use axum::http::StatusCode;
use serde_json::json;
use shared::http::reference::Operation;
use shared::http::{Api, App, Call, Function, HttpResult, KnownCallers, Reply, Router, Routes};
use shared::model::{Menu, MenuRow, Role};
use shared::store::Window;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testing::{ADMIN_PHONE, Client, PASSWORD, Stack};

const MENUS: &str = "/api/user/menu";

/// A client of another instance.
fn elsewhere(stack: &Stack, session: &str) -> Client {
    let app = App { callers: KnownCallers::default(), ..stack.app.clone() };
    Client::of(user::FUNCTION, app).with("session", session)
}

#[tokio::test]
async fn a_list_of_a_known_caller_is_one_round_trip() {
    let stack = Stack::start().await;
    let staff = stack.signed_in(user::FUNCTION, "15331761337", Role::Staff).await;
    let (first, second) = (staff.get(MENUS).await, staff.get(MENUS).await);
    assert_eq!(first.cost().depth - second.cost().depth, 1);
    assert_eq!((first.cost().rcu, first.cost().calls), (second.cost().rcu, second.cost().calls));
    assert_eq!(first.ok(), second.ok());
}

#[tokio::test]
async fn nobody_buys_more_than_one_reading_with_a_session_that_has_ended() {
    let stack = Stack::start().await;
    let id = stack.employee("15331761337", Role::Staff).await;
    let session = stack.session(id).await;
    let here = stack.client(user::FUNCTION).with("session", &session);
    here.get(MENUS).await.ok();
    elsewhere(&stack, &session).post("/api/user/logout", json!({ "only_this": true })).await.ok();
    let calls = async || {
        let refused = here.get(MENUS).await;
        refused.refused(StatusCode::UNAUTHORIZED, "session_required");
        refused.cost().calls
    };
    calls().await;
    assert_eq!([calls().await, calls().await], [1, 1]);
    let forged = stack.client(user::FUNCTION).with("session", &format!("{id:08x}{}", "0".repeat(56)));
    let refused = forged.get(MENUS).await;
    refused.refused(StatusCode::UNAUTHORIZED, "session_required");
    assert_eq!(refused.cost().calls, 1);
}

/// Who was lowered, or lost a menu, is refused by the next request; who was raised is let in.
#[tokio::test]
async fn a_known_caller_has_the_rights_of_this_moment() {
    let stack = Stack::start().await;
    stack.admin().await;
    let admin = stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await;
    let id = stack.employee("15331761337", Role::Staff).await;
    let session = stack.session(id).await;
    let customers = stack.client(customers::FUNCTION).with("session", &session);
    const LIST: &str = "/api/customers/customers";
    admin.post(MENUS, json!({ "name": "客户", "area": "customers" })).await.ok();
    for menu in [json!([1]), json!([])].iter().cycle().take(6) {
        admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": menu })).await.ok();
        let answer = customers.get(LIST).await;
        match menu.as_array().is_some_and(Vec::is_empty) {
            true => _ = answer.refused(StatusCode::FORBIDDEN, "forbidden"),
            false => _ = answer.ok(),
        }
    }
    // Nobody's record has changed, but which menus claim the area.
    admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": [] })).await.ok();
    for area in ["stats", "customers"].iter().cycle().take(6) {
        let menu = json!({ "menu_id": 1, "name": "客户", "area": area, "open_area": true });
        admin.post(MENUS, menu).await.ok();
        let answer = customers.get(LIST).await;
        match *area {
            "customers" => _ = answer.refused(StatusCode::FORBIDDEN, "forbidden"),
            _ => _ = answer.ok(),
        }
    }
}

/// A function whose GET writes, as none should.
const WRITES: Function = Function { name: "user", router: writing, describe: |reference| reference };

fn writing(app: App) -> Router {
    let handler = |call: Call| async move {
        let (id, mut write) = (call.now.0, call.write());
        write.create(id, &Menu { name: format!("{id}"), ..Menu::default() })?;
        let none = Reply::list(Vec::<MenuRow>::new(), 0, call.query.page()?);
        call.commit(write, none).await as HttpResult
    };
    Api::new(app).get(MENUS, handler, || Operation::rows::<MenuRow>("写")).into_router()
}

#[tokio::test]
async fn nothing_is_written_before_the_session_is_found() {
    let stack = Stack::start().await;
    let id = stack.employee("15331761337", Role::Staff).await;
    let session = stack.session(id).await;
    let client = stack.client(WRITES).with("session", &session);
    let menus = async || stack.app.store.total(&[Menu::ALL], Window::ALL).await.unwrap().count;
    for written in 1..=3 {
        stack.advance(1);
        client.get(MENUS).await.ok();
        assert_eq!(menus().await, written, "once, after the session was found");
    }
    stack.advance(1);
    elsewhere(&stack, &session).post("/api/user/logout", json!({ "only_this": true })).await.ok();
    client.get(MENUS).await.refused(StatusCode::UNAUTHORIZED, "session_required");
    assert_eq!(menus().await, 3);
}

/// Sessions that end while many others are at work; `SESSIONS` says how many.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_elsewhere_is_refused_by_the_next_request() {
    let stack = Stack::start().await;
    let rounds = std::env::var("SESSIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    let id = stack.employee("15331761337", Role::Staff).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut load = Vec::new();
    for _ in 0..3 {
        let client = stack.client(user::FUNCTION).with("session", &stack.session(id).await);
        let is_over = Arc::clone(&is_over);
        load.push(tokio::spawn(async move {
            while !is_over.load(Ordering::SeqCst) {
                client.get(MENUS).await.ok();
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        }));
    }
    let mut refused = 0;
    for _ in 0..rounds {
        let session = stack.session(id).await;
        let here = stack.client(user::FUNCTION).with("session", &session);
        here.get(MENUS).await.ok();
        here.get(MENUS).await.ok();
        elsewhere(&stack, &session).post("/api/user/logout", json!({ "only_this": true })).await.ok();
        here.get(MENUS).await.refused(StatusCode::UNAUTHORIZED, "session_required");
        refused += 1;
    }
    is_over.store(true, Ordering::SeqCst);
    for task in load {
        task.await.unwrap();
    }
    println!("{refused} of {rounds} were refused");
}
