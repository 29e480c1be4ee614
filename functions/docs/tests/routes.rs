//! Health, and the refusal of what does not exist.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

use axum::http::{Method, StatusCode};
use testing::{Stack, events};

#[tokio::test]
async fn health_needs_no_session_and_no_table_and_tells_the_version() {
    let stack = Stack::start().await;
    let answer = stack.client(docs::FUNCTION).get("/api/health").await;
    assert_eq!(answer.ok()["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(answer.headers["x-capacity"], "rcu=0;wcu=0;calls=0;depth=0");
}

#[tokio::test]
async fn what_the_gateway_sends_here_is_refused_as_a_wrong_path_or_a_wrong_method() {
    let stack = Stack::start().await;
    let client = stack.client(docs::FUNCTION);
    for path in ["/console", "/api", "/api/user/none", "/$default", "/favicon.ico"] {
        client.get(path).await.refused(StatusCode::NOT_FOUND, "path_not_found");
    }
    for (method, path, allow) in [
        (Method::DELETE, "/api/user/menu", "GET,POST"),
        (Method::GET, "/api/user/login", "POST"),
        (Method::POST, "/api/health", "GET"),
        (Method::POST, "/", "GET"),
    ] {
        let answer = client.send(method, path, &[], "").await;
        answer.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        assert!(answer.headers["allow"].to_str().unwrap().starts_with(allow));
    }
}

#[tokio::test]
async fn every_event_is_answered() {
    let stack = Stack::start().await;
    for event in events("docs") {
        let answer = stack.client(docs::FUNCTION).event(&event, "").await;
        assert_eq!(answer.status, 200, "{event}");
        // The reference and its page are made from the code: copies of them would say nothing.
        if event == "docs-health-get.json" {
            insta::assert_json_snapshot!(event, answer.body, { ".data.version" => "[version]" });
        }
    }
}

#[tokio::test]
async fn the_reference_needs_no_session_and_no_table_and_stands_alone() {
    let stack = Stack::start().await;
    let answer = stack.client(docs::FUNCTION).get("/api/openapi.json").await;
    assert_eq!(answer.body["openapi"], "3.1.0");
    assert_eq!(answer.body["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(answer.headers["x-capacity"], "rcu=0;wcu=0;calls=0;depth=0");
}
