//! Files that nobody uses go after a day, whoever dies meanwhile.

use crate::place::{PNG, Place, path, token};
use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::model::{File, keys, remove_file, sweep_files};
use shared::store::Store;
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::storage::StorageFault;

const DAY: i64 = 24 * 60 * 60;
const LONG: Duration = Duration::from_secs(60);

fn named(url: &str) -> Value {
    json!({ "customers_id": 2, "follower_id": 3, "record_time": "2021-07-31", "event": 2, "event_attach": url })
}

async fn sweep(place: &Place, store: &Store) -> shared::Result<()> {
    let app = &place.stack().app;
    sweep_files(store, app.bucket.as_ref().unwrap(), app.clock.epoch(), LONG).await
}

/// Everything in the table about files.
async fn left(place: &Place) -> usize {
    let items = place.stack().items().await;
    let is_of_files =
        |item: &&Value| item["p"].as_str().is_some_and(|p| p == "UNUSED" || p.starts_with("FILE#"));
    items.iter().filter(is_of_files).count()
}

#[tokio::test]
async fn what_nobody_has_used_in_a_day_goes_and_what_is_used_stays() {
    let place = Place::open().await;
    let used = place.upload("a.png", "image/png", PNG).await;
    let unused = place.upload("b.png", "image/png", PNG).await;
    let never = place.announce("c.png", "image/png", 5).await;
    place.client_of(record::FUNCTION).post("/api/record/upload", named(&used)).await.ok();
    place.stack().advance(DAY - 1);
    sweeper::sweep(&place.stack().app).await.unwrap();
    assert!(place.is_stored(&unused).await, "a day has not passed");
    place.stack().advance(1);
    let young = place.upload("d.png", "image/png", PNG).await;
    sweeper::sweep(&place.stack().app).await.unwrap();
    assert!(!place.is_stored(&unused).await);
    assert_eq!(place.file(&unused).await, None);
    assert_eq!(place.file(never.ok()["url"].as_str().unwrap()).await, None);
    place.show(&unused).await.refused(StatusCode::NOT_FOUND, "not_found");
    for url in [&used, &young] {
        assert_eq!(place.shown(url).await.body, PNG);
    }
    assert_eq!(left(&place).await, 3, "the used file, and the young one with its mark");
}

#[tokio::test]
async fn wherever_a_sweeper_dies_the_next_one_ends_it() {
    for calls in 0.. {
        let place = Place::open().await;
        let url = place.upload("a.png", "image/png", PNG).await;
        place.stack().advance(DAY);
        let dies = move |seen: SeenCall<'_>| match seen.before.cmp(&calls) {
            std::cmp::Ordering::Less => Fault::Pass,
            std::cmp::Ordering::Equal => Fault::LostAnswer,
            std::cmp::Ordering::Greater => Fault::LostRequest,
        };
        let store = place.stack().over(client(&place.stack().endpoint, Hold::default(), dies));
        let lived = sweep(&place, &store.busy_limit(Duration::from_millis(1))).await.is_ok();
        // A record cannot name what is half deleted, nor does it bring it back.
        let answer = place.client_of(record::FUNCTION).post("/api/record/upload", named(&url)).await;
        if answer.status == 200 {
            assert!(place.file(&url).await.unwrap().is_used && place.is_stored(&url).await, "{calls}");
            place.stack().advance(DAY);
            sweep(&place, &place.stack().app.store).await.unwrap();
            assert_eq!(place.shown(&url).await.body, PNG, "{calls}");
        } else {
            answer.refused_field("event_attach");
            sweep(&place, &place.stack().app.store).await.unwrap();
            assert!(!place.is_stored(&url).await, "{calls}");
            assert_eq!(left(&place).await, 0, "{calls}");
        }
        if lived {
            assert!(calls > 3, "{calls}");
            break;
        }
    }
}

#[tokio::test]
async fn a_storage_that_fails_keeps_the_file_for_the_next_run() {
    let place = Place::open().await;
    let url = place.upload("a.png", "image/png", PNG).await;
    place.stack().advance(DAY);
    let storage = place.stack().storage.as_ref().unwrap();
    let other = place.upload("b.png", "image/png", PNG).await;
    place.stack().advance(DAY);
    let object = File::object(&token(&url));
    storage.script(move |call| match call.method {
        "DELETE" if call.key == object => StorageFault::Refused,
        _ => StorageFault::None,
    });
    sweep(&place, &place.stack().app.store).await.unwrap_err();
    assert!(place.is_stored(&url).await);
    assert!(!place.is_stored(&other).await, "it does not keep the others");
    place.show(&url).await.refused(StatusCode::NOT_FOUND, "not_found");
    // Its answer is lost: it is deleted twice.
    storage.script(|call| match call.method {
        "DELETE" => StorageFault::LostAnswer,
        _ => StorageFault::None,
    });
    sweep(&place, &place.stack().app.store).await.unwrap_err();
    storage.script(|_| StorageFault::None);
    sweep(&place, &place.stack().app.store).await.unwrap();
    assert!(!place.is_stored(&url).await);
    assert_eq!(left(&place).await, 0);
}

#[tokio::test]
async fn of_a_record_and_a_sweeper_at_once_one_has_the_file() {
    let (mut kept, mut gone) = (0, 0);
    for round in 0..20 {
        let place = Place::open().await;
        let url = place.upload("a.png", "image/png", PNG).await;
        place.stack().advance(DAY);
        let store = place.stack().app.store.clone();
        let client = place.client_of(record::FUNCTION);
        let write = client.post("/api/record/upload", named(&url));
        // The first sweeper is before everybody, the last one after.
        let (answer, swept) = match round {
            0 => {
                let swept = sweep(&place, &store).await;
                (write.await, swept)
            }
            19 => {
                let answer = write.await;
                (answer, sweep(&place, &store).await)
            }
            _ => {
                let swept = async {
                    tokio::time::sleep(Duration::from_millis(round)).await;
                    sweep(&place, &store).await
                };
                futures_util::future::join(write, swept).await
            }
        };
        swept.unwrap();
        if answer.status == 200 {
            assert!(place.is_stored(&url).await && place.file(&url).await.unwrap().is_used);
            kept += 1;
        } else {
            answer.refused_field("event_attach");
            assert!(!place.is_stored(&url).await);
            assert_eq!(left(&place).await, 0);
            gone += 1;
        }
    }
    assert_eq!(kept + gone, 20);
    assert!(kept > 0 && gone > 0, "{kept} kept, {gone} gone");
}

#[tokio::test]
async fn two_sweepers_at_once_do_it_once() {
    let place = Place::open().await;
    for n in 0..5 {
        place.upload(&format!("{n}.png"), "image/png", PNG).await;
    }
    place.stack().advance(DAY);
    let store = &place.stack().app.store;
    let (a, b) = futures_util::future::join(sweep(&place, store), sweep(&place, store)).await;
    a.and(b).unwrap();
    assert_eq!(left(&place).await, 0);
    assert_eq!(place.stack().app.bucket.as_ref().unwrap().list(File::OBJECTS).await.unwrap(), []);
}

#[tokio::test]
async fn a_used_file_is_removed_with_whatever_it_has() {
    let place = Place::open().await;
    let url = place.upload("a.png", "image/png", PNG).await;
    place.client_of(record::FUNCTION).post("/api/record/upload", named(&url)).await.ok();
    let (app, token) = (&place.stack().app, token(&url));
    let bucket = app.bucket.as_ref().unwrap();
    assert!(remove_file(&app.store, bucket, &token).await.unwrap());
    assert!(!remove_file(&app.store, bucket, &token).await.unwrap());
    assert_eq!(app.store.get::<File>(&keys::file(&token)).await.unwrap(), None);
    assert!(!place.is_stored(&url).await);
    assert_eq!(left(&place).await, 0);
    // The record keeps the address, and may be edited with it.
    let edit = json!({ "follow_id": 1, "event_attach": url, "event_note": "补充" });
    place.client_of(record::FUNCTION).post("/api/record/follow", edit).await.ok();
    assert!(path(&url).ends_with(".png"));
}
