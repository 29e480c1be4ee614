//! What older versions have stored, and what this one stores: `golden/` has the items of a company of every version. Whatever
//! changes, they are read, edited and recounted as before.
//!
//! Only the newest file is ever written again, and only until its version is released. That of version 0.1 was written by
//! `golden_company.rs` with the code of commit b1916f5.

use super::golden_company::{KEYED, OFFICE, STAFF, admin, company};
use super::golden_forms::{forms, key, lacking};
use super::golden_lists::{
    ALWAYS, entities, every_filter_finds, every_get_answers, every_list_is_whole, id, ids,
};
use serde_json::{Value, json};
use shared::model::{ENTITY_TYPES, RecordKind};
use shared::store::{Window, log_of, trash_of};
use shared::time::Time;
use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs, path::PathBuf};
use testing::{ADMIN_PHONE, PASSWORD, Stack};

/// The version that writes items today.
const NEWEST: &str = "v1.0";

const COMMAND: &str = "UPDATE_GOLDEN=1 cargo test -p docs --test whole golden";

fn file(version: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", &format!("{version}.jsonl")].iter().collect()
}

/// The items of a company of this version.
pub fn golden(version: &str) -> Vec<Value> {
    let lines = fs::read_to_string(file(version)).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_form_of_item_that_is_written_is_golden() {
    let written = company().await.items().await;
    if env::var_os("UPDATE_GOLDEN").is_some() {
        let changes = fs::read_to_string(testing::root().join("CHANGELOG.md")).unwrap();
        let is_released = changes.contains(&format!("\n## {}.", NEWEST.trim_start_matches('v')));
        assert!(
            !is_released,
            "{NEWEST} is released, so that its file stays as it is: begin a new one, see CONTRIBUTING.md"
        );
        let lines: String = written.iter().map(|item| format!("{item}\n")).collect();
        fs::write(file(NEWEST), lines).unwrap();
    }
    let golden = golden(NEWEST);
    let known = forms(&golden);
    let new: Vec<_> = forms(&written).into_iter().filter(|form| !known.contains(form)).collect();
    assert!(
        new.is_empty(),
        "{NEWEST}.jsonl has none of these: renew it with {COMMAND}, in a new file if {NEWEST} is released\n{}",
        new.join("\n")
    );
    let lacking = lacking(&golden);
    assert!(lacking.is_empty(), "golden_company.rs makes none of these: {lacking:#?}");
}

/// Edits every record of every kind, and signs in.
async fn everything_is_edited(stack: &Stack, items: &[Value]) {
    let edits: BTreeMap<_, _> = [
        ("MNU", ("/api/user/menu", json!({ "menu_id": 0, "note": "改" }))),
        ("USR", ("/api/user/user", json!({ "user_id": 0, "address": "改" }))),
        ("CUS", ("/api/customers/customers", json!({ "customers_id": 0, "job": "改", "nickName": "改名" }))),
        ("ORG", ("/api/customers/organization", json!({ "organization_id": 0, "groupDetail": "改" }))),
        ("FLW", ("/api/record/follow", json!({ "follow_id": 0, "event_note": "改" }))),
        ("DMD", ("/api/record/demand", json!({ "demand_id": 0, "demand_note": "改" }))),
        ("SAT", ("/api/feedback/satisfy", json!({ "satisfy_id": 0, "value": 1 }))),
        ("CON", ("/api/contract/contract", json!({ "contract_id": 0, "amount": 7 }))),
        ("PLN", ("/api/record/plan", json!({ "plan_id": 0, "note": "改" }))),
    ]
    .into();
    for (kind, (path, body)) in edits {
        let client = admin(stack.app.clone(), path);
        for entity in entities(items, kind) {
            let mut body = body.clone();
            let name = body.as_object().unwrap().keys().find(|name| name.ends_with("_id")).unwrap().clone();
            body[&name] = id(entity).into();
            if kind == "MNU" {
                body["name"] = entity["d"]["name"].clone();
            }
            client.post(path, body).await.ok();
        }
    }
    // Their passwords are good, and what was answered once is answered again.
    let office = stack.client(user::FUNCTION).at_address(OFFICE);
    office.signed_in(ADMIN_PHONE, PASSWORD).await.get("/api/user/menu").await.ok();
    office.signed_in(STAFF.0, STAFF.1).await.get("/api/user/menu").await.ok();
    let (path, body, key) = KEYED;
    let client = admin(stack.app.clone(), path).with("idempotency-key", key);
    let again = client.post(path, serde_json::from_str(body).unwrap()).await;
    let first = entities(items, "MNU").find(|menu| menu["d"]["name"] == "钥匙").unwrap();
    assert_eq!(again.ok()["id"], json!(id(first)));
}

/// The table of a company of this version, a while after its last request.
pub async fn table(items: &[Value]) -> Stack {
    let stack = Stack::start().await;
    stack.load(items).await;
    assert_eq!(stack.items().await, items, "the items are as they were");
    stack.advance(3600);
    stack
}

#[tokio::test]
async fn a_table_of_today_is_right_and_stays_so() {
    let items = golden(NEWEST);
    let stack = table(&items).await;
    stack.verify_records().await;
    every_get_answers(&stack).await;
    every_list_is_whole(&stack, &items).await;
    stack.verify_records().await;
    swept(&stack).await;
    stack.verify_records().await;
    every_list_is_whole(&stack, &items).await;
    everything_is_edited(&stack, &items).await;
    stack.verify_records().await;
}

/// What `scripts/verify --repair` is for in a table of version 0.1, by the beginnings of keys: of records, which are found by more
/// filters and whose projections have no names of fields.
const RECORDS_CHANGED_SINCE_V0_1: [&str; 25] = [
    "FLW#",
    "E#follows",
    "E#fe/",
    "N#fe/",
    "E#fv/",
    "N#fv/",
    "DMD#",
    "E#demands",
    "E#de/",
    "N#de/",
    "SAT#",
    "E#satisfaction",
    "N#satisfaction ",
    "CON#",
    "E#contracts",
    "E#signed/organization/",
    "E#ce/",
    "N#ce/",
    "E#cs/",
    "N#cs/",
    "N#contracts/signed ",
    "E#cse/",
    "N#cse/",
    "E#cng/",
    "N#cng/",
];
/// The same of all else.
const OTHERS_CHANGED_SINCE_V0_1: [&str; 30] = [
    // Entries of customers carry them.
    "E#customers ",
    // Customers have owners, and those who are hidden are listed.
    "CUS#",
    "E#customers/of/",
    "E#customers/of0/",
    "N#customers/of0/",
    "E#customers/owner",
    "N#customers/owner",
    "E#cco/",
    "N#cco/",
    "E#customers/0",
    "N#customers/0",
    "E#cg0/",
    "N#cg0/",
    "E#cp0/",
    // Organizations are searched in the first 256 characters of their details only.
    "E#og/",
    "N#og/",
    // Phone numbers are compared by their digits, and names as they are seen.
    "E#cp/",
    "N#cp/",
    "UNIQUE#customer#",
    "UNIQUE#organization#",
    // Employees are found by parts of their names, and the names of organizations are read together.
    "USR#",
    "ORG#",
    "E#eg",
    "N#eg",
    "E#organizations/names",
    // What happened is logged, deleted records are in the trash, and what was once somebody's is remembered.
    "E#log/",
    "N#log/",
    "E#trash/",
    "N#trash/",
    "E#once/",
];

#[tokio::test]
async fn a_table_of_version_0_1_is_brought_up_to_date() {
    let items = golden("v0.1");
    let stack = table(&items).await;
    let store = &stack.app.store;
    let differences = async || {
        let differences = store.verify(ENTITY_TYPES, |_, _| {}).await.unwrap().differences;
        let changed = |line: &String| {
            RECORDS_CHANGED_SINCE_V0_1
                .iter()
                .chain(&OTHERS_CHANGED_SINCE_V0_1)
                .any(|changed| line.starts_with(changed))
        };
        let others: Vec<_> =
            differences.iter().map(ToString::to_string).filter(|line| !changed(line)).collect();
        assert_eq!(others, Vec::<String>::new());
        differences
    };
    assert_ne!(differences().await, []);
    every_get_answers(&stack).await;
    swept(&stack).await;
    let repair = store.repair(differences().await, |_| {}).await.unwrap();
    assert_eq!(repair.left, []);
    stack.verify_records().await;
    everything_is_logged(&stack).await;
    every_list_is_whole(&stack, &items).await;
    every_filter_finds(&stack, &items).await;
    everything_is_edited(&stack, &items).await;
    stack.verify_records().await;
}

/// Each creation, and each version that was replaced or deleted, is in the log; what was deleted is in the trash.
async fn everything_is_logged(stack: &Stack) {
    let items = stack.items().await;
    let keys: Vec<_> = items.iter().map(key).collect();
    for kind in RecordKind::ALL.map(RecordKind::kind) {
        let of_kind: Vec<_> =
            keys.iter().filter(|(p, _)| p.split_once('#').map(|it| it.0) == Some(kind.tag())).collect();
        let replaced = of_kind.iter().filter(|(_, s)| s.starts_with("H#")).count();
        let all: BTreeSet<_> =
            of_kind.iter().filter(|(_, s)| s.starts_with("H#") || *s == "R").map(|(p, _)| p).collect();
        let live = of_kind.iter().filter(|(_, s)| *s == "R").count();
        let total = async |listing| stack.app.store.total(&[listing], Window::ALL).await.unwrap().count;
        assert_eq!(total(log_of(kind)).await, (replaced + all.len()) as u64, "{}", kind.tag());
        assert_eq!(total(trash_of(kind)).await, (all.len() - live) as u64, "{}", kind.tag());
    }
}

#[tokio::test]
async fn records_of_version_0_1_are_listed_edited_and_deleted_before_the_repair_and_counted_right() {
    let items = golden("v0.1");
    let stack = table(&items).await;
    swept(&stack).await;
    every_list_is_whole(&stack, &items).await;
    // Old entries of this list carry nothing.
    for organization in [1, 2] {
        let of = |item: &&Value| item["d"]["organization"] == json!(organization);
        let follows = entities(&items, "FLW").filter(of).map(id).collect();
        let query = format!("organization_id={organization}&{ALWAYS}");
        assert_eq!(ids(&stack, "/api/record/follow", &query).await, follows);
    }
    let deleted = [
        ("FLW", "/api/record/delfollow", "follow_id"),
        ("DMD", "/api/record/deldemand", "demand_id"),
        ("SAT", "/api/feedback/delsatisfy", "satisfy_id"),
        ("CON", "/api/contract/delcontract", "contract_id"),
    ];
    let mut left = items.clone();
    for (kind, path, name) in deleted {
        let last = id(entities(&items, kind).last().unwrap());
        admin(stack.app.clone(), path).post(path, json!({ name: last })).await.ok();
        left.retain(|item| key(item) != (format!("{kind}#{last}").as_str(), "R"));
    }
    everything_is_edited(&stack, &left).await;
    // A record that was edited is found by every filter.
    every_filter_finds(&stack, &left).await;
    let differences = stack.app.store.verify(ENTITY_TYPES, |_, _| {}).await.unwrap().differences;
    let lines = differences.iter().map(ToString::to_string);
    let of_records: Vec<_> =
        lines.filter(|line| RECORDS_CHANGED_SINCE_V0_1.iter().any(|it| line.starts_with(it))).collect();
    assert_eq!(of_records, Vec::<String>::new());
}

#[tokio::test]
async fn a_conflict_over_what_version_0_1_wrote_says_who_wrote_it() {
    let items = golden("v0.1");
    let stack = table(&items).await;
    let (mut known, mut unknown) = (0, 0);
    for (kind, path, name) in [
        ("MNU", "/api/user/menu", "menu_id"),
        ("CUS", "/api/customers/customers", "customers_id"),
        ("ORG", "/api/customers/organization", "organization_id"),
        ("FLW", "/api/record/follow", "follow_id"),
        ("DMD", "/api/record/demand", "demand_id"),
        ("SAT", "/api/feedback/satisfy", "satisfy_id"),
        ("CON", "/api/contract/contract", "contract_id"),
    ] {
        for entity in entities(&items, kind) {
            let partition = key(entity).0;
            let replaced = items.iter().filter(|it| key(it).0 == partition && key(it).1.starts_with("H#"));
            let newest = replaced.max_by_key(|it| key(it).1.to_owned()).map(|it| &it["d"]["by"]);
            let body = json!({ name: id(entity), "version": 999, "name": "x" });
            let answer = admin(stack.app.clone(), path).post(path, body).await;
            let (by, time) = (&answer.body["by"], &answer.body["time"]);
            assert_eq!((answer.status, &answer.body["data"]["id"]), (409, &json!(id(entity))), "{answer:?}");
            match newest {
                Some(newest) => {
                    let at = Time(u32::try_from(newest["at"].as_u64().unwrap()).unwrap()).to_string();
                    assert_eq!((&by["user_id"], time), (&newest["employee"], &json!(at)), "{entity}");
                    known += 1;
                }
                None => {
                    assert_eq!((by, time), (&Value::Null, &Value::Null), "{entity}");
                    unknown += 1;
                }
            }
        }
    }
    assert!(known > 3 && unknown > 3, "{known} and {unknown}");
}

/// The sweeper has come as often as it takes; nothing is left under way.
pub async fn swept(stack: &Stack) {
    for _ in 0..2 {
        stack.advance(3600);
        sweeper::sweep(&stack.app).await.unwrap();
    }
    let left = |item: &Value| ["DEFERRED", "REDO", "RENAME", "SPREAD"].contains(&key(item).0);
    assert_eq!(stack.items().await.into_iter().filter(left).collect::<Vec<_>>(), Vec::<Value>::new());
}
