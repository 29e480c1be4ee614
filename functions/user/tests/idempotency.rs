//! `Idempotency-Key`, on the routes of this function.

use axum::http::StatusCode;
use serde_json::json;
use testing::{ADMIN_PHONE, Client, PASSWORD, Stack};

async fn admin(stack: &Stack) -> Client {
    stack.admin().await;
    stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await
}

#[tokio::test]
async fn a_repeated_create_answers_the_first_answer_and_makes_nothing_new() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await.with("idempotency-key", "0f8b");
    let first = admin.post("/api/user/menu", json!({ "name": "a" })).await;
    let second = admin.post("/api/user/menu", json!({ "name": "a" })).await;
    assert_eq!(first.ok(), &json!({ "id": 1 }));
    assert_eq!(second.body, first.body);
    assert_eq!(admin.get("/api/user/menu").await.page().0, 1);
}

#[tokio::test]
async fn twenty_repeats_at_once_make_one_record_and_twenty_equal_answers() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await.with("idempotency-key", "0f8b");
    let repeats = (0..20).map(|_| admin.post("/api/user/menu", json!({ "name": "a" })));
    let answers = futures_util::future::join_all(repeats).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (200, &answers[0].body));
    }
    assert_eq!(admin.get("/api/user/menu").await.page().0, 1);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_a_conflict_for_a_day() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await.with("idempotency-key", "0f8b");
    admin.post("/api/user/menu", json!({ "name": "a" })).await.ok();
    let other = admin.post("/api/user/menu", json!({ "name": "b" })).await;
    other.refused(StatusCode::CONFLICT, "idempotency_key_reused");
    let other = admin.post("/api/user/usermenu", json!({ "name": "a" })).await;
    other.refused(StatusCode::CONFLICT, "idempotency_key_reused");
    stack.advance(24 * 60 * 60);
    admin.post("/api/user/menu", json!({ "name": "b" })).await.ok();
}

#[tokio::test]
async fn a_refused_request_is_not_remembered() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await.with("idempotency-key", "0f8b");
    admin.post("/api/user/menu", json!({ "note": "no name" })).await.refused_field("name");
    admin.post("/api/user/menu", json!({ "name": "a" })).await.ok();
}

#[tokio::test]
async fn a_key_has_1_to_128_characters() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    for key in ["", &"k".repeat(129)] {
        let answer = admin.with("idempotency-key", key).post("/api/user/menu", json!({ "name": "a" })).await;
        answer.refused_field("Idempotency-Key");
    }
    let longest = admin.with("idempotency-key", &"k".repeat(128));
    longest.post("/api/user/menu", json!({ "name": "a" })).await.ok();
}
