//! Names of parameters with something after them: `ids[a]` is not `ids`, and not nothing either.

use super::abuse::company;
use super::reference::{text, value};
use axum::http::Method;
use docs::{FUNCTIONS, reference};
use serde_json::json;
use shared::http::reference::{Described, Need, Param};
use testing::{Answer, Company, encoded::encoded};

/// What may follow a name, and is no index.
const ODD: [&str; 10] = ["[a]", "[0][b]", "[0][]", "[", "[0", "[-1]", "[ 0 ]", "[0]x", "[1.5]", "[][]"];

/// Sends a parameter under `name` with `odd` after it, together with these others.
async fn send(
    company: &Company,
    admin: &str,
    of: &Described,
    name: &str,
    param: &Param,
    others: &[&Param],
) -> Answer {
    let pair = |name: &str, param: &Param| format!("{}={}", encoded(name), encoded(&text(&value(param))));
    let others = others.iter().filter(|other| other.name != param.name).map(|other| pair(other.name, other));
    let pairs = others.chain([pair(name, param)]).collect::<Vec<_>>().join("&");
    let client = company.stack.client_of(&FUNCTIONS, of.path, admin);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    match of.method {
        Method::POST => client.send(Method::POST, of.path, &form, pairs).await,
        _ => client.send(of.method.clone(), &format!("{}?{pairs}", of.path), &[], "").await,
    }
}

#[tokio::test]
async fn every_parameter_with_an_odd_index_is_refused_by_its_name() {
    let (company, admin) = company().await;
    let before = company.stack.dump().await;
    let mut asked = 0;
    for of in reference().operations {
        let params = || of.operation.params.iter();
        for param in params() {
            for name in param.aliases.iter().chain([&param.name]) {
                for odd in ODD {
                    let name_sent = format!("{name}{odd}");
                    // Alone with what is required; or, where a handler then asks for more, with everything.
                    let needed: Vec<_> = params().filter(|other| other.need != Need::Optional).collect();
                    let mut answer = send(&company, &admin, &of, &name_sent, param, &needed).await;
                    if answer.body["field"] != *name {
                        let all: Vec<_> = params().collect();
                        answer = send(&company, &admin, &of, &name_sent, param, &all).await;
                    }
                    let shown = format!("{} {} {name_sent}: {}", of.method, of.path, answer.body);
                    assert_eq!((answer.status, &answer.body["field"]), (400, &json!(name)), "{shown}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 1000, "{asked}");
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn a_plain_parameter_beside_an_odd_one_does_not_count() {
    let company = Company::start(contract::FUNCTION).await;
    for query in [
        "organization_ids=1&organization_ids[a]=2",
        "organization_ids[a]=2&organization_ids=1",
        "organization_ids[]=1&organization_ids[a]=2",
        "organization_ids%5Ba%5D=2",
        "organization_ids[a]=",
    ] {
        let answer = company.client.get(&format!("/api/contract/contract?{query}")).await;
        answer.refused_field("organization_ids");
    }
    // Nobody reads these.
    company.client.get("/api/contract/contract?x[a]=1&[a]=1&[=1&organization_ids.a=1").await.ok();
}

#[tokio::test]
async fn an_edit_with_an_odd_index_deletes_nothing() {
    let company = Company::start(user::FUNCTION).await;
    let admin = company.client.with("session", &company.stack.session(1).await);
    admin.post("/api/user/menu", json!({ "name": "报价单" })).await.ok();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = admin.send(Method::POST, "/api/user/menu", &form, "menu_id=1&name[a]=x").await;
    answer.refused_field("name");
    assert_eq!(admin.get("/api/user/menu").await.page().0, 1);
}
