//! Everything that is wrong with a request is told at once, in words that people on a screen know.

use super::sent_back::Office;
use axum::http::{Method, StatusCode};
use docs::reference;
use serde_json::{Map, Value, json};
use shared::http::reference::{Described, Need, UNKNOWN};
use std::collections::BTreeSet;
use testing::{Answer, encoded::encoded};

/// Sends parameters where the operation reads them: texts in a query, anything in a body.
async fn send(office: &Office, of: &Described, params: &[(&str, Value)], strict: bool) -> Answer {
    let client = office.client(of.path);
    let client = if strict { client.with("prefer", "respond-async, handling=strict") } else { client };
    if of.has_body() {
        let body: Map<_, _> =
            params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        return client.post(of.path, body.into()).await;
    }
    let pairs: Vec<_> = params
        .iter()
        .map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name}={}", encoded(text)),
            // What no reader takes.
            None => format!("{name}[a]=1"),
        })
        .collect();
    client.send(of.method.clone(), &format!("{}?{}", of.path, pairs.join("&")), &[], "").await
}

/// The fields of `errors`, each of which has a label and a message without the name of a parameter; the first is that of the
/// whole answer.
#[track_caller]
fn fields(answer: &Answer) -> BTreeSet<String> {
    answer.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
    let errors = answer.body["errors"].as_array().unwrap();
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    assert_eq!((&errors[0]["field"], &errors[0]["msg"]), (&answer.body["field"], &answer.body["msg"]));
    let params: Vec<_> = reference().operations.into_iter().flat_map(|it| it.operation.params).collect();
    // Some are also words that a parameter chooses from, such as `all` and `menu`, and people know what an id is.
    let words: BTreeSet<_> = params.iter().flat_map(|param| param.choices()).chain([&"id"]).collect();
    let names: BTreeSet<_> =
        params.iter().map(|param| &param.name).filter(|name| !words.contains(name)).collect();
    for error in errors {
        let (label, msg) = (text(error, "label"), text(error, "msg"));
        assert!(!label.is_empty() && label.chars().all(|c| !c.is_ascii()), "{error}");
        let words: BTreeSet<_> = msg.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let said: Vec<_> = names.iter().filter(|name| words.contains(***name)).collect();
        assert!(said.is_empty(), "{error} says {said:?}");
    }
    let fields: BTreeSet<_> = errors.iter().map(|error| text(error, "field")).collect();
    assert_eq!(fields.len(), errors.len(), "each field once: {}", answer.body);
    fields
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_parameter_of_every_operation_has_a_word() {
    for of in reference().operations {
        for param in &of.operation.params {
            assert_ne!(param.label(), UNKNOWN, "{} {}: {}", of.method, of.path, param.name);
        }
    }
}

#[tokio::test]
async fn every_malformed_parameter_is_told_at_once_under_the_name_that_was_sent() {
    let office = Office::open().await;
    let before = office.company.stack.dump().await;
    let mut told = 0;
    for of in reference().operations.iter().filter(|of| !of.operation.params.is_empty()) {
        let params = &of.operation.params;
        let names: Vec<_> = params.iter().map(|param| param.name).collect();
        // Each under its last name.
        let last: Vec<_> = params.iter().map(|param| *param.aliases.last().unwrap_or(&param.name)).collect();
        for names in [names, last] {
            let sent: Vec<_> = names.iter().map(|name| (*name, json!({}))).collect();
            let answer = send(&office, of, &sent, false).await;
            assert_eq!(fields(&answer), set(names), "{} {}: {}", of.method, of.path, answer.body);
            told += sent.len();
        }
    }
    assert!(told > 200, "{told}");
    assert_eq!(office.company.stack.dump().await, before);
}

#[tokio::test]
async fn everything_that_a_new_record_needs_is_told_at_once() {
    let office = Office::open().await;
    for of in reference().operations.iter().filter(|of| of.method == Method::POST) {
        let needed = of.operation.params.iter().filter(|param| param.need != Need::Optional);
        let mut needed = set(needed.map(|param| param.name));
        match of.path {
            // One of several.
            "/api/customers/customers" => _ = needed.insert("nickName".to_owned()),
            "/api/record/upload" => _ = needed.insert("content".to_owned()),
            // Not needed to end one session.
            "/api/user/logout" => _ = needed.insert("phoneNumber".to_owned()),
            // Edits keep what they do not name.
            "/api/record/follow" => needed = set(["follow_id"]),
            "/api/record/demand" => needed = set(["demand_id"]),
            _ => {}
        }
        let answer = send(&office, of, &[], false).await;
        assert_eq!(fields(&answer), needed, "{}: {}", of.path, answer.body);
    }
}

#[tokio::test]
async fn messages_are_those_that_a_form_shows() {
    let office = Office::open().await;
    for (path, body, errors) in [
        (
            "/api/user/user",
            json!({ "nickName": "名".repeat(65), "sex": 9, "birthday": "1988-02-30", "password": "123" }),
            vec![
                ("phoneNumber", "手机号", "手机号不能为空"),
                ("nickName", "昵称", "昵称最多64个字符"),
                ("sex", "性别", "性别只能是0、1、2"),
                ("birthday", "生日", "生日必须是1900年至2105年之间的日期，例如1988-01-01"),
                ("password", "密码", "密码至少8个字符"),
            ],
        ),
        (
            "/api/feedback/satisfy",
            json!({ "customers_id": 0, "value": 11, "attach": "x", "recordTime": "x" }),
            vec![
                ("customers_id", "客户", "客户必须是有效的id"),
                ("recordTime", "时间", "时间必须是1970年至2105年之间的时间，例如2021-01-01 12:00:00"),
                ("attach", "附件", "附件必须是http或https地址"),
                ("value", "满意度", "满意度必须是-10到10的整数"),
            ],
        ),
        (
            "/api/record/upload",
            json!({ "customers_id": 1, "follower_id": [], "record_time": "2021-07-30", "gain": "x" }),
            vec![
                ("content", "需求内容", "需求内容和事件至少填写一个"),
                ("follower_id", "跟进人", "跟进人不能为空"),
            ],
        ),
        (
            "/api/contract/contract",
            json!({ "organization_id": 9, "name": "x", "follower_id": [1, 8, 9], "editor_id": 7, "creator_id": 6 }),
            vec![
                ("organization_id", "单位", "单位不存在"),
                ("follower_id", "跟进人", "员工8、9不存在"),
                ("creator_id", "创建人", "员工6不存在"),
                ("editor_id", "编辑人", "员工7不存在"),
            ],
        ),
        ("/api/customers/customers", json!({}), vec![("nickName", "昵称", "昵称、姓名、手机号至少填写一个")]),
    ] {
        let answer = office.post(path, body).await;
        fields(&answer);
        let told = answer.body["errors"].as_array().unwrap();
        let mut told: Vec<_> = told
            .iter()
            .map(|error| ["field", "label", "msg"].map(|name| error[name].as_str().unwrap()))
            .map(|[field, label, msg]| (field, label, msg))
            .collect();
        let mut errors = errors;
        told.sort_unstable();
        errors.sort_unstable();
        assert_eq!(told, errors, "{path}");
    }
    let list = "/api/customers/customers?phoneNumber=123&page=0";
    let answer = office.client(list).get(list).await;
    assert_eq!(fields(&answer), set(["page", "phoneNumber"]));
    assert_eq!(answer.body["errors"][1]["msg"], "手机号至少4位数字");
}

#[tokio::test]
async fn strict_reading_refuses_what_an_operation_does_not_know() {
    let office = Office::open().await;
    let before = office.company.stack.dump().await;
    for of in reference().operations {
        let sent = [("nobody", json!("1")), ("else", json!("2"))];
        let answer = send(&office, &of, &sent, true).await;
        let told = fields(&answer);
        assert!(told.is_superset(&set(["nobody", "else"])), "{} {}: {told:?}", of.method, of.path);
        assert!(["nobody", "else"].contains(&answer.body["field"].as_str().unwrap()));
        if of.has_body() && !of.operation.in_either {
            let client = office.client(of.path).with("prefer", "handling=\"strict\"; x=1");
            let answer = client.post(&format!("{}?page=1", of.path), json!({})).await;
            assert!(fields(&answer).contains("page"), "{}: a write reads no query", of.path);
        }
    }
    assert_eq!(office.company.stack.dump().await, before);
    // Without the header nobody asks for them, and another preference is no strict one.
    for prefer in ["handling=lenient", "strict", "return=minimal"] {
        office.client("/api/user/menu").with("prefer", prefer).get("/api/user/menu?nobody=1").await.ok();
    }
    // A filter that comes twice is refused anyway.
    for list in ["/api/user/user?status=1&status=0", "/api/record/follow?customers_id=1&customers_id=2"] {
        assert_eq!(fields(&office.client(list).get(list).await).len(), 1, "{list}");
    }
}

#[tokio::test]
async fn all_is_all_of_time_and_stands_alone() {
    let office = Office::open().await;
    for time in ["1971-01-01", "2105-12-31 23:59:59"] {
        let record = json!({ "customers_id": 1, "follower_id": [1], "record_time": time, "event": 2, "content": "x",
            "organization_id": 1 });
        office.post("/api/record/upload", record).await.ok();
        let satisfied = json!({ "customers_id": 1, "record_time": time, "value": 1 });
        office.post("/api/feedback/satisfy", satisfied).await.ok();
        let contract = json!({ "organization_id": 1, "name": "x", "sign_time": time });
        office.post("/api/contract/contract", contract).await.ok();
    }
    for (customer, time) in [(2, "1971-01-01"), (3, "2105-12-31 23:59:59")] {
        office.post("/api/record/plan", json!({ "customers_id": customer, "time": time })).await.ok();
    }
    office.company.stack.advance(800 * 24 * 60 * 60);
    let mut lists = 0;
    for of in reference().operations {
        let params = &of.operation.params;
        if of.method != Method::GET || !params.iter().any(|param| param.name == "all") {
            continue;
        }
        let needed = params.iter().filter(|param| param.need == Need::Required);
        let needed = needed.map(|param| param.name).chain(of.operation.one_of.first().copied());
        let needed: String = needed.map(|name| format!("&{name}=1")).collect();
        // A trend of all time has too many parts.
        if of.path == "/api/stats/trend" {
            continue;
        }
        let list = format!("{}?all=true{needed}", of.path);
        let answer = office.client(of.path).get(&list).await;
        let (data, count) = (
            answer.ok(),
            match of.path {
                "/api/stats/sign" => 2,
                "/api/stats/follow" | "/api/stats/demand" => 2,
                "/api/stats/event" => 3,
                "/api/stats/employee" => 1,
                "/api/customers/customers" => 5,
                // Whatever was created.
                "/api/history/log" => 30,
                // The first one is done: a follow-up was written down.
                "/api/record/plan" => 2,
                _ => 3,
            },
        );
        let counted = match of.path {
            "/api/stats/sign" => &data[0]["sign_count"],
            "/api/stats/follow" => &data[0][0]["follow_count"],
            "/api/stats/demand" => &data[0][0]["demand_count"],
            "/api/stats/event" => &data[1]["follow_count"],
            _ => &answer.body["page_info"]["total"],
        };
        assert_eq!(*counted, count, "{list}: {}", answer.body);
        for beside in ["start_time=2021-01-01", "end_time=2021-01-01"] {
            let answer = office.client(of.path).get(&format!("{list}&{beside}")).await;
            assert_eq!(fields(&answer), set(["all"]), "{list}&{beside}");
        }
        lists += 1;
        // Lists of plans and of customers have no other window than all of time.
        if ["/api/record/plan", "/api/customers/customers"].contains(&of.path) {
            continue;
        }
        let no = format!("{}?all=false{needed}", of.path);
        let none = office.client(of.path).get(&no).await;
        assert_eq!(
            none.ok().as_array().unwrap().iter().filter(|row| row.get("id").is_some()).count(),
            0,
            "{no}"
        );
    }
    assert!(lists >= 7, "{lists}");
}
