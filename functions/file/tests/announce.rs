//! Announcing files and uploading them: what the function refuses, and what the storage does.

use crate::place::{PATH, PNG, Place, send, send_changed, token};
use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::model::File;
use shared::time::Clock;
use testing::storage::StorageFault;

#[tokio::test]
async fn a_file_is_uploaded_past_the_function_and_its_address_lasts() {
    let place = Place::open().await;
    let announced = place.announce("C:\\图\\合同 1.png", "IMAGE/PNG", PNG.len()).await;
    let url = announced.ok()["url"].as_str().unwrap();
    assert!(url.starts_with("https://crm.example/api/file/"), "{url}");
    assert!(url.ends_with("/%E5%90%88%E5%90%8C%201.png"), "{url}");
    assert_eq!(announced.ok()["expires"], "2021-08-01 12:10:00");
    assert_eq!(announced.cost().depth, 2, "the session, and the transaction");
    assert!(!place.is_stored(url).await);

    let sent = send(&announced, PNG).await;
    assert_eq!((sent.status, sent.header("access-control-allow-origin")), (204, "*"));
    let file = place.file(url).await.unwrap();
    let expected = File {
        name: "合同 1.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: PNG.len() as u64,
        by: 2,
        created: 1_627_790_400,
        is_used: false,
        is_leaving: false,
    };
    assert_eq!(file, expected);
    assert_eq!(place.shown(url).await.body, PNG);
    // A browser that got no answer sends it again.
    assert_eq!(send(&announced, PNG).await.status, 204);
}

#[tokio::test]
async fn the_storage_refuses_what_was_not_announced() {
    let place = Place::open().await;
    let announced = place.announce("a.png", "image/png", 5).await;
    let url = announced.ok()["url"].as_str().unwrap();
    let other = format!("files/{}", "0".repeat(32));
    for (what, changes, bytes) in [
        ("a byte too many", vec![], b"hello!".as_slice()),
        ("a byte too few", vec![], b"hell"),
        ("a page", vec![("Content-Type", "text/html")], b"hello"),
        ("another key", vec![("key", other.as_str())], b"hello"),
        ("another prefix", vec![("key", "exports/1/a.csv")], b"hello"),
        ("another day", vec![("x-amz-date", "20990101T000000Z")], b"hello"),
        ("more than was signed", vec![("x-amz-meta-a", "b")], b"hello"),
    ] {
        let status = send_changed(&announced, &changes, bytes).await.status;
        assert!((400..404).contains(&status), "{what}: {status}");
        assert!(!place.is_stored(url).await, "{what}");
    }
    assert_eq!(send(&announced, b"hello").await.status, 204);
}

#[tokio::test]
async fn the_storage_refuses_what_comes_a_minute_too_late() {
    let mut place = Place::open().await;
    let storage = place.company.stack.storage.as_ref().unwrap();
    let past = Clock::from_source("+00:00", || Clock::utc().epoch() - 660).unwrap();
    place.company.stack.app.bucket = Some(storage.bucket_at(past));
    let delayed = place.client_of(file::FUNCTION);
    let body = json!({ "name": "a.png", "content_type": "image/png", "size": 5 });
    let announced = delayed.post(PATH, body).await;
    let status = send(&announced, b"hello").await.status;
    assert!((400..404).contains(&status), "{status}");
}

#[tokio::test]
async fn the_storage_refuses_bytes_with_another_checksum() {
    let place = Place::open().await;
    let body = json!({
        "name": "a.txt", "content_type": "text/plain", "size": 5,
        "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    });
    let announced = place.client.post(PATH, body).await;
    assert_eq!(send(&announced, b"hullo").await.status, 400);
    assert_eq!(send(&announced, b"hello").await.status, 204);
}

#[tokio::test]
async fn what_may_not_be_uploaded_is_refused_by_its_field_and_leaves_nothing() {
    let place = Place::open().await;
    let before = place.stack().dump().await;
    let sent = |field: &str, value: Value| {
        let mut body = json!({ "name": "a.png", "content_type": "image/png", "size": 5 });
        body[field] = value;
        body
    };
    for (field, value) in [
        ("name", json!("a/")),
        ("name", json!("..")),
        ("name", json!("\u{200b}")),
        ("name", json!("合".repeat(256))),
        ("name", Value::Null),
        ("size", json!(0)),
        ("size", json!(-1)),
        ("size", json!(20 * (1 << 20) + 1)),
        ("size", json!(1.5)),
        ("size", json!(u64::MAX)),
        ("size", Value::Null),
        ("content_type", json!("text/html")),
        ("content_type", json!("image/svg+xml")),
        ("content_type", json!("application/xhtml+xml")),
        ("content_type", json!("image/png, text/html")),
        ("content_type", Value::Null),
        ("sha256", json!("2cf24d")),
        ("sha256", json!("g".repeat(64))),
    ] {
        place.client.post(PATH, sent(field, value)).await.refused_field(field);
    }
    let answer = place.client.post(PATH, json!({ "name": "", "size": 0 })).await;
    let fields: Vec<_> = answer.body["errors"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!(fields, ["name", "content_type", "size"], "{}", answer.body);
    assert_eq!(place.stack().dump().await, before);
    place.client.post(PATH, sent("size", json!(20 * (1 << 20)))).await.ok();

    let stranger = place.stack().client(file::FUNCTION);
    stranger.post(PATH, sent("size", json!(5))).await.refused(StatusCode::UNAUTHORIZED, "session_required");
}

#[tokio::test]
async fn a_file_is_announced_once_however_often_it_is_sent_under_a_key() {
    let place = Place::open().await;
    let client = place.client.with("idempotency-key", "k");
    let body = json!({ "name": "a.png", "content_type": "image/png", "size": 5 });
    let first = client.post(PATH, body.clone()).await;
    let again = client.post(PATH, body).await;
    assert_eq!(first.ok(), again.ok());
    assert_eq!(send(&again, b"hello").await.status, 204);
}

#[tokio::test]
async fn a_storage_that_does_not_answer_hinders_no_announcement() {
    let place = Place::open().await;
    let storage = place.stack().storage.as_ref().unwrap();
    storage.script(|_| StorageFault::Refused);
    let announced = place.announce("a.png", "image/png", 5).await;
    let url = announced.ok()["url"].as_str().unwrap();
    place.show(url).await.refused(StatusCode::SERVICE_UNAVAILABLE, "busy");
    storage.script(|_| StorageFault::LostAnswer);
    assert_eq!(send(&announced, b"hello").await.status, 503);
    storage.script(|_| StorageFault::None);
    assert_eq!(place.shown(url).await.body, b"hello");
    assert_ne!(token(url).to_string(), "0".repeat(32));
}
