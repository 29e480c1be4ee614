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
