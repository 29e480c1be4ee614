//! What a table of a golden company answers: every GET, every list whole, and by every filter what passes it.

use super::golden_company::admin;
use super::golden_forms::key;
use super::reference::{text, value};
use axum::http::Method;
use docs::reference;
use serde_json::{Value, json};
use shared::http::reference::{Described, Need, Param};
use std::collections::BTreeSet;
use testing::Stack;
use testing::encoded::encoded;

/// All of time.
pub const ALWAYS: &str = "start_time=1970-01-01&end_time=2105-12-31";

/// Checks that every GET answers 200, with each of its parameters.
pub async fn every_get_answers(stack: &Stack) {
    let operations = reference().operations;
    // What has a name in its path is for those who know one, and what is about one job wants a bucket.
    let gets = operations.iter().filter(|it| it.method == Method::GET && !it.path.contains('{'));
    let of_job = |it: &&Described| {
        it.operation.params.iter().any(|param| param.name == "job_id" && param.need == Need::Required)
    };
    let gets = gets.filter(|it| !of_job(it));
    for described in gets {
        let client = admin(stack.app.clone(), described.path);
        // A job goes on when it is asked for, and wants a bucket.
        let mut params = described.operation.params.clone();
        params.retain(|param| param.name != "job_id");
        // Only the customers of an owner have a window.
        if described.path == "/api/customers/customers" {
            params.retain(|param| !["start_time", "end_time"].contains(&param.name));
        }
        // All of time has too many months.
        if described.path == "/api/stats/trend" {
            params.retain(|param| param.name != "all");
        }
        let is_needed = |param: &&Param| {
            param.need == Need::Required || described.operation.one_of.first() == Some(&param.name)
        };
        let needed: Vec<_> = params.iter().filter(is_needed).collect();
        let has_window = params.iter().any(|param| param.name == "start_time");
        // What is needed, with each of the others.
        for more in params.iter().map(Some).chain([None]) {
            let sent = needed.iter().copied().chain(more.filter(|more| !is_needed(more)));
            let mut query: Vec<_> = sent
                // Tables of older versions have no records of kinds that are newer.
                .map(|param| {
                    (param.name, if param.name == "kind" { json!("contract") } else { value(param) })
                })
                .map(|(name, value)| (name, text(&value)))
                .map(|(name, value)| format!("{name}={}", encoded(&value)))
                .collect();
            if has_window && more.is_none() && described.path != "/api/stats/trend" {
                query.push(ALWAYS.to_owned());
            }
            let uri = format!("{}?{}", described.path, query.join("&"));
            assert_eq!(client.get(&uri).await.status, 200, "{uri}");
        }
    }
}

/// Checks that every list shows every record.
pub async fn every_list_is_whole(stack: &Stack, items: &[Value]) {
    for (kind, path, query) in LISTS {
        let found = ids(stack, path, query).await;
        let is_shown = |item: &&Value| kind != "CUS" || item["d"]["status"] != json!(0);
        let expected = entities(items, kind).filter(is_shown).map(id).collect();
        assert_eq!(found, expected, "{path}");
    }
    for (kind, path) in OF_CUSTOMERS {
        for customer in entities(items, "CUS").map(id) {
            let of_customer = |item: &&Value| item["d"]["occasion"]["customer"] == json!(customer);
            let expected = entities(items, kind).filter(of_customer).map(id).collect();
            assert_eq!(
                ids(stack, path, &format!("customers_id={customer}&{ALWAYS}")).await,
                expected,
                "{path}"
            );
        }
    }
    // Also those whose index was not done.
    for customer in entities(items, "CUS").filter(|it| it["d"]["status"] != json!(0)) {
        for field in ["nick_name", "real_name"] {
            let name: Vec<_> = customer["d"][field].as_str().unwrap().chars().collect();
            if let Some(end) = name.rchunks(4).next() {
                let query = format!("name={}", encoded(&end.iter().collect::<String>()));
                let found = ids(stack, "/api/customers/customers", &query).await;
                assert!(found.contains(&id(customer)), "{customer} by {field}: {found:?}");
            }
        }
    }
}

/// Checks that every record is found by each filter of its list that it passes, and no other.
pub async fn every_filter_finds(stack: &Stack, items: &[Value]) {
    for (kind, path, filter, values) in FILTERS {
        let values_of = |entity: &Value| values(&entity["d"]).into_iter().filter(|value| !value.is_null());
        let all: BTreeSet<_> = entities(items, kind).flat_map(values_of).map(|value| text(&value)).collect();
        assert!(!all.is_empty(), "no record is found by {filter} of {path}");
        for value in all {
            let has = |entity: &&Value| values_of(entity).any(|its| text(&its) == value);
            let expected = entities(items, kind).filter(has).map(id).collect();
            let window = if kind == "CUS" { "all=true" } else { ALWAYS };
            let query = format!("{filter}={}&{window}", encoded(&value));
            assert_eq!(ids(stack, path, &query).await, expected, "{path}?{query}");
        }
    }
}

/// The values of a filter that find a record, of its document.
type Values = fn(&Value) -> Vec<Value>;

/// The filters of lists of records, and for which values of them a record is found.
const FILTERS: [(&str, &str, &str, Values); 13] = [
    ("CUS", "/api/customers/customers", "owner_id", |it| match it["status"] == json!(0) {
        true => Vec::new(),
        false => vec![it["owner"].as_u64().map_or(json!("none"), Value::from)],
    }),
    ("CUS", "/api/customers/customers", "status", |it| vec![it["status"].clone(), json!("all")]),
    ("FLW", "/api/record/follow", "organization_id", |it| vec![it["organization"].clone()]),
    ("FLW", "/api/record/follow", "user_id", |it| employees(&it["occasion"], "operator")),
    ("FLW", "/api/record/follow", "event", |it| vec![it["event"].clone()]),
    ("DMD", "/api/record/demand", "organization_id", |it| vec![it["organization"].clone()]),
    ("DMD", "/api/record/demand", "user_id", |it| employees(&it["occasion"], "operator")),
    ("DMD", "/api/record/demand", "customers_id", |_| vec![json!("all")]),
    ("SAT", "/api/feedback/satisfy", "customers_id", |_| vec![json!("all")]),
    ("CON", "/api/contract/contract", "status", |it| vec![it["status"].clone()]),
    ("CON", "/api/contract/contract", "user_id", |it| employees(it, "creator")),
    ("CON", "/api/contract/contract", "name", |it| vec![it["name"].clone()]),
    ("CON", "/api/contract/contract", "time", |it| {
        let signed = !it["signed"].is_null();
        [json!("create")].into_iter().chain(signed.then(|| json!("sign"))).collect()
    }),
];

fn employees(record: &Value, writer: &str) -> Vec<Value> {
    let followers = record["followers"].as_array().unwrap();
    followers.iter().chain([&record[writer]]).cloned().collect()
}

/// The lists of all records of a kind.
const LISTS: [(&str, &str, &str); 7] = [
    ("MNU", "/api/user/menu", ""),
    ("USR", "/api/user/user", "status=all"),
    ("CUS", "/api/customers/customers", ""),
    ("ORG", "/api/customers/organization", "status=2"),
    ("FLW", "/api/record/follow", ALWAYS),
    ("CON", "/api/contract/contract", ALWAYS),
    ("PLN", "/api/record/plan", "user_id=all&due=all"),
];

/// The lists of records of one customer.
const OF_CUSTOMERS: [(&str, &str); 3] =
    [("FLW", "/api/record/follow"), ("DMD", "/api/record/demand"), ("SAT", "/api/feedback/satisfy")];

pub async fn ids(stack: &Stack, path: &str, query: &str) -> BTreeSet<u64> {
    let answer = admin(stack.app.clone(), path).get(&format!("{path}?count=100&{query}")).await;
    let ids: BTreeSet<_> = answer.ids().into_iter().collect();
    assert_eq!(answer.page().0, ids.len() as u64, "{path}?{query}");
    ids
}

pub fn entities<'a>(items: &'a [Value], kind: &str) -> impl Iterator<Item = &'a Value> {
    let partition = format!("{kind}#");
    items.iter().filter(move |item| key(item).0.starts_with(&partition) && key(item).1 == "R")
}

pub fn id(entity: &Value) -> u64 {
    key(entity).0.split_once('#').unwrap().1.parse().unwrap()
}
