//! Who is turned away at the door.

use serde_json::json;
use testing::template::{Route, Template};

use crate::{
    client::{ADMIN, Client, STAFF},
    running::Dev,
};

/// What needs no session.
const OPEN: [&str; 6] = [
    "/api/user/login",
    "/api/health",
    "/api/openapi.json",
    "/api/docs",
    "/api/docs/script.js",
    "/api/docs/style.css",
];

#[test]
fn end_to_end_strangers_staff_and_guessers_are_turned_away() {
    let dev = Dev::start("access", &["--memory", "--no-watch"]);
    let anybody = Client::of(&dev);
    let admin = anybody.signed_in(ADMIN);
    let before = admin.everything();
    strangers_get_401(&anybody);
    assert_eq!(admin.everything(), before);

    let staff = anybody.signed_in(STAFF);
    let before = admin.everything();
    staff_get_403_on_writes(&staff);
    assert_eq!(admin.everything(), before);

    the_eleventh_bad_login_gets_429(&anybody);
    staff.get("/api/user/menu").ok();
    dev.stop();
}

fn strangers_get_401(anybody: &Client) {
    let forged = anybody.with(&format!("00000001{}", "0".repeat(56)));
    let closed = |route: &Route| route.is_of_api() && !OPEN.contains(&route.path.as_str());
    let routes = Template::read().unwrap().routes.into_iter().filter(closed);
    for route in routes {
        for client in [anybody, &forged] {
            let body = if route.method == "GET" { "" } else { r#"{"name":"x","user_id":2,"menu":[]}"# };
            let answer = client.send(&route.method, &route.path, &[], body).unwrap();
            answer.refused_in(401, "session_required", &format!("{} {}", route.method, route.path));
        }
    }
}

fn staff_get_403_on_writes(staff: &Client) {
    for (path, body) in [
        ("/api/user/menu", json!({ "name": "x" })),
        ("/api/user/menu", json!({ "menu_id": 1 })),
        ("/api/user/menu", json!({ "menu_id": 1, "name": "x" })),
        ("/api/user/usermenu", json!({ "user_id": 2, "menu": [1] })),
        ("/api/user/user", json!({ "phoneNumber": "13900000002" })),
        ("/api/user/user", json!({ "user_id": 2, "role": "admin" })),
        ("/api/user/logout", json!({ "phoneNumber": ADMIN[0] })),
    ] {
        staff.post(path, body.clone()).refused_in(403, "forbidden", &format!("{path} {body}"));
    }
    for path in ["/api/user/menu", "/api/user/usermenu", "/api/user/user"] {
        staff.get(path).ok();
    }
}

fn the_eleventh_bad_login_gets_429(anybody: &Client) {
    for phone in [STAFF[0], "13000000000"] {
        for _ in 0..10 {
            anybody.sign_in([phone, "a guess"]).refused(401, "login_failed");
        }
        let locked = anybody.sign_in([phone, "a guess"]);
        locked.refused(429, "login_locked");
        let seconds: u32 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((800..=900).contains(&seconds), "{seconds}");
    }
    anybody.sign_in(STAFF).refused(429, "login_locked");
    anybody.sign_in(ADMIN).ok();
}
