//! Comparing table and bucket: what only one of them has.

use crate::place::{PNG, Place, token};
use bytes::Bytes;
use serde_json::json;
use shared::model::{ENTITY_TYPES, File, FileReport, check_files};
use shared::time::Clock;

const DAY: i64 = 24 * 60 * 60;

async fn check(place: &Place, epoch: i64) -> FileReport {
    let app = &place.stack().app;
    let named = app.store.verify(ENTITY_TYPES, |_, _| {}).await.unwrap().named;
    check_files(&app.store, app.bucket.as_ref().unwrap(), &named, epoch).await.unwrap()
}

#[tokio::test]
async fn objects_without_an_item_and_used_files_without_an_object_are_found() {
    let place = Place::open().await;
    let named = |url: &str| json!({ "customers_id": 2, "follower_id": 3, "record_time": "2021-07-31", "event": 2, "event_attach": url });
    let used = place.upload("a.png", "image/png", PNG).await;
    let lost = place.upload("b.png", "image/png", PNG).await;
    place.upload("c.png", "image/png", PNG).await;
    // Announced, and neither uploaded nor used: that is nobody's fault.
    place.announce("d.png", "image/png", 5).await;
    let record = place.client_of(record::FUNCTION);
    for url in [&used, &lost] {
        record.post("/api/record/upload", named(url)).await.ok();
    }
    let bucket = place.stack().app.bucket.as_ref().unwrap();
    bucket.delete(&File::object(&token(&lost))).await.unwrap();
    let orphan = format!("files/{}", "0".repeat(32));
    for key in [orphan.as_str(), "files/odd", "exports/1"] {
        bucket.put(key, "text/plain", Bytes::from_static(b"x")).await.unwrap();
    }
    // The storage has the machine's clock.
    let now = Clock::utc().epoch();
    let mut expected = FileReport { files: 4, orphans: vec![], missing: vec![token(&lost)] };
    assert_eq!(check(&place, now).await, expected, "they are young");
    expected.orphans = vec![orphan, "files/odd".to_owned()];
    assert_eq!(check(&place, now + DAY + 1).await, expected);
}
