//! An export has exactly what its list shows.

use crate::office::{EXPORT, Office, body, create, expected, filters, lists, records};
use fastrand::Rng;
use serde_json::{Map, Value, json};
use shared::http::reference::Reference;
use shared::http::{CellKind, Column};
use std::collections::BTreeSet;

/// Combinations of filters for each list; 200 in the soak.
fn rounds() -> u32 {
    std::env::var("EXPORT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40)
}

async fn equals_its_list(kind: &str) {
    let office = Office::start().await;
    let list = crate::office::list(kind);
    let mut random = Rng::with_seed(7);
    for _ in 0..60 {
        create(&office, kind, &mut random).await;
    }
    let mut not_empty = 0;
    for round in 0..rounds() {
        let filters = if round == 0 && kind != "satisfy" { Vec::new() } else { filters(kind, &mut random) };
        let rows = office.rows(list, &filters).await;
        let id = office.begin(body(kind, &filters)).await;
        // Walks of every length.
        let job = office.work_off(office.store(), id, random.u32(1..80)).await;
        let file = office.bytes(id).await;
        let expected: Vec<_> = rows.iter().map(|row| expected(list.columns, row)).collect();
        assert_eq!(records(list.columns, &file), expected, "{kind} {filters:?}");
        assert_eq!((job.rows, job.done_rows), (rows.len() as u64, rows.len() as u64), "{kind} {filters:?}");
        not_empty += u32::from(!rows.is_empty());
    }
    assert!(not_empty * 4 > rounds(), "{not_empty}");
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn an_export_of_customers_equals_all_pages_of_the_list() {
    equals_its_list("customers").await;
}

#[tokio::test]
async fn an_export_of_organizations_equals_all_pages_of_the_list() {
    equals_its_list("organization").await;
}

#[tokio::test]
async fn an_export_of_follow_ups_equals_all_pages_of_the_list() {
    equals_its_list("follow").await;
}

#[tokio::test]
async fn an_export_of_demands_equals_all_pages_of_the_list() {
    equals_its_list("demand").await;
}

#[tokio::test]
async fn an_export_of_satisfaction_equals_all_pages_of_the_list() {
    equals_its_list("satisfy").await;
}

#[tokio::test]
async fn an_export_of_contracts_equals_all_pages_of_the_list() {
    equals_its_list("contract").await;
}

#[tokio::test]
async fn what_a_list_refuses_its_export_refuses_in_the_same_words() {
    let office = Office::start().await;
    let cases = [
        ("customers", json!({ "phoneNumber": "12" })),
        ("customers", json!({ "status": "2" })),
        ("customers", json!({ "owner_id": "all", "customers_id": "x" })),
        ("customers", json!({ "customers_id": "all" })),
        ("organization", json!({ "status": "all" })),
        ("organization", json!({ "organization_ids": "1,x" })),
        ("follow", json!({ "event": 6 })),
        ("follow", json!({ "customers_id": 0, "user_id": "me" })),
        ("follow", json!({ "start_time": "2021-02-30" })),
        ("follow", json!({ "start_time": "2021-08-02", "end_time": "2021-08-01" })),
        ("follow", json!({ "all": true, "start_time": "2021-08-02" })),
        ("demand", json!({ "customers_id": "none" })),
        ("satisfy", json!({})),
        ("contract", json!({ "status": "all" })),
        ("contract", json!({ "time": "remit" })),
        ("contract", json!({ "name": "\u{1}" })),
    ];
    for (kind, filters) in cases {
        let list = crate::office::list(kind);
        let pairs: Vec<(String, Value)> =
            filters.as_object().unwrap().clone().into_iter().collect::<Map<_, _>>().into_iter().collect();
        let query: Vec<_> = pairs
            .iter()
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{name}={}", testing::encoded::encoded(&text))
            })
            .collect();
        let of_list = office.at(list.path).get(&format!("{}?{}", list.path, query.join("&"))).await;
        let of_export = office.company.client.post(EXPORT, body(kind, &pairs)).await;
        assert_eq!(of_list.status, 400, "{kind} {filters}");
        for key in ["msg", "field", "code"] {
            assert_eq!(of_export.body[key], of_list.body[key], "{kind} {filters}");
        }
    }
    let before = office.company.stack.dump().await;
    for kind in ["plan", "user", "menu", "job", ""] {
        office.company.client.post(EXPORT, json!({ "kind": kind })).await.refused_field("kind");
    }
    office
        .company
        .client
        .post(EXPORT, json!({ "kind": "follow", "format": "pdf" }))
        .await
        .refused_field("format");
    assert_eq!(office.company.stack.dump().await, before, "what is refused writes nothing");
}

#[test]
fn every_filter_of_a_list_is_one_of_the_export_and_every_field_of_a_row_has_a_column() {
    let reference = |function: shared::http::Function| (function.describe)(Reference::default());
    let operations = reference(transfer::FUNCTION).operations;
    let export = operations.iter().find(|it| it.path == EXPORT).unwrap();
    let mut left: BTreeSet<_> = export.operation.params.iter().map(|param| param.name).collect();
    assert!(left.remove("kind") && left.remove("format"));
    let mut of_lists = BTreeSet::new();
    for list in lists() {
        let functions = [customers::FUNCTION, record::FUNCTION, feedback::FUNCTION, contract::FUNCTION];
        let function = testing::function_of(&functions, list.path);
        let reference = reference(function);
        let operation =
            reference.operations.iter().find(|it| it.path == list.path && !it.has_body()).unwrap();
        let names = operation.operation.params.iter().map(|param| param.name);
        of_lists.extend(names.filter(|name| !["page", "count"].contains(name)));
        let document = reference.document(shared::http::reference::Dialect::Lenient);
        let rows = format!(
            "/paths/{}/get/responses/200/content/application~1json/schema/properties/data/items/$ref",
            list.path.replace('/', "~1")
        );
        let row = document
            .pointer(&rows)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{rows}"))
            .trim_start_matches('#');
        let fields = document.pointer(&format!("{row}/properties")).and_then(Value::as_object).unwrap();
        let shown: BTreeSet<_> =
            list.columns.iter().map(|column: &Column| column.key.split('.').next().unwrap()).collect();
        assert_eq!(fields.keys().map(String::as_str).collect::<BTreeSet<_>>(), shown, "{}", list.kind);
        let headings: BTreeSet<_> = list.columns.iter().map(|column| column.heading).collect();
        assert_eq!(headings.len(), list.columns.len(), "two columns have one heading");
        assert!(list.columns.iter().all(|column| !matches!(column.cell, CellKind::Word([]))));
    }
    assert_eq!(left, of_lists);
}
