//! Who may call what, and what requests must look like: the same for every route.

use axum::http::{Method, StatusCode};
use serde_json::json;
use shared::model::Role;
use testing::{ADMIN_PHONE, Client, PASSWORD, Stack};

const READS: [&str; 4] = ["/api/user/menu", "/api/user/usermenu", "/api/user/user", "/api/user/me"];
const WRITES: [&str; 5] =
    ["/api/user/menu", "/api/user/usermenu", "/api/user/user", "/api/user/logout", "/api/user/password"];

async fn admin(stack: &Stack) -> Client {
    stack.admin().await;
    stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await
}

#[tokio::test]
async fn without_a_live_session_every_route_but_login_is_refused() {
    let stack = Stack::start().await;
    let admin_id = stack.admin().await;
    let client = stack.client(user::FUNCTION);
    let forged = format!("{admin_id:08x}{}", "0".repeat(56));
    for client in [client.clone(), client.with("session", &forged), client.with("session", "x")] {
        for path in READS {
            client.get(path).await.refused(StatusCode::UNAUTHORIZED, "session_required");
        }
        for path in WRITES {
            client.post(path, json!({})).await.refused(StatusCode::UNAUTHORIZED, "session_required");
        }
    }
}

#[tokio::test]
async fn staff_read_and_do_not_write() {
    let stack = Stack::start().await;
    stack.employee("15331761337", Role::Staff).await;
    let staff = stack.client(user::FUNCTION).signed_in("15331761337", PASSWORD).await;
    let before = stack.dump().await;
    for path in READS {
        staff.get(path).await.ok();
    }
    for (path, body) in [
        ("/api/user/menu", json!({ "name": "a" })),
        ("/api/user/usermenu", json!({ "user_id": 1, "menu": [] })),
        ("/api/user/user", json!({ "user_id": 1, "role": "admin" })),
    ] {
        staff.post(path, body).await.refused(StatusCode::FORBIDDEN, "forbidden");
    }
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_in_the_envelope_and_write_nothing() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let before = stack.dump().await;
    let json = &[("content-type", "application/json")];
    for body in ["{", "[]", "\"a\"", "{\"name\":}", "null", "{\"name\":\"a\"} x"] {
        let answer = admin.send(Method::POST, "/api/user/menu", json, body).await;
        answer.refused(StatusCode::BAD_REQUEST, "malformed_body");
    }
    let answer = admin.send(Method::POST, "/api/user/menu", json, vec![b'{', b'"', 0xff, b'"', b'}']).await;
    answer.refused(StatusCode::BAD_REQUEST, "malformed_body");
    let form = &[("content-type", "application/x-www-form-urlencoded")];
    for body in [b"name=\xff".to_vec(), b"name=%ff".to_vec()] {
        let answer = admin.send(Method::POST, "/api/user/menu", form, body).await;
        answer.refused_field("name");
    }
    admin.get("/api/user/menu?page=%ff").await.refused_field("page");
    let deep = format!("{{\"name\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    admin
        .send(Method::POST, "/api/user/menu", json, deep)
        .await
        .refused(StatusCode::BAD_REQUEST, "malformed_body");
    let large = json!({ "name": "a", "content": "x".repeat(1024 * 1024) }).to_string();
    let answer = admin.send(Method::POST, "/api/user/menu", json, large).await;
    answer.refused(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large");
    let xml = &[("content-type", "text/xml")];
    let answer = admin.send(Method::POST, "/api/user/menu", xml, "<a/>").await;
    answer.refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
    admin.send(Method::POST, "/api/user/menu", json, "").await.refused_field("name");
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn a_body_is_json_or_a_form_and_json_when_it_does_not_say() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let form = "application/x-www-form-urlencoded";
    for (headers, body) in [
        (vec![], "{\"name\":\"a\"}"),
        (vec![("content-type", "application/json; charset=utf-8")], "{\"name\":\"b\"}"),
        (vec![("content-type", form)], "name=%E8%8F%9C%E5%8D%95+c&note="),
        (vec![("content-type", form)], "{\"name\":\"curl -d\"}"),
    ] {
        admin.send(Method::POST, "/api/user/menu", &headers, body).await.ok();
    }
    let list = admin.get("/api/user/menu").await;
    let names: Vec<_> =
        list.ok().as_array().unwrap().iter().map(|menu| menu["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a", "b", "菜单 c", "curl -d"]);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_the_envelope() {
    let stack = Stack::start().await;
    let client = stack.client(user::FUNCTION);
    for path in ["/", "/api/user/none", "/api/user/menu/", "/api/user/menu/1", "/api//user/menu"] {
        client.get(path).await.refused(StatusCode::NOT_FOUND, "path_not_found");
    }
    let answer = client.send(Method::PUT, "/api/user/menu", &[], "").await;
    answer.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let allow = answer.headers["allow"].to_str().unwrap();
    assert!(allow.contains("GET") && allow.contains("POST") && !allow.contains("PUT"), "{allow}");
    client.get("/api/user/login").await.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
}

#[tokio::test]
async fn older_clients_get_every_failure_with_http_200() {
    let mut stack = Stack::start().await;
    stack.app.failures_are_ok = true;
    let answer = stack.client(user::FUNCTION).get("/api/user/menu").await;
    answer.refused(StatusCode::OK, "session_required");
}

#[tokio::test]
async fn a_request_tells_what_it_cost() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let answer = admin.get("/api/user/menu").await;
    let cost = answer.headers["x-capacity"].to_str().unwrap();
    assert!(cost.starts_with("rcu=") && cost.ends_with(";wcu=0;calls=2;depth=2"), "{cost}");
}
