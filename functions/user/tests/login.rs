//! `/api/user/login`, as frontends use it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::Error;
use shared::model::{Counted, Employee, Guess, PasswordHash, Role, SignIn, keys};
use shared::store::{Entity, Key};
use testing::{PASSWORD, Stack};

const PHONE: &str = "15331761337";

fn credentials(password: &str) -> Value {
    json!({ "phoneNumber": PHONE, "password": password })
}

#[tokio::test]
async fn the_interface_lists_call_answers_the_interface_lists_keys() {
    let stack = Stack::start().await;
    let id = stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let answer = client.post("/api/user/login", credentials(PASSWORD)).await;
    let data = answer.ok();
    assert_eq!(answer.body["msg"], "登陆成功");
    assert_eq!((&data["user_id"], &data["phoneNumber"]), (&json!(id), &json!(PHONE)));
    for key in [
        "phoneNumber",
        "user_id",
        "realName",
        "number",
        "nickName",
        "headImageUrl",
        "sex",
        "birthday",
        "title",
        "address",
        "school",
        "education",
        "entryTime",
        "officialTime",
        "resignTime",
        "lastLoginTime",
        "status",
        "session",
        "sid",
    ] {
        assert!(data.get(key).is_some(), "{key}");
    }
    let token = data["session"].as_str().unwrap();
    assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(data["session"], data["sid"]);
}

#[tokio::test]
async fn the_token_opens_the_routes_in_every_place_it_may_stand() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let answer = client.post("/api/user/login", credentials(PASSWORD)).await;
    let token = answer.ok()["sid"].as_str().unwrap();
    for (header, value) in [
        ("authorization", format!("Bearer {token}")),
        ("session", token.to_owned()),
        ("sid", token.to_owned()),
        ("cookie", format!("session={token}")),
        ("cookie", format!("a=b; sid={token}")),
    ] {
        client.with(header, &value).get("/api/user/menu").await.ok();
    }
    client
        .get(&format!("/api/user/menu?session={token}"))
        .await
        .refused(StatusCode::UNAUTHORIZED, "session_required");
}

#[tokio::test]
async fn last_login_time_is_the_login_before() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let first = client.post("/api/user/login", credentials(PASSWORD)).await;
    assert_eq!(first.ok()["lastLoginTime"], Value::Null);
    stack.advance(61);
    let second = client.post("/api/user/login", credentials(PASSWORD)).await;
    assert_eq!(second.ok()["lastLoginTime"], "2021-08-01 12:00:00");
    let third = client.post("/api/user/login", credentials(PASSWORD)).await;
    assert_eq!(third.ok()["lastLoginTime"], "2021-08-01 12:01:01");
}

#[tokio::test]
async fn a_session_ends_after_its_days_although_its_item_is_still_there() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
    stack.advance(7 * 24 * 60 * 60 - 1);
    client.get("/api/user/menu").await.ok();
    stack.advance(1);
    client.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
}

#[tokio::test]
async fn several_sessions_live_side_by_side_also_when_begun_at_once() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let logins = (0..8).map(|_| client.signed_in(PHONE, PASSWORD));
    for session in futures_util::future::join_all(logins).await {
        session.get("/api/user/menu").await.ok();
    }
}

#[tokio::test]
async fn an_unknown_phone_and_a_wrong_password_cannot_be_told_apart() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let wrong = client.post("/api/user/login", credentials("wrong password")).await;
    let unknown = json!({ "phoneNumber": "13000000000", "password": "wrong password" });
    let unknown = client.post("/api/user/login", unknown).await;
    let mut shown = Vec::new();
    for answer in [wrong, unknown] {
        answer.refused(StatusCode::UNAUTHORIZED, "login_failed");
        let mut body = answer.body.clone();
        body["request_id"].take();
        // The same calls in the same order; the hashing is compared in the model's tests. (Capacity is the same too,
        // but AWS DynamoDB Local counts nothing for items that are missing.)
        let cost = answer.headers["x-capacity"].to_str().unwrap().to_owned();
        shown.push((body, cost.split_once(";calls=").unwrap().1.to_owned()));
    }
    assert_eq!(shown[0], shown[1]);
}

#[tokio::test]
async fn nobodys_phone_is_opened_by_no_password_not_even_the_first_employees() {
    let stack = Stack::start().await;
    stack.admin().await;
    let unknown = json!({ "phoneNumber": "13000000000", "password": PASSWORD });
    let answer = stack.client(user::FUNCTION).post("/api/user/login", unknown).await;
    answer.refused(StatusCode::UNAUTHORIZED, "login_failed");
}

#[tokio::test]
async fn ten_failures_lock_a_phone_for_fifteen_minutes_known_or_not() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    for phone in [PHONE, "13000000000"] {
        let wrong = json!({ "phoneNumber": phone, "password": "wrong password" });
        for _ in 0..10 {
            client
                .post("/api/user/login", wrong.clone())
                .await
                .refused(StatusCode::UNAUTHORIZED, "login_failed");
        }
        let locked = client.post("/api/user/login", wrong).await;
        locked.refused(StatusCode::TOO_MANY_REQUESTS, "login_locked");
        assert_eq!(locked.headers["retry-after"], "900");
    }
    let right = client.post("/api/user/login", credentials(PASSWORD)).await;
    right.refused(StatusCode::TOO_MANY_REQUESTS, "login_locked");
    stack.advance(900);
    client.post("/api/user/login", credentials(PASSWORD)).await.ok();
}

#[tokio::test]
async fn a_phone_number_may_be_typed_in_any_way_and_is_locked_in_all() {
    let stack = Stack::start().await;
    stack.employee("+86 153-3176-1337", Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let spellings =
        [PHONE, "153 3176 1337", " １５３３１７６１３３７ ", "+8615331761337", "+86 153-3176-1337"];
    let login = async |number: &str, password: &str| {
        client.post("/api/user/login", json!({ "phoneNumber": number, "password": password })).await
    };
    for number in spellings {
        let answer = login(number, PASSWORD).await;
        assert_eq!(answer.ok()["phoneNumber"], "+86 153-3176-1337", "{number}");
        let client = client.with("session", answer.ok()["session"].as_str().unwrap());
        client.post("/api/user/logout", json!({ "phoneNumber": spellings[0] })).await.ok();
        client.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
    for number in spellings.into_iter().cycle().take(10) {
        login(number, "wrong password").await.refused(StatusCode::UNAUTHORIZED, "login_failed");
    }
    for number in spellings {
        login(number, PASSWORD).await.refused(StatusCode::TOO_MANY_REQUESTS, "login_locked");
    }
}

/// Version 0.1 compared phone numbers as they were typed: so stand its guards, and numbers that are the same today were
/// different employees'.
#[tokio::test]
async fn employees_of_a_table_of_version_0_1_sign_in_until_it_is_repaired_and_afterwards() {
    let stack = Stack::start().await;
    stack.admin().await;
    let client = stack.client(user::FUNCTION);
    let login = async |number: &str| {
        let answer =
            client.post("/api/user/login", json!({ "phoneNumber": number, "password": PASSWORD })).await;
        if answer.status == 200 { answer.ok()["user_id"].as_u64() } else { None }
    };
    let numbers = ["153 3176 1337", "+86 139 8702 2559", "老板", "139-8702-2559", "13987022559"];
    for (id, number) in (2..).zip(numbers) {
        assert_eq!(stack.employee(number, Role::Staff).await, id);
        if !number.starts_with('老') {
            let digits = if id == 2 { PHONE } else { "13987022559" };
            stack.drop_guard("phone", digits).await;
        }
    }
    for (id, number) in (2..).zip(numbers) {
        stack.put_guard("phone", number, &[id]).await;
    }
    let all_sign_in = async || {
        for (id, number) in (2..).zip(numbers) {
            assert_eq!(login(number).await, Some(id), "{number}");
        }
    };
    all_sign_in().await;

    // What was taken is taken, an edit works, and logging others out does.
    let admin = client.signed_in(testing::ADMIN_PHONE, PASSWORD).await;
    for (id, number) in (2..).zip(numbers).filter(|(_, number)| *number != "老板") {
        let taken = admin.post("/api/user/user", json!({ "phoneNumber": number })).await;
        taken.refused(StatusCode::CONFLICT, "duplicate");
        assert!([json!(id), json!(6)].contains(&taken.body["data"]["id"]), "{}", taken.body);
        let edit = json!({ "user_id": id, "phoneNumber": number, "nickName": "x" });
        admin.post("/api/user/user", edit).await.ok();
        admin.post("/api/user/logout", json!({ "phoneNumber": number })).await.ok();
    }
    all_sign_in().await;
    // Spelled otherwise it is still theirs; where somebody else has it by its digits already, it is theirs.
    admin.post("/api/user/user", json!({ "user_id": 2, "phoneNumber": "153-3176-1337" })).await.ok();
    assert_eq!(login(PHONE).await, Some(2));
    let other = admin.post("/api/user/user", json!({ "user_id": 3, "phoneNumber": "139 8702 2559" })).await;
    assert_eq!(other.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], 6);
    admin.post("/api/user/user", json!({ "user_id": 2, "phoneNumber": numbers[0] })).await.ok();

    let report = stack.repair_records().await;
    let collisions: Vec<_> = report.collisions.iter().map(ToString::to_string).collect();
    assert_eq!(collisions, ["USR#3 and USR#5 and USR#6 have the same value 13987022559, which is USR#3's"]);
    all_sign_in().await;
    assert_eq!((login("(139) 8702 2559").await, login(PHONE).await), (Some(3), Some(2)));
    let taken = admin.post("/api/user/user", json!({ "phoneNumber": "13987022559" })).await;
    assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], 3);

    // One after the other gets a number of their own.
    admin.post("/api/user/user", json!({ "user_id": 3, "phoneNumber": "13000000003" })).await.ok();
    assert_eq!(login("139 8702 2559").await, Some(5));
    admin.post("/api/user/user", json!({ "user_id": 6, "phoneNumber": "+86 13000000006" })).await.ok();
    admin.post("/api/user/user", json!({ "user_id": 4, "phoneNumber": "13000000004" })).await.ok();
    let signed_in = [login("13987022559").await, login("13000000003").await, login("13000000006").await];
    assert_eq!(signed_in, [Some(5), Some(3), Some(6)]);
    stack.verify_records().await;
}

#[tokio::test]
async fn a_password_set_by_an_admin_lets_in_whoever_was_locked_out() {
    let stack = Stack::start().await;
    let id = stack.employee(PHONE, Role::Staff).await;
    let boss = stack.signed_in(user::FUNCTION, "18888888888", Role::Admin).await;
    let client = stack.client(user::FUNCTION);
    for _ in 0..11 {
        client.post("/api/user/login", credentials("wrong password")).await;
    }
    boss.post("/api/user/user", json!({ "user_id": id, "password": "battery staple" })).await.ok();
    client.post("/api/user/login", credentials("battery staple")).await.ok();
}

#[tokio::test]
async fn many_guesses_at_once_are_worth_no_more_than_ten() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let guesses = (0..30).map(|n| client.post("/api/user/login", credentials(&format!("guess number {n}"))));
    let answers = futures_util::future::join_all(guesses).await;
    let failed = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(failed, 10, "every other guess was refused unheard");
    assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 429)));
}

#[tokio::test]
async fn a_right_password_forgets_the_failures_before_it() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    for _ in 0..3 {
        for _ in 0..9 {
            client.post("/api/user/login", credentials("wrong password")).await;
        }
        client.post("/api/user/login", credentials(PASSWORD)).await.ok();
    }
}

#[tokio::test]
async fn the_disabled_may_not_log_in_and_the_resigned_may() {
    let stack = Stack::start().await;
    stack.admin().await;
    let id = stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let admin = client.signed_in(testing::ADMIN_PHONE, PASSWORD).await;
    admin.post("/api/user/user", json!({ "user_id": id, "resignTime": "2020-01-01" })).await.ok();
    client.post("/api/user/login", credentials(PASSWORD)).await.ok();
    admin.post("/api/user/user", json!({ "user_id": id, "status": 0 })).await.ok();
    let refused = client.post("/api/user/login", credentials(PASSWORD)).await;
    refused.refused(StatusCode::UNAUTHORIZED, "login_failed");
}

#[tokio::test]
async fn neither_tokens_nor_passwords_stand_in_the_table() {
    let stack = Stack::start().await;
    stack.admin().await;
    let client = stack.client(user::FUNCTION);
    let answer = client
        .post("/api/user/login", json!({ "phoneNumber": testing::ADMIN_PHONE, "password": PASSWORD }))
        .await;
    let token = answer.ok()["session"].as_str().unwrap().to_owned();
    let admin = client.with("session", &token);
    let new = json!({ "phoneNumber": PHONE, "password": "a secret of mine" });
    admin.with("idempotency-key", "k1").post("/api/user/user", new).await.ok();
    let change = json!({ "old_password": PASSWORD, "new_password": "another secret" });
    admin.with("idempotency-key", "k2").post("/api/user/password", change).await.ok();
    let dump = stack.dump().await;
    assert!(dump.contains("$argon2id$"), "the dump shows what it should");
    for secret in [&token, &token[8..], PASSWORD, "a secret of mine", "another secret"] {
        assert!(!dump.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_login_wants_both_parameters() {
    let stack = Stack::start().await;
    let client = stack.client(user::FUNCTION);
    client.post("/api/user/login", json!({ "password": "x" })).await.refused_field("phoneNumber");
    client.post("/api/user/login", json!({ "phoneNumber": PHONE })).await.refused_field("password");
    client
        .post("/api/user/login", json!({ "phoneNumber": [], "password": "x" }))
        .await
        .refused_field("phoneNumber");
}

#[tokio::test]
async fn whoever_gets_another_password_or_is_disabled_while_they_sign_in_is_not_signed_in() {
    for edit in
        [json!({ "password": "battery staple" }), json!({ "status": 0 }), json!({ "phoneNumber": "130" })]
    {
        let stack = Stack::start().await;
        let boss = stack.signed_in(user::FUNCTION, "18888888888", Role::Admin).await;
        let id = stack.employee(PHONE, Role::Staff).await;
        let (store, now) = (&stack.app.store, stack.app.clock.epoch());
        let counted = Counted::sign_in(PHONE, "198.51.100.1");
        let mut wanted = counted.keys();
        wanted.extend([keys::password(id), Key::entity(Employee::KIND, id)]);
        let mut found = store.get_all(&wanted).await.unwrap();
        let sign_in = SignIn {
            guess: Guess::new(counted, &mut found, now).unwrap(),
            employee: found.take_entity(id).unwrap().unwrap(),
            hash: found.take::<PasswordHash>(&keys::password(id)).unwrap().unwrap(),
        };
        let mut edit = edit;
        edit["user_id"] = json!(id);
        boss.post("/api/user/user", edit).await.ok();
        let sessions = |dump: String| dump.matches("\"s\":\"S#").count();
        let before = sessions(stack.dump().await);
        let signed_in = sign_in.commit(store, stack.app.clock.wall(now), now + 60).await;
        assert_eq!(signed_in.err(), Some(Error::Stale));
        assert_eq!(sessions(stack.dump().await), before);
    }
}
