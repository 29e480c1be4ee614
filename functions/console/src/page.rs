//! `/`: the one page of the console. It is small, changes with every build, and is never kept without asking.

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use std::fs;
use std::path::Path;

/// Where the page of a build has room for what it is told.
const ROOM: &str = "</head>";

/// What stands in place of a console that nobody has built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>CRM</title>\
    <h1>页面还没有构建</h1><p>本地运行：<code>scripts/dev</code>，部署：<code>scripts/package</code>。\
    接口文档在<a href=\"api/docs\">api/docs</a>。</p></html>\n";

/// The page of the build in `folder`, which loads pictures from the origin `bucket` too, and knows the accounts `demo`.
pub fn get(folder: &Path, bucket: Option<&str>, demo: Option<&str>) -> Response<Body> {
    let (status, text) = match fs::read_to_string(folder.join("index.html")) {
        Ok(page) => (StatusCode::OK, told(page, demo)),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT.to_owned()),
    };
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy(bucket)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The page with the accounts of the demo data in it.
fn told(page: String, demo: Option<&str>) -> String {
    match demo {
        Some(demo) => {
            page.replace(ROOM, &format!("<meta name=\"demo-accounts\" content=\"{}\">{ROOM}", escaped(demo)))
        }
        None => page,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// Scripts, styles and pictures come from here, pictures that people have added from the bucket, and from nowhere else.
fn policy(bucket: Option<&str>) -> String {
    let own = match bucket {
        Some(bucket) => format!("'self' {bucket}"),
        None => "'self'".to_owned(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src {own}; connect-src {own}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}
