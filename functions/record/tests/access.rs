//! Who may read and write records, and with which verbs.

use axum::http::{Method, StatusCode};
use serde_json::json;
use shared::model::Area;
use testing::Company;

const PATHS: [&str; 5] = [
    "/api/record/upload",
    "/api/record/follow",
    "/api/record/delfollow",
    "/api/record/demand",
    "/api/record/deldemand",
];

#[tokio::test]
async fn nothing_is_answered_without_a_session_and_nothing_is_deleted_by_a_get() {
    let company = Company::start(record::FUNCTION).await;
    let stranger = company.stack.client(record::FUNCTION);
    for path in PATHS {
        stranger.post(path, json!({})).await.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
    for path in ["/api/record/upload", "/api/record/delfollow", "/api/record/deldemand"] {
        let answer = company.client.get(path).await;
        answer.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        let allow = answer.headers["allow"].to_str().unwrap();
        assert!(allow.contains("POST") && !allow.contains("GET"), "{allow}");
    }
    let answer = company.client.send(Method::DELETE, "/api/record/follow?follow_id=1", &[], "").await;
    answer.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
}

#[tokio::test]
async fn an_area_that_a_menu_claims_is_closed_to_whoever_does_not_have_it() {
    let company = Company::start(record::FUNCTION).await;
    company.claim(Area::Record).await;
    let admin = company.stack.client(record::FUNCTION).with("session", &company.stack.session(1).await);
    for path in PATHS {
        company.client.post(path, json!({})).await.refused(StatusCode::FORBIDDEN, "forbidden");
        admin.post(path, json!({})).await.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
    }
}
