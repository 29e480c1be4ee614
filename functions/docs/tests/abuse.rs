//! What nobody should get away with, over all functions at once: made-up sessions, ids of another kind, texts that some
//! layer might change.

use docs::FUNCTIONS;
use serde_json::json;
use shared::model::Role;
use testing::{Answer, Company, PASSWORD, Stack};

/// What JSON, HTTP, DynamoDB or a search might drop, fold, escape or end at.
const ODD: &str = "a\u{0}b\u{202e}c\u{1}\u{feff}𠮷👩‍👩‍👧e\u{301}ﬁ\r\n\"\\<b>%00&amp;{{x}}' ; -- \u{7f}";

/// The same without control characters, which no name may have, and with no white space at its ends.
const ODD_NAME: &str = "ab\u{202e}c\u{feff}𠮷👩‍👩‍👧e\u{301}ﬁ\"\\<b>%00&amp;{{x}}' ; --";

/// A company with one of each record, and a session of its admin.
pub async fn company() -> (Company, String) {
    let company = Company::start(record::FUNCTION).await;
    let admin = company.stack.session(1).await;
    let record = json!({ "customers_id": 1, "follower_id": [1], "record_time": "2021-07-30", "event": 2,
        "gain": ODD, "event_note": ODD, "content": ODD, "content_note": ODD });
    for (path, body) in [
        ("/api/record/upload", record),
        ("/api/record/plan", json!({ "customers_id": 1, "time": "2021-08-02", "note": ODD })),
        (
            "/api/feedback/satisfy",
            json!({ "customers_id": 1, "record_time": "2021-07-15", "follower_id": 1, "value": 4,
                "note": ODD }),
        ),
        (
            "/api/contract/contract",
            json!({ "organization_id": 1, "name": ODD_NAME, "code": ODD, "note": ODD, "amount": 12, "sign_time": "2021-07-30" }),
        ),
        ("/api/user/menu", json!({ "name": ODD_NAME, "content": ODD, "note": ODD })),
        ("/api/customers/organization", json!({ "groupName": ODD_NAME, "groupDetail": ODD })),
        (
            "/api/customers/customers",
            json!({ "nickName": ODD_NAME, "realName": ODD_NAME, "job": ODD, "organization_id": 1 }),
        ),
        (
            "/api/user/user",
            json!({ "phoneNumber": "177", "nickName": ODD_NAME, "realName": ODD_NAME, "address": ODD,
            "school": ODD, "education": ODD, "number": ODD_NAME }),
        ),
    ] {
        company.stack.client_of(&FUNCTIONS, path, &admin).post(path, body).await.ok();
    }
    (company, admin)
}

/// What was sent as this key.
fn sent(key: &str) -> &'static str {
    let is_name = ["name", "groupName", "nickName", "realName", "number"].contains(&key);
    if is_name { ODD_NAME } else { ODD }
}

#[tokio::test]
async fn every_text_comes_back_as_it_was_sent() {
    let (company, admin) = company().await;
    let rows = async |path: &str, query: &str| {
        let answer = company.stack.client_of(&FUNCTIONS, path, &admin).get(&format!("{path}?{query}")).await;
        answer.ok().as_array().unwrap().clone()
    };
    for (path, query, keys) in [
        ("/api/record/follow", "follow_id=1", ["gain", "note"].as_slice()),
        ("/api/record/demand", "demand_id=1", &["content", "note"]),
        ("/api/record/plan", "plan_id=1", &["note"]),
        ("/api/feedback/satisfy", "customers_id=1&start_time=2021-07-01", &["note"]),
        ("/api/contract/contract", "contract_id=1", &["name", "code", "note"]),
        ("/api/user/menu", "", &["name", "content", "note"]),
        ("/api/customers/organization", "organization_id=4", &["groupName", "groupDetail"]),
        ("/api/customers/customers", "customers_id=6", &["nickName", "realName", "job"]),
    ] {
        let rows = rows(path, query).await;
        assert_eq!(rows.len(), 1, "{path}");
        for key in keys {
            assert_eq!(rows[0][key], sent(key), "{key} of {path}");
        }
    }
    let employees = rows("/api/user/user", "status=all").await;
    for key in ["nickName", "realName", "address", "school", "education", "number"] {
        assert_eq!(employees[4][key], sent(key), "{key} of an employee");
    }
}

#[tokio::test]
async fn an_id_of_another_kind_is_no_id_and_changes_nothing() {
    let (company, admin) = company().await;
    let before = company.stack.dump().await;
    // There are five employees, four organizations, six customers, and one of everything else.
    for (path, body) in [
        ("/api/record/follow", json!({ "follow_id": 2, "event": 3 })),
        ("/api/record/demand", json!({ "demand_id": 2, "content": "x" })),
        ("/api/record/delfollow", json!({ "follow_id": 2 })),
        ("/api/record/deldemand", json!({ "demand_id": 2 })),
        ("/api/record/plan", json!({ "plan_id": 2, "done": true })),
        ("/api/record/plan", json!({ "customers_id": 1, "time": "2021-08-02", "user_id": 6 })),
        ("/api/record/plan", json!({ "customers_id": 7, "time": "2021-08-02" })),
        ("/api/record/delplan", json!({ "plan_id": 2 })),
        ("/api/feedback/satisfy", json!({ "satisfy_id": 2, "value": 1 })),
        ("/api/feedback/delsatisfy", json!({ "satisfy_id": 2 })),
        ("/api/contract/contract", json!({ "contract_id": 2, "name": "x" })),
        ("/api/contract/delcontract", json!({ "contract_id": 2 })),
        ("/api/user/menu", json!({ "menu_id": 2, "name": "x" })),
        ("/api/user/user", json!({ "user_id": 6, "nickName": "x" })),
        ("/api/user/usermenu", json!({ "user_id": 6, "menu": [1] })),
        ("/api/user/usermenu", json!({ "user_id": 2, "menu": [2] })),
        ("/api/customers/organization", json!({ "organization_id": 5, "groupName": "x" })),
        ("/api/customers/customers", json!({ "customers_id": 7, "nickName": "x" })),
        ("/api/customers/customers", json!({ "nickName": "x", "organization_id": 5 })),
        (
            "/api/record/upload",
            json!({ "customers_id": 7, "follower_id": [1], "record_time": "2021-07-30", "event": 2 }),
        ),
        (
            "/api/record/upload",
            json!({ "customers_id": 1, "follower_id": [6], "record_time": "2021-07-30", "event": 2 }),
        ),
        (
            "/api/contract/contract",
            json!({ "organization_id": 5, "name": "x", "code": "x", "amount": 1, "sign_time": "2021-07-30" }),
        ),
    ] {
        let answer = company.stack.client_of(&FUNCTIONS, path, &admin).post(path, body.clone()).await;
        assert!([400, 404].contains(&answer.status), "{path} {body}: {} {}", answer.status, answer.body);
    }
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn a_session_is_only_what_a_login_answered_and_only_whole() {
    let stack = Stack::start().await;
    let (mine, yours) = (stack.employee("177", Role::Admin).await, stack.employee("178", Role::Staff).await);
    let (mine, yours) = (stack.session(mine).await, stack.session(yours).await);
    let with = |token: &str| stack.client(user::FUNCTION).with("session", token);
    with(&mine).get("/api/user/menu").await.ok();
    let half = mine.len() / 2;
    let mut guesses = vec![
        String::new(),
        "0".repeat(mine.len()),
        mine[1..].to_owned(),
        format!("{mine}0"),
        format!("{mine}{mine}"),
        mine.chars().rev().collect(),
    ];
    // The secret of one under the name of the other, at every place where the name might end.
    guesses.extend((1..mine.len()).map(|at| format!("{}{}", &mine[..at], &yours[at..])));
    guesses.extend((1..mine.len()).map(|at| format!("{}{}", &yours[..at], &mine[at..])));
    guesses.extend((half..mine.len()).map(|at| {
        let other = if &mine[at..=at] == "0" { "1" } else { "0" };
        format!("{}{other}{}", &mine[..at], &mine[at + 1..])
    }));
    guesses.retain(|guess| *guess != mine && *guess != yours);
    for guess in guesses {
        assert_eq!(with(&guess).get("/api/user/menu").await.status, 401, "{guess}");
    }
}

#[tokio::test]
async fn a_login_begins_a_session_of_its_own_whatever_session_the_request_came_with() {
    let stack = Stack::start().await;
    stack.employee("177", Role::Staff).await;
    let chosen = "0000000112345678".repeat(4);
    let login = async |token: &str| -> Answer {
        let client =
            stack.client(user::FUNCTION).with("session", token).with("cookie", &format!("sid={token}"));
        let body = json!({ "phoneNumber": "177", "password": PASSWORD, "session": token, "sid": token });
        client.post("/api/user/login", body).await
    };
    let token = |answer: &Answer| answer.ok()["session"].as_str().unwrap().to_owned();
    let first = token(&login(&chosen).await);
    let second = token(&login(&first).await);
    assert!(first != chosen && second != first);
    let status = async |token: &str| {
        stack.client(user::FUNCTION).with("session", token).get("/api/user/menu").await.status
    };
    assert_eq!((status(&chosen).await, status(&first).await, status(&second).await), (401, 200, 200));
    let me = json!({ "phoneNumber": "177" });
    stack.client(user::FUNCTION).with("session", &first).post("/api/user/logout", me).await.ok();
    let third = token(&login(&first).await);
    assert_eq!((status(&first).await, status(&second).await, status(&third).await), (401, 401, 200));
}
