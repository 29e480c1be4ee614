//! What browsers get of the console, with a folder of files and without one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

use console::Site;
use lambda_http::http::{Method, Request as HttpRequest, StatusCode};
use lambda_http::{Body, Request, Response};
use std::fs;
use std::path::{Path, PathBuf};
use testing::events;

const PAGE: &str = "<!doctype html><html><head><title>CRM</title></head><body></body></html>";

/// A folder of files as a build leaves it, which goes with this value.
struct Built(PathBuf);

impl Built {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("console-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let built = Self(folder);
        built.write("index.html", PAGE);
        for (end, text) in [("", "plain"), (".br", "brotli"), (".gz", "gzip")] {
            built.write(&format!("index-CVtrgJ3e.js{end}"), text);
        }
        built.write("icon-1a2b.svg", "<svg/>");
        built.write("secret.txt", "secret");
        built
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn site(&self) -> Site {
        site(&self.0)
    }
}

impl Drop for Built {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn site(folder: &Path) -> Site {
    Site { files: folder.to_owned(), bucket: None, demo: None }
}

fn request(method: Method, path: &str, encodings: &str) -> Request {
    let request = HttpRequest::builder().method(method).uri(path).header("accept-encoding", encodings);
    request.body(Body::Empty).unwrap()
}

fn get(site: &Site, path: &str, encodings: &str) -> Response<Body> {
    site.answer(&request(Method::GET, path, encodings))
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

fn text(response: &Response<Body>) -> &str {
    std::str::from_utf8(response.body().as_ref()).unwrap()
}

#[test]
fn the_page_is_never_kept_and_allows_nothing_unsafe() {
    let built = Built::new("page");
    let page = get(&built.site(), "/", "br");
    assert_eq!((page.status(), text(&page)), (StatusCode::OK, PAGE));
    assert_eq!(header(&page, "cache-control"), "no-cache");
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(policy.contains("img-src 'self'; connect-src 'self'; "), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn pictures_come_from_the_bucket_and_go_there_where_there_is_one() {
    let built = Built::new("bucket");
    let bucket = Some("https://files.example".to_owned());
    let page = get(&Site { bucket, ..built.site() }, "/", "");
    let policy = header(&page, "content-security-policy");
    let own = "'self' https://files.example";
    assert!(policy.contains(&format!("img-src {own}; connect-src {own}; ")), "{policy}");
}

#[test]
fn demo_accounts_stand_in_the_page_as_text() {
    let built = Built::new("demo");
    let demo = Some(r#"[{"name":"<b>&"}]"#.to_owned());
    let page = get(&Site { demo, ..built.site() }, "/", "");
    let told = r#"<meta name="demo-accounts" content="[{&quot;name&quot;:&quot;&lt;b>&amp;&quot;}]"></head>"#;
    assert!(text(&page).contains(told), "{}", text(&page));
}

#[test]
fn files_are_kept_for_ever_and_come_as_small_as_the_browser_takes_them() {
    let built = Built::new("files");
    let path = "/console/index-CVtrgJ3e.js";
    for (accepted, expected, encoding) in [
        ("gzip, deflate, br", "brotli", "br"),
        ("GZIP;q=0.5", "gzip", "gzip"),
        ("br;q=0, gzip", "gzip", "gzip"),
        ("br; q=0.0", "plain", ""),
        ("identity", "plain", ""),
        ("", "plain", ""),
    ] {
        let file = get(&built.site(), path, accepted);
        assert_eq!((text(&file), header(&file, "content-encoding")), (expected, encoding), "{accepted}");
        assert_eq!(header(&file, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&file, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(
            (header(&file, "vary"), header(&file, "x-content-type-options")),
            ("accept-encoding", "nosniff")
        );
    }
    // What is too small to be compressed.
    let icon = get(&built.site(), "/console/icon-1a2b.svg", "br");
    assert_eq!((text(&icon), header(&icon, "content-type")), ("<svg/>", "image/svg+xml"));
}

#[test]
fn nothing_else_is_served() {
    let built = Built::new("nothing");
    for path in [
        "/console/index.html",
        "/console/secret.txt",
        "/console/index-CVtrgJ3e.js.br",
        "/console/../index-CVtrgJ3e.js",
        "/console/..%2Fx.js",
        "/console/a/b.js",
        "/console/.js",
        "/console/",
        "/console/none.js",
        "/other",
    ] {
        let answer = get(&built.site(), path, "br");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
    }
    let answer = built.site().answer(&request(Method::POST, "/", ""));
    assert_eq!((answer.status(), header(&answer, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET"));
}

#[test]
fn where_nothing_was_built_the_page_says_what_to_run() {
    let page = get(&site(Path::new("/nowhere")), "/", "br");
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&page).contains("scripts/dev") && text(&page).contains("scripts/package"));
    assert_eq!(get(&site(Path::new("/nowhere")), "/console/a.js", "br").status(), StatusCode::NOT_FOUND);
}

#[test]
fn every_event_is_answered() {
    let built = Built::new("events");
    for name in events("console") {
        let text = fs::read_to_string(testing::root().join("events").join(&name)).unwrap();
        let request = lambda_http::request::from_str(&text).unwrap();
        assert_eq!(built.site().answer(&request).status(), StatusCode::OK, "{name}");
    }
}
