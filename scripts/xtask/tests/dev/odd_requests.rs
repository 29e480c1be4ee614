//! Requests that no frontend of ours would send, through `cargo lambda watch`.

use std::collections::BTreeMap;

use testing::template::{Route, Template};

use crate::{
    client::{ADMIN, Client, Headers},
    running::Dev,
};

const MENU: &str = "/api/user/menu";
const JSON: Headers<'_> = &[("content-type", b"application/json")];
const FORM: Headers<'_> = &[("content-type", b"application/x-www-form-urlencoded")];
/// The largest body that is read.
const LIMIT: usize = 256 * 1024;

#[test]
fn end_to_end_odd_requests_get_the_envelope_and_write_nothing() {
    let dev = Dev::start("odd", &["--memory", "--no-watch"]);
    let admin = Client::of(&dev).signed_in(ADMIN);
    let before = admin.everything();
    odd_bodies(&admin);
    large_bodies(&admin);
    odd_queries(&admin);
    unknown_paths(&admin);
    wrong_methods(&admin);
    large_headers(&admin);
    what_cargo_lambda_refuses(&admin);
    assert_eq!(admin.everything(), before);
    let said = dev.stop();
    // What we log when a failure is our own.
    assert!(!said.contains(": failed request_id="), "{said}");
}

fn odd_bodies(admin: &Client) {
    let deep = format!(r#"{{"name":{}"#, "[".repeat(5000));
    for body in [
        r#"{"name":"#,
        r#"{"name":"x"} {"#,
        r#"["name"]"#,
        r#""name""#,
        "null",
        "\0",
        r#"{"name":"\ud800"}"#,
        r#"{"name":NaN}"#,
        deep.as_str(),
    ] {
        for headers in [JSON, &[]] {
            admin.send("POST", MENU, headers, body).unwrap().refused_in(400, "malformed_body", body);
        }
    }
    for (path, body, field) in [
        (MENU, r#"{}"#, "name"),
        (MENU, "", "name"),
        (MENU, r#"{"name":{"a":1}}"#, "name"),
        (MENU, r#"{"name":["x"]}"#, "name"),
        (MENU, r#"{"name":true}"#, "name"),
        (MENU, r#"{"name":4.5}"#, "name"),
        (MENU, r#"{"name":null}"#, "name"),
        (MENU, r#"{"name":"x","area":"everything"}"#, "area"),
        (MENU, r#"{"menu_id":"one"}"#, "menu_id"),
        (MENU, r#"{"menu_id":1.5}"#, "menu_id"),
        (MENU, r#"{"menu_id":0}"#, "menu_id"),
        (MENU, r#"{"menu_id":-1}"#, "menu_id"),
        (MENU, r#"{"menu_id":18446744073709551616}"#, "menu_id"),
        (MENU, r#"{"menu_id":[1]}"#, "menu_id"),
        (MENU, r#"{"menu_id":"1\u0000"}"#, "menu_id"),
        (MENU, r#"{"menu_id":1,"content":"x"}"#, "name"),
        (MENU, r#"{"menu_id":1,"name":""}"#, "name"),
        ("/api/user/usermenu", r#"{"menu":[1]}"#, "user_id"),
        ("/api/user/usermenu", r#"{"user_id":2}"#, "menu"),
        ("/api/user/usermenu", r#"{"user_id":2,"menu":["x"]}"#, "menu"),
        ("/api/user/usermenu", r#"{"user_id":2,"menu":[1,999]}"#, "menu"),
        ("/api/user/user", r#"{"realName":"x"}"#, "phoneNumber"),
        ("/api/user/user", r#"{"phoneNumber":"1","password":"short"}"#, "password"),
        ("/api/user/user", r#"{"phoneNumber":"1","birthday":"2021-02-30"}"#, "birthday"),
        ("/api/user/user", r#"{"phoneNumber":"1","headImageUrl":"javascript:alert(1)"}"#, "headImageUrl"),
        ("/api/user/user", r#"{"user_id":2,"role":"root"}"#, "role"),
        ("/api/user/login", r#"{"phoneNumber":"18888888888"}"#, "password"),
        ("/api/user/login", r#"{"phoneNumber":{},"password":"x"}"#, "phoneNumber"),
        ("/api/user/password", r#"{"new_password":"long enough"}"#, "old_password"),
        ("/api/user/logout", r#"{}"#, "phoneNumber"),
    ] {
        let answer = admin.send("POST", path, JSON, body).unwrap();
        answer.refused_in(400, "invalid_parameter", body);
        assert_eq!(answer.body["field"], field, "{body}");
    }
    for media_type in
        ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/octet-stream"]
    {
        let answer = admin.send("POST", MENU, &[("content-type", media_type.as_bytes())], r#"{"name":"x"}"#);
        answer.unwrap().refused_in(415, "unsupported_media_type", media_type);
    }
}

fn large_bodies(admin: &Client) {
    let body = |size: usize| format!(r#"{{"name":"{}"}}"#, "x".repeat(size - 11));
    let nobody = admin.signed_out();
    for (client, path) in [(admin, MENU), (admin, "/api/user/user"), (&nobody, "/api/user/login")] {
        for (headers, size) in [(JSON, 1 << 20), (FORM, 1 << 20), (&[], 1 << 20), (JSON, LIMIT + 1)] {
            let answer = client.send("POST", path, headers, body(size)).unwrap();
            answer.refused_in(413, "body_too_large", path);
        }
    }
    admin.send("POST", MENU, JSON, body(LIMIT)).unwrap().refused(400, "invalid_parameter");
}

fn odd_queries(admin: &Client) {
    for (query, field) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1.0", "page"),
        ("page=%2B1", "page"),
        ("page=1%20", "page"),
        ("page=1,2", "page"),
        ("page=1;count=2", "page"),
        ("page=1&page=2", "page"),
        ("page[]=1", "page"),
        ("page%5B0%5D=1", "page"),
        ("page=%FF", "page"),
        ("page=99999999999999999999", "page"),
        ("count=0", "count"),
        ("count=x", "count"),
        ("status=2", "status"),
    ] {
        let answer = admin.get(&format!("/api/user/user?{query}"));
        answer.refused_in(400, "invalid_parameter", query);
        assert_eq!(answer.body["field"], field, "{query}");
    }
    let long = format!("a={}", "a".repeat(20_000));
    for query in ["page=", "?page=0", "&&&=&", "%00=1", "a=%zz", "session=x", "count=1000", &long] {
        let answer = admin.get(&format!("/api/user/user?{query}"));
        assert!(answer.ok().as_array().unwrap().len() >= 20, "{query}");
    }
    let far = admin.get("/api/user/user?page=9223372036854775807&count=100");
    assert_eq!((far.ok().as_array().unwrap().len(), &far.body["page_info"]["total"]), (0, &40.into()));
    // A token in a query is none: it would be in every log on the way.
    let nobody = admin.signed_out();
    for name in ["session", "sid", "token"] {
        let path = format!("{MENU}?{name}={}", admin.token.as_ref().unwrap());
        nobody.get(&path).refused(401, "session_required");
    }
}

fn unknown_paths(admin: &Client) {
    let long = format!("/api/user/{}", "a".repeat(60_000));
    for path in [
        long.as_str(),
        "/no",
        "/api",
        "/api/user",
        "/api/user/nothing",
        "/api/user/menu/",
        "/api/user/menu/1",
        "/api/user/menu%2F",
        "//api/user/menu",
        "/API/user/menu",
        "/api/user/%6Denu",
        "/api/user/./menu",
        "/api/user/../user/menu",
        "/api/user/%2e/menu",
        "/api/user/x/%2E./menu",
        "/api//user/menu",
        "/api/./health",
        "/api/%FF",
        "/api/%00",
        "/%7B*path%7D",
        "/.git/config",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let body = if method == "POST" { r#"{"name":"x"}"# } else { "" };
            admin.send(method, path, &[], body).unwrap().refused_in(404, "path_not_found", path);
        }
    }
}

fn wrong_methods(admin: &Client) {
    let mut methods: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for route in Template::read().unwrap().routes.into_iter().filter(Route::is_of_api) {
        methods.entry(route.path).or_default().push(route.method);
    }
    for (path, known) in methods {
        for method in ["GET", "POST", "DELETE", "PUT", "PATCH", "TRACE", "FOO"] {
            if known.iter().any(|known| known == method) {
                continue;
            }
            let body = if ["POST", "PUT", "PATCH"].contains(&method) { r#"{"name":"x"}"# } else { "" };
            let answer = admin.send(method, &path, &[], body).unwrap();
            answer.refused_in(405, "method_not_allowed", &format!("{method} {path}"));
            let allow: Vec<_> = answer.headers["allow"].to_str().unwrap().split(',').map(str::trim).collect();
            assert!(known.iter().all(|known| allow.contains(&known.as_str())), "{path}: {allow:?}");
            assert!(!allow.contains(&method), "{path}: {allow:?}");
        }
    }
}

fn large_headers(admin: &Client) {
    let large = "a".repeat(60_000);
    let nobody = admin.signed_out();
    admin.send("GET", MENU, &[("x-large", large.as_bytes())], "").unwrap().ok();
    for (name, value) in
        [("cookie", format!("session={large}")), ("sid", large.clone()), ("authorization", large)]
    {
        let answer = nobody.send("GET", MENU, &[(name, value.as_bytes())], "").unwrap();
        answer.refused_in(401, "session_required", name);
    }
    let key = "k".repeat(129);
    let answer = admin.send("POST", MENU, &[("idempotency-key", key.as_bytes())], r#"{"name":"x"}"#).unwrap();
    answer.refused(400, "invalid_parameter");
}

/// What never reaches a function here: `cargo lambda watch` itself answers 500 to a body or a header that is no
/// UTF-8. All that can be asked for is that nothing comes of it.
fn what_cargo_lambda_refuses(admin: &Client) {
    let (body, broken) = (br#"{"name":"x"}"#, b"{\"name\":\"\xff\xfe\"}");
    for (headers, body) in [
        (JSON, &broken[..]),
        (&[], broken),
        (&[("cookie", b"session=\xff\xfe")], body),
        (&[("x-any", b"\xff\xfe")], body),
    ] {
        let answer = admin.send("POST", MENU, headers, body).unwrap();
        assert!(answer.status == 500 && answer.body["code"].is_null(), "{answer:?}");
    }
}
