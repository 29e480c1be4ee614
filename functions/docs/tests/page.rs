//! The reference page.

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use lambda_http::IntoResponse;
use testing::Stack;
use tower::ServiceExt;

/// What Lambda hands to API Gateway.
async fn get(path: &str) -> (HeaderMap, lambda_http::Body) {
    let router = docs::router(Stack::start().await.app);
    let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let (parts, body) = response.into_response().await.into_parts();
    (parts.headers, body)
}

#[tokio::test]
async fn the_page_takes_nothing_from_elsewhere_and_is_asked_for_anew() {
    let (headers, page) = get("/api/docs").await;
    assert_eq!(headers["content-type"], "text/html");
    assert_eq!(headers["cache-control"], "no-cache");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let lambda_http::Body::Text(page) = page else { panic!("a page is text") };
    for attribute in [" href=\"", " src=\""] {
        for address in page.split(attribute).skip(1) {
            let is_here = ["docs/", "openapi.json", "data:"].iter().any(|start| address.starts_with(start));
            assert!(is_here, "{address}");
        }
    }
}

#[tokio::test]
async fn the_files_of_the_page_are_compressed_and_kept_until_another_build() {
    let (_, page) = get("/api/docs").await;
    for (name, media_type) in [("script.js", "text/javascript"), ("style.css", "text/css")] {
        let (headers, file) = get(&format!("/api/docs/{name}")).await;
        assert_eq!(headers["content-type"], media_type);
        assert_eq!(headers["content-encoding"], "gzip");
        assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
        // As Base64.
        assert!(
            matches!(&file, lambda_http::Body::Binary(bytes) if bytes.starts_with(&[0x1f, 0x8b])),
            "{name}"
        );
        let lambda_http::Body::Text(page) = &page else { panic!("a page is text") };
        let (_, after) = page.split_once(&format!("docs/{name}?")).unwrap();
        assert!(after.chars().take(8).all(|digit| digit.is_ascii_hexdigit()), "{name}");
    }
}
