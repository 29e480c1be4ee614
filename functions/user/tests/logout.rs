//! `/api/user/logout`.

use axum::http::StatusCode;
use serde_json::json;
use shared::model::Role;
use testing::{ADMIN_PHONE, PASSWORD, Stack};

const PHONE: &str = "15331761337";

#[tokio::test]
async fn logging_out_ends_every_session_of_ones_phone_at_once() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let (phone, web) = (client.signed_in(PHONE, PASSWORD).await, client.signed_in(PHONE, PASSWORD).await);
    let answer = web.post("/api/user/logout", json!({ "phoneNumber": PHONE })).await;
    answer.ok();
    assert_eq!(answer.body["msg"], "登出成功");
    for session in [phone, web] {
        session.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
    client.signed_in(PHONE, PASSWORD).await.get("/api/user/menu").await.ok();
}

#[tokio::test]
async fn nobody_but_an_admin_can_log_others_out() {
    let stack = Stack::start().await;
    stack.admin().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let admin = client.signed_in(ADMIN_PHONE, PASSWORD).await;
    let staff = client.signed_in(PHONE, PASSWORD).await;
    for phone in [ADMIN_PHONE, "13000000000"] {
        let answer = staff.post("/api/user/logout", json!({ "phoneNumber": phone })).await;
        answer.refused(StatusCode::FORBIDDEN, "forbidden");
        assert_eq!(answer.body["msg"], "登出失败");
    }
    admin.post("/api/user/logout", json!({ "phoneNumber": PHONE })).await.ok();
    staff.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    admin.get("/api/user/menu").await.ok();
    let nobody = admin.post("/api/user/logout", json!({ "phoneNumber": "13000000000" })).await;
    assert_eq!((nobody.status, &nobody.body["msg"]), (403, &json!("登出失败")));
}

#[tokio::test]
async fn only_this_ends_the_session_that_asks_and_no_other() {
    let stack = Stack::start().await;
    stack.admin().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let admin = client.signed_in(ADMIN_PHONE, PASSWORD).await;
    let is_login = async || admin.get("/api/user/user").await.ok()[1]["isLogin"].clone();
    let phone = client.signed_in(PHONE, PASSWORD).await;
    stack.advance(3600);
    let web = client.signed_in(PHONE, PASSWORD).await;

    let answer = web.post("/api/user/logout", json!({ "only_this": true })).await;
    assert_eq!(answer.body, json!({ "status": 0, "msg": "登出成功" }));
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("session=;"), "{:?}", answer.headers);
    web.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    phone.get("/api/user/menu").await.ok();
    assert_eq!(is_login().await, 1);
    // It lasts no longer than the session that is left.
    stack.advance(7 * 24 * 3600 - 3600);
    let admin = client.signed_in(ADMIN_PHONE, PASSWORD).await;
    assert_eq!(admin.get("/api/user/user").await.ok()[1]["isLogin"], 0);

    let last = client.signed_in(PHONE, PASSWORD).await;
    let is_login = async || admin.get("/api/user/user").await.ok()[1]["isLogin"].clone();
    assert_eq!(is_login().await, 1);
    last.post("/api/user/logout", json!({ "only_this": "1", "phoneNumber": "+86 153-3176-1337" })).await.ok();
    assert_eq!(is_login().await, 0);
}

#[tokio::test]
async fn only_this_is_never_about_somebody_else_and_without_it_a_phone_number_is_needed() {
    let stack = Stack::start().await;
    stack.admin().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let (admin, staff) =
        (client.signed_in(ADMIN_PHONE, PASSWORD).await, client.signed_in(PHONE, PASSWORD).await);
    let other = admin.post("/api/user/logout", json!({ "only_this": true, "phoneNumber": PHONE })).await;
    other.refused(StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(other.body["msg"], "登出失败");
    for body in [json!({}), json!({ "only_this": false }), json!({ "only_this": null })] {
        staff.post("/api/user/logout", body).await.refused_field("phoneNumber");
    }
    staff.post("/api/user/logout", json!({ "only_this": "x" })).await.refused_field("only_this");
    for client in [admin, staff] {
        client.get("/api/user/menu").await.ok();
    }
}
