//! The session cookie: who gets it, and who may write with it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::http::App;
use shared::model::Role;
use testing::{ADMIN_PHONE, Answer, Client, PASSWORD, Stack};

const PHONE: &str = "15331761337";
const JSON: (&str, &str) = ("content-type", "application/json");

async fn login(client: &Client, password: &str) -> Answer {
    client.post("/api/user/login", json!({ "phoneNumber": PHONE, "password": password })).await
}

/// The cookies that an answer sets, as they stand in it.
fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect()
}

/// A client whose session is in a cookie only, and its token.
async fn browser(stack: &Stack, employee: u32) -> Client {
    let token = stack.session(employee).await;
    stack.client(user::FUNCTION).with("host", "crm.example").with("cookie", &format!("a=b; session={token}"))
}

#[tokio::test]
async fn a_login_sets_the_cookie_that_opens_the_routes_and_a_logout_clears_it() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).with("host", "crm.example");
    let answer = login(&client, PASSWORD).await;
    let token = answer.ok()["session"].as_str().unwrap().to_owned();
    let cookie = format!("session={token}; HttpOnly; SameSite=Strict; Path=/api; Max-Age=604800; Secure");
    assert_eq!(cookies(&answer), [&cookie]);
    let browser = client.with("cookie", &format!("session={token}")).with("sec-fetch-site", "same-origin");
    assert!(cookies(&browser.get("/api/user/menu").await).is_empty());
    let answer = browser.post("/api/user/logout", json!({ "phoneNumber": PHONE })).await;
    answer.ok();
    assert_eq!(cookies(&answer), ["session=; HttpOnly; SameSite=Strict; Path=/api; Max-Age=0; Secure"]);
    browser.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
}

#[tokio::test]
async fn the_cookie_lasts_as_long_as_the_session_also_where_failures_are_answered_with_200() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let app = App { failures_are_ok: true, session_days: 30, ..stack.app.clone() };
    let client = Client::of(user::FUNCTION, app).with("host", "localhost:9000");
    let answer = login(&client, PASSWORD).await;
    let token = answer.ok()["session"].as_str().unwrap().to_owned();
    let cookie = format!("session={token}; HttpOnly; SameSite=Strict; Path=/api; Max-Age=2592000");
    assert_eq!(cookies(&answer), [&cookie]);
    let refused = login(&client, "wrong horse").await;
    assert_eq!((refused.status, &refused.body["code"]), (200, &json!("login_failed")));
    assert!(cookies(&refused).is_empty());
}

#[tokio::test]
async fn an_admin_who_logs_out_somebody_else_stays_signed_in() {
    let stack = Stack::start().await;
    let admin = stack.admin().await;
    stack.employee(PHONE, Role::Staff).await;
    let admin = browser(&stack, admin).await;
    let answer = admin.post("/api/user/logout", json!({ "phoneNumber": PHONE })).await;
    answer.ok();
    assert!(cookies(&answer).is_empty());
    admin.get("/api/user/menu").await.ok();
}

#[tokio::test]
async fn a_page_of_another_site_signs_nobody_in() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).with("host", "crm.example");
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://else.example")] {
        let answer = login(&client.with(name, value), PASSWORD).await;
        // A frontend elsewhere keeps the token itself.
        answer.ok();
        assert!(cookies(&answer).is_empty(), "{name}: {value}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_write_with_the_cookie() {
    let stack = Stack::start().await;
    let admin = stack.admin().await;
    let browser = browser(&stack, admin).await;
    let (site, origin) = ("sec-fetch-site", "origin");
    let write = async |client: &Client, headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().copied().chain([JSON]).collect();
        client.send(Method::POST, "/api/user/usermenu", &headers, r#"{"user_id":1,"menu":[]}"#).await
    };
    let before = stack.dump().await;
    for headers in [
        &[(site, "cross-site")][..],
        &[(site, "same-site")],
        &[(site, "")],
        &[(site, "same-origin, cross-site")],
        &[(site, "cross-site"), (origin, "https://crm.example")],
        &[(origin, "https://else.example")],
        &[(origin, "https://crm.example.else")],
        &[(origin, "https://crm.example:8443")],
        &[(origin, "null")],
    ] {
        let answer = write(&browser, headers).await;
        answer.refused(StatusCode::FORBIDDEN, "cross_site");
        assert_eq!(answer.body["msg"], "请求来自其他网站", "{headers:?}");
        let get = browser.send(Method::GET, "/api/user/menu", headers, "").await;
        get.ok();
    }
    assert_eq!(stack.dump().await, before);
    for headers in [
        &[][..],
        &[(site, "same-origin")],
        &[(site, "none")],
        &[(site, "same-origin"), (origin, "https://else.example")],
        &[(origin, "https://crm.example")],
        &[(origin, "https://CRM.example:443")],
    ] {
        write(&browser, headers).await.ok();
    }
}

#[tokio::test]
async fn a_token_in_a_header_may_come_from_any_page() {
    let stack = Stack::start().await;
    let admin = stack.admin().await;
    let token = stack.session(admin).await;
    let (page, body) = (browser(&stack, admin).await, json!({ "user_id": 1, "menu": [] }));
    let page = page.with("sec-fetch-site", "cross-site").with("origin", "https://else.example");
    for (name, value) in
        [("authorization", format!("Bearer {token}")), ("session", token.clone()), ("sid", token.clone())]
    {
        page.with(name, &value).post("/api/user/usermenu", body.clone()).await.ok();
    }
    // It is the cookie that signs in where the header has no token.
    let answer = page.with("session", "x").post("/api/user/usermenu", body).await;
    answer.refused(StatusCode::FORBIDDEN, "cross_site");
}

#[tokio::test]
async fn whoever_is_nobody_is_told_how_to_say_who_they_are() {
    let stack = Stack::start().await;
    let client = stack.client(user::FUNCTION);
    for answer in [client.get("/api/user/menu").await, login(&client, PASSWORD).await] {
        assert_eq!((answer.status, &answer.headers["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
    }
}

#[tokio::test]
async fn every_login_and_logout_is_done_whatever_its_idempotency_key() {
    let stack = Stack::start().await;
    stack.admin().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).with("idempotency-key", "0f8b");
    let admin = client.signed_in(ADMIN_PHONE, PASSWORD).await;
    admin.post("/api/user/logout", json!({ "phoneNumber": PHONE })).await.ok();
    let logins = [login(&client, PASSWORD).await, login(&client, PASSWORD).await];
    let tokens: [Value; 2] = logins.map(|answer| answer.ok()["session"].clone());
    assert_ne!(tokens[0], tokens[1]);
    for token in &tokens {
        client.with("session", token.as_str().unwrap()).get("/api/user/menu").await.ok();
    }
    // The same key and the same request, and yet it ends what has begun since.
    admin.post("/api/user/logout", json!({ "phoneNumber": PHONE })).await.ok();
    for token in &tokens {
        let ended = client.with("session", token.as_str().unwrap()).get("/api/user/menu").await;
        ended.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
    let long = "k".repeat(129);
    login(&client.with("idempotency-key", &long), PASSWORD).await.ok();
    admin.with("idempotency-key", &long).post("/api/user/logout", json!({ "phoneNumber": PHONE })).await.ok();
}
