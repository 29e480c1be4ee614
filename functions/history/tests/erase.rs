//! Forgetting a person: nothing of them is left anywhere, and nothing else changes.

use crate::person::{CUSTOMERS, FUNCTIONS, MarkedTable, OTHER, PATH, PERSON};
use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::model::{Customer, Follow, RecordKind};
use shared::store::{ChangeAction, Entity, LogEntry, Order, Window, log_of};

/// Checks that nothing in an item is empty.
fn check_full(at: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| check_full(&format!("{at}.{name}"), value))
        }
        _ => assert!(
            !value.is_null() && value != "",
            "{at} is not filled: nobody would see whether it is erased"
        ),
    }
}

#[tokio::test]
async fn nothing_of_a_person_is_left_anywhere_and_nothing_else_changes() {
    assert_eq!(RecordKind::ALL.len(), 9, "does a new kind tell something about customers?");
    let table = MarkedTable::start().await;
    // A field that somebody adds has to be filled here.
    let [.., plan] = table.record(30).await;
    table.post("/api/record/plan", json!({ "plan_id": plan, "done": true })).await.ok();
    let items = table.stack.items().await;
    for key in ["CUS#1", "FLW#1", "DMD#1", "SAT#1", "PLN#1"] {
        let item = items.iter().find(|item| item["p"] == key && item["s"] == "R").unwrap();
        check_full(key, &item["d"]);
    }
    table.live().await;
    let marks = table.marks.0.lock().unwrap().len();
    let found = table.marks.found_in(&table.stack).await;
    assert_eq!(found.len(), marks + 3, "each of them, the short name and its two characters");
    let seen = table.seen().await;

    let erasure = table.erase().await;
    // 16 of each kind, and the customer.
    assert_eq!((erasure.touched, erasure.left), (65, 0));
    assert_eq!(table.marks.found_in(&table.stack).await, [""; 0]);
    let theirs = |item: &&Value| {
        item["p"].as_str().unwrap().starts_with("E#cp/") && item["s"].as_str().unwrap().ends_with("00000001")
    };
    assert_eq!(table.stack.items().await.iter().find(theirs), None, "nobody is found by the number");
    for (before, after) in seen.iter().zip(table.seen().await) {
        assert_eq!(*before, after);
    }
    table.stack.verify_records().await;

    let before = table.dump().await;
    let again = table.erase().await;
    assert_eq!((again.touched, again.left, again.wcu), (0, 0, 0.0));
    assert_eq!(table.dump().await, before);
}

#[tokio::test]
async fn an_erasure_is_one_edit_in_the_log_of_the_customer_and_none_in_that_of_records() {
    let table = MarkedTable::start().await;
    table.record(30).await;
    let store = &table.stack.app.store;
    let follow = store.history::<Follow>(1).await.unwrap().unwrap();
    table.erase().await;
    assert_eq!(store.history::<Follow>(1).await.unwrap().unwrap().changes, follow.changes);
    let history = store.history::<Customer>(PERSON).await.unwrap().unwrap();
    let changes: Vec<_> = history.changes.iter().map(|change| (change.action, change.author.by)).collect();
    assert_eq!(changes, [(ChangeAction::Create, 1), (ChangeAction::Edit, 1)]);
    let log = store.all(&[log_of(Customer::KIND)], Window::ALL, Order::Ascending).await.unwrap();
    let titles =
        log.iter().filter(|entry| entry.point.id == PERSON).map(|entry| LogEntry::of(entry).unwrap());
    assert_eq!(titles.map(|entry| entry.title.text).collect::<Vec<_>>(), ["", ""]);
    // Whoever has opened the form before is told.
    let old = json!({ "follow_id": 1, "version": 1, "gain": table.marks.text(30) });
    table.post("/api/record/follow", old).await.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!(table.marks.found_in(&table.stack).await, [""; 0]);
    // What is left of the customer can still be edited, and somebody new be entered in their place.
    let customer = |body: Value| table.post("/api/customers/customers", body);
    customer(json!({ "customers_id": PERSON, "type": 3 })).await.ok();
    customer(json!({ "customers_id": PERSON, "nickName": "新人" })).await.ok();
    let unnamed = json!({ "customers_id": PERSON, "nickName": "" });
    customer(unnamed).await.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
}

#[tokio::test]
async fn a_number_that_others_share_stays_theirs_and_a_number_that_was_given_up_is_free() {
    let table = MarkedTable::start().await;
    let phone = table.marks.phone();
    let share = json!({ "customers_id": PERSON, "phoneNumber": phone });
    table.post(CUSTOMERS, share).await.ok();
    let shared = json!({ "customers_id": OTHER, "phoneNumber": phone, "allow_duplicate": true });
    table.post(CUSTOMERS, shared).await.ok();
    table.erase().await;
    let found = table.get(&format!("{CUSTOMERS}?phoneNumber={phone}")).await;
    assert_eq!(found.ids(), [u64::from(OTHER)]);
    let third = json!({ "nickName": "第三个", "phoneNumber": phone });
    table.post(CUSTOMERS, third.clone()).await.refused(StatusCode::CONFLICT, "duplicate");
    table.post(CUSTOMERS, json!({ "customers_id": OTHER, "phoneNumber": "" })).await.ok();
    table.post(CUSTOMERS, third).await.ok();
    table.stack.verify_records().await;
}

#[tokio::test]
async fn only_admins_erase_and_only_customers() {
    let table = MarkedTable::start().await;
    let before = table.dump().await;
    let staff = table.stack.client_of(FUNCTIONS, PATH, &table.staff);
    staff.post(PATH, json!({ "customers_id": PERSON })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    table.post(PATH, json!({ "customers_id": 99 })).await.refused(StatusCode::NOT_FOUND, "not_found");
    for wrong in [
        json!({}),
        json!({ "customers_id": null }),
        json!({ "customers_id": "x" }),
        json!({ "customers_id": 0 }),
    ] {
        table.post(PATH, wrong).await.refused_field("customers_id");
    }
    assert_eq!(table.dump().await, before);
    let client = table.stack.client_of(FUNCTIONS, PATH, &table.admin).with("idempotency-key", "k");
    let first = client.post(PATH, json!({ "customers_id": PERSON })).await;
    assert_eq!(first.ok()["touched"], 1);
    let again = client.post(PATH, json!({ "customers_id": PERSON })).await;
    assert_eq!(again.body, first.body);
}
