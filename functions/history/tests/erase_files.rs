//! Forgetting a person: the files that were about them go, wherever they were named, and whoever dies meanwhile.

use crate::person::{CUSTOMERS, MarkedTable, OTHER, PATH, PERSON};
use serde_json::json;
use shared::model::{File, FileLink, erase_customer, keys};
use shared::store::Author;
use shared::time::Time;
use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::storage::StorageFault;
use testing::upload::upload_form;

const FILE: &str = "/api/file/file";

/// A person with six files: in a field of theirs and in what was there before, in a record, in its version, in a deleted record, and
/// in one that is somebody else's today. Somebody else's file is the last.
async fn company() -> (MarkedTable, Vec<String>) {
    let table = MarkedTable::with_storage().await;
    let mut files = Vec::new();
    for n in 0..7 {
        let body = json!({ "name": format!("{n}.txt"), "size": 5, "content_type": "text/plain" });
        let announced = table.post(FILE, body).await;
        assert_eq!(upload_form(&announced.ok()["upload"], b"hello").await.status, 204);
        files.push(announced.ok()["url"].as_str().unwrap().to_owned());
    }
    let customer = |name: &str, avatar: &str| json!({ "nickName": name, "avatar": avatar });
    table.post(CUSTOMERS, customer("某人", &files[0])).await.ok();
    table.post(CUSTOMERS, customer("别人", &files[6])).await.ok();
    table.post(CUSTOMERS, json!({ "customers_id": PERSON, "avatar": files[1] })).await.ok();
    let upload = |attach: &str| json!({ "customers_id": PERSON, "follower_id": [1], "record_time": "2021-07-30", "event": 2, "event_attach": attach });
    for file in &files[2..6] {
        if file != &files[3] {
            table.post("/api/record/upload", upload(file)).await.ok();
        }
    }
    table.post("/api/record/follow", json!({ "follow_id": 1, "event_attach": files[3] })).await.ok();
    table.post("/api/record/delfollow", json!({ "follow_id": 2 })).await.ok();
    let moved = json!({ "follow_id": 3, "customers_id": OTHER, "event_attach": null });
    table.post("/api/record/follow", moved).await.ok();
    (table, files)
}

async fn erase(table: &MarkedTable) {
    let erased = table.post(PATH, json!({ "customers_id": PERSON })).await;
    assert_eq!(erased.ok()["left"], 0);
}

/// Checks that the person's files are gone and somebody else's is there.
async fn check(table: &MarkedTable, files: &[String]) {
    let app = &table.stack.app;
    let bucket = app.bucket.as_ref().unwrap();
    for (n, url) in files.iter().enumerate() {
        let token = FileLink::parse(url).unwrap().token;
        let item = app.store.get::<File>(&keys::file(&token)).await.unwrap();
        let object = bucket.size(&File::object(&token)).await.unwrap();
        assert_eq!((item.is_some(), object.is_some()), (n == 6, n == 6), "the file {n}");
    }
    table.stack.verify_records().await;
}

#[tokio::test]
async fn all_files_that_were_ever_named_for_a_person_go_with_them() {
    let (table, files) = company().await;
    erase(&table).await;
    check(&table, &files).await;
    let again = table.post(PATH, json!({ "customers_id": PERSON })).await;
    assert_eq!(again.ok(), &json!({ "touched": 0, "left": 0 }));
}

#[tokio::test]
async fn wherever_an_erasure_dies_the_next_one_finds_the_files_that_are_left() {
    for calls in (0..).step_by(11) {
        let (table, files) = company().await;
        let stack = &table.stack;
        let dies = move |seen: SeenCall<'_>| match seen.before >= calls {
            true => Fault::LostRequest,
            false => Fault::Pass,
        };
        let store = stack.over(client(&stack.endpoint, Hold::default(), dies));
        let store = store.busy_limit(Duration::from_millis(1)).with_clock(stack.app.clock.clone());
        let (bucket, author) =
            (stack.app.bucket.as_ref().unwrap(), Author { by: 1, at: Time(1_627_800_000) });
        let lived = erase_customer(&store, bucket, PERSON, author, Duration::from_secs(600)).await.is_ok();
        erase(&table).await;
        check(&table, &files).await;
        if lived {
            assert!(calls > 20, "{calls}");
            break;
        }
    }
}

#[tokio::test]
async fn a_storage_that_fails_leaves_the_rest_for_the_next_call() {
    let (table, files) = company().await;
    let storage = table.stack.storage.as_ref().unwrap();
    let seen = Mutex::new(HashSet::new());
    storage.script(move |call| match seen.lock().unwrap().insert(call.key.to_owned()) {
        true => StorageFault::LostAnswer,
        false => StorageFault::None,
    });
    erase(&table).await;
    storage.script(|_| StorageFault::None);
    check(&table, &files).await;

    let (table, files) = company().await;
    let storage = table.stack.storage.as_ref().unwrap();
    storage.script(|_| StorageFault::Refused);
    table
        .post(PATH, json!({ "customers_id": PERSON }))
        .await
        .refused(axum::http::StatusCode::SERVICE_UNAVAILABLE, "busy");
    storage.script(|_| StorageFault::None);
    erase(&table).await;
    check(&table, &files).await;
}
