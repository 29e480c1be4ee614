//! `/api/docs`: the reference as a page, where every call can be tried. `page/build.rs` puts it together from Swagger UI
//! and what stands beside it.

use shared::http::reference::Operation;
use shared::http::{Call, Headers, HttpResult, Reply};

const PAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.html"));
const SCRIPT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/script.js.gz"));
const STYLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/style.css.gz"));

/// Nothing but what comes from here; Swagger UI's icons stand in its style.
const PAGE_HEADERS: Headers = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("cache-control", "no-cache"),
    ("referrer-policy", "no-referrer"),
];

/// The page asks for its files with their checksums, so that those of another build have other addresses.
const FILE_HEADERS: Headers =
    &[("content-encoding", "gzip"), ("cache-control", "public, max-age=31536000, immutable")];

/// The page.
pub async fn get(_: Call) -> HttpResult {
    Ok(Reply::document("text/html", PAGE).headers(PAGE_HEADERS))
}

pub fn get_doc() -> Operation {
    Operation::document("接口文档（网页）", "text/html", "可以试用所有接口的网页").additive()
}

/// Its script.
pub async fn get_script(_: Call) -> HttpResult {
    Ok(Reply::document("text/javascript", SCRIPT).headers(FILE_HEADERS))
}

pub fn get_script_doc() -> Operation {
    Operation::document("接口文档网页的脚本", "text/javascript", "脚本，总是用gzip压缩").additive()
}

/// Its style.
pub async fn get_style(_: Call) -> HttpResult {
    Ok(Reply::document("text/css", STYLE).headers(FILE_HEADERS))
}

pub fn get_style_doc() -> Operation {
    Operation::document("接口文档网页的样式", "text/css", "样式，总是用gzip压缩").additive()
}
