//! `/api/user/password`.

use axum::http::StatusCode;
use serde_json::json;
use shared::model::Role;
use testing::{PASSWORD, Stack};

const PHONE: &str = "15331761337";

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_the_other_sessions() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let (this, other) = (client.signed_in(PHONE, PASSWORD).await, client.signed_in(PHONE, PASSWORD).await);
    let change = json!({ "old_password": PASSWORD, "new_password": "battery staple" });
    this.post("/api/user/password", change).await.ok();
    this.get("/api/user/menu").await.ok();
    other.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    let old = json!({ "phoneNumber": PHONE, "password": PASSWORD });
    client.post("/api/user/login", old).await.refused(StatusCode::UNAUTHORIZED, "login_failed");
    client.signed_in(PHONE, "battery staple").await.get("/api/user/menu").await.ok();
}

#[tokio::test]
async fn the_old_password_must_be_right_and_guessing_it_locks() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
    let wrong = json!({ "old_password": "wrong password", "new_password": "battery staple" });
    for _ in 0..10 {
        client.post("/api/user/password", wrong.clone()).await.refused_field("old_password");
    }
    let locked = client.post("/api/user/password", wrong).await;
    locked.refused(StatusCode::TOO_MANY_REQUESTS, "login_locked");
}

#[tokio::test]
async fn a_new_password_has_at_least_eight_characters() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
    let change = |new: &str| json!({ "old_password": PASSWORD, "new_password": new });
    client.post("/api/user/password", change("密码密码密码密")).await.refused_field("new_password");
    client.post("/api/user/password", change("")).await.refused_field("new_password");
    client.post("/api/user/password", change("密码密码密码密码")).await.ok();
}

#[tokio::test]
async fn a_new_password_is_neither_common_nor_the_phone_number_nor_the_old_one() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
    let before = stack.dump().await;
    for weak in ["12345678", "QwertyUiop", PHONE, "153 3176 1337", PASSWORD, &"密".repeat(129)] {
        let change = json!({ "old_password": PASSWORD, "new_password": weak });
        let refused = client.post("/api/user/password", change).await;
        refused.refused_field("new_password");
        assert!(refused.body["msg"].as_str().unwrap().contains("密码"), "{}", refused.body);
    }
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn a_password_is_the_same_however_a_keyboard_puts_its_letters_together() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let (composed, decomposed) = ("caf\u{e9} au lait", "cafe\u{301} au lait");
    let session = client.signed_in(PHONE, PASSWORD).await;
    let change = |old: &str, new: &str| json!({ "old_password": old, "new_password": new });
    session.post("/api/user/password", change(PASSWORD, decomposed)).await.ok();
    for typed in [composed, decomposed] {
        client.signed_in(PHONE, typed).await;
    }
    session.post("/api/user/password", change(decomposed, composed)).await.refused_field("new_password");
    session.post("/api/user/password", change(composed, PASSWORD)).await.ok();
}
