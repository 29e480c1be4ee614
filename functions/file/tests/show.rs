//! The way to a file: who is shown it, and how.

use crate::place::{PNG, Place, location, path, token};
use axum::http::{Method, StatusCode};
use serde_json::json;
use testing::encoded::decoded;
use testing::upload::fetch;

#[tokio::test]
async fn a_picture_is_shown_in_place_to_a_browser_with_the_cookie() {
    let place = Place::open().await;
    let url = place.upload("合同.png", "image/png", PNG).await;
    let browser = place.stack().client(file::FUNCTION);
    browser.get(path(&url)).await.refused(StatusCode::UNAUTHORIZED, "session_required");
    let browser = browser.with("cookie", &format!("session={}", place.company.token));
    let accept = [("accept", "image/avif,image/webp,image/*,*/*;q=0.8"), ("sec-fetch-site", "same-origin")];
    let answer = browser.send(Method::GET, path(&url), &accept, "").await;
    assert_eq!((answer.status, answer.body.as_str()), (302, Some("")));
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    assert_eq!(answer.cost().depth, 1, "the session, and the file beside it");
    let shown = fetch(&location(&answer.headers)).await;
    assert_eq!((shown.status, shown.body.as_slice()), (200, PNG));
    assert_eq!(shown.header("content-type"), "image/png");
    let disposition = "inline; filename=\"__.png\"; filename*=UTF-8''%E5%90%88%E5%90%8C.png";
    assert_eq!(shown.header("content-disposition"), disposition);
}

#[tokio::test]
async fn a_frontend_of_another_origin_gets_the_address_as_json() {
    let place = Place::open().await;
    let url = place.upload("a.pdf", "application/pdf", b"%PDF-1.7").await;
    let answer = place.client.with("accept", "application/json, */*").get(path(&url)).await;
    assert_eq!(answer.ok()["expires"], "2021-08-01 12:01:00");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let shown = fetch(answer.ok()["url"].as_str().unwrap()).await;
    assert_eq!(shown.header("content-type"), "application/pdf");
    assert_eq!(shown.header("access-control-allow-origin"), "*");
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9";
    assert_eq!(place.client.with("accept", accept).get(path(&url)).await.status, 302);
}

#[tokio::test]
async fn what_a_browser_could_run_is_saved_and_never_shown() {
    let place = Place::open().await;
    for (name, said, bytes) in [
        ("a.png", "image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice()),
        ("a.html", "text/plain", b"<!doctype html><script>alert(1)</script>"),
        ("a.jpg", "image/jpeg", b"<html>"),
        ("a.pdf", "application/pdf", b"\n%PDF-1.7"),
        ("a.zip", "application/zip", b"PK\x03\x04"),
        ("a.csv", "text/csv", b"\xef\xbb\xbfa,b"),
    ] {
        let url = place.upload(name, said, bytes).await;
        let shown = place.shown(&url).await;
        assert_eq!(shown.body, bytes, "{name}");
        assert_eq!(shown.header("content-type"), "application/octet-stream", "{name}");
        assert!(shown.header("content-disposition").starts_with("attachment; "), "{name}");
    }
}

#[tokio::test]
async fn a_picture_is_one_by_its_bytes_whatever_it_was_called() {
    let place = Place::open().await;
    let url = place.upload("a.txt", "text/plain", PNG).await;
    let shown = place.shown(&url).await;
    assert_eq!(shown.header("content-type"), "image/png");
    assert!(shown.header("content-disposition").starts_with("inline; filename=\"a.txt\""));
}

#[tokio::test]
async fn the_name_in_the_path_counts_for_nothing_and_the_token_for_everything() {
    let place = Place::open().await;
    let url = place.upload("a.png", "image/png", PNG).await;
    let folder = format!("/api/file/{}", token(&url));
    for name in ["b.html", "%E5%90%88", "a%20b"] {
        let answer = place.client.get(&format!("{folder}/{name}")).await;
        assert_eq!(answer.status, 302, "{name}");
        let shown = fetch(&location(&answer.headers)).await;
        assert!(shown.header("content-disposition").contains("filename=\"a.png\""), "{name}");
    }
    for token in ["0".repeat(32), token(&url).to_string().to_uppercase(), "x".to_owned(), "%00".to_owned()] {
        let answer = place.client.get(&format!("/api/file/{token}/a.png")).await;
        answer.refused(StatusCode::NOT_FOUND, "not_found");
        assert_eq!(answer.body["msg"], "文件不存在");
    }
    for other in [folder.clone(), format!("{folder}/"), format!("{folder}/a/b")] {
        place.client.get(&other).await.refused(StatusCode::NOT_FOUND, "path_not_found");
    }
    place
        .client
        .post(&format!("{folder}/a.png"), json!({}))
        .await
        .refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
}

#[tokio::test]
async fn a_file_that_was_never_uploaded_is_not_there() {
    let place = Place::open().await;
    let announced = place.announce("a.png", "image/png", 5).await;
    let url = announced.ok()["url"].as_str().unwrap();
    place.show(url).await.refused(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_name_of_any_characters_leads_through_the_gateway() {
    let place = Place::open().await;
    for name in ["50%#?;合同 ü.png", "a+b&c=d.png", "…'\"<>.png", &"合".repeat(255)] {
        let url = place.upload(name, "image/png", PNG).await;
        assert!(url.len() < 2048);
        // The gateway may hand the path over as it came, or decoded.
        for path in [path(&url).to_owned(), decoded(path(&url))] {
            let event = json!({
                "version": "2.0", "routeKey": "GET /api/file/{token}/{name}", "rawPath": path, "rawQueryString": "",
                "headers": { "host": "crm.example", "session": place.company.token },
                "requestContext": { "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7", "userAgent": "" }, "stage": "$default", "timeEpoch": 0 },
                "isBase64Encoded": false,
            });
            let answer = place.client.gateway(&event).await;
            assert_eq!(answer.status, 302, "{path}: {}", answer.body);
        }
    }
}
