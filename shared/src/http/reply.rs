//! Answers that went well, most of them in the envelope.

use super::Page;
use super::cookie::SessionCookie;
use crate::model::Shown;
use crate::store::Stored;
use crate::{Error, Result};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The most bytes of an envelope: Lambda answers 6 MB (2^20 bytes each) with headers and all.
const MOST: usize = 6_200_000;

/// Answers have tokens and people in them: nobody between us and the caller may keep one.
pub(super) const NO_STORE: Headers = &[("cache-control", "no-store")];

/// What a handler answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    body: Body,
    cookie: Option<SessionCookie>,
}

/// An answer has more bytes than Lambda answers.
#[derive(Debug)]
pub(super) struct PageTooLarge;

/// Names, in lower case, and values of headers.
pub type Headers = &'static [(&'static str, &'static str)];

#[derive(Debug, Clone, PartialEq)]
enum Body {
    Envelope(Value),
    Document { media_type: &'static str, headers: Headers, bytes: Cow<'static, [u8]> },
    Elsewhere(HeaderValue),
}

/// Which part of a list an answer has.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(description = "分页信息")]
pub struct PageInfo {
    /// 符合条件的总数
    pub total: u64,
    /// 第几页，从1开始
    #[schemars(range(min = 1))]
    pub page: u64,
    /// 每页的个数
    #[schemars(range(min = 1, max = 100))]
    pub count: u32,
}

/// What was created.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(description = "新建或已有的那条数据")]
pub struct Created {
    /// id
    #[schemars(range(min = 1))]
    pub id: u32,
}

/// What was edited, and the version that it has now.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(description = "修改后的那条数据")]
pub struct Edited {
    /// id
    #[schemars(range(min = 1))]
    pub id: u32,
    /// 现在的版本，下次修改时传回
    #[schemars(range(min = 1))]
    pub version: u32,
}

impl Edited {
    /// What an edit makes of `old`.
    pub fn of<T: Shown>(old: &Stored<T>) -> Self {
        Self { id: old.id, version: T::version(old).saturating_add(1) }
    }
}

impl PageInfo {
    /// Of a page of a list of `total`.
    pub fn new(total: u64, page: Page) -> Self {
        let Page { page, count } = page;
        Self { total, page, count }
    }
}

impl Reply {
    fn of(body: Body) -> Self {
        Self { body, cookie: None }
    }

    /// `{"status":0,"data":…}`
    pub fn data(data: impl Serialize) -> Self {
        Self::of(Body::Envelope(json!({ "status": 0, "data": data })))
    }

    /// `{"status":0,"data":[…],"page_info":{"total":…,"page":…,"count":…}}`: the rows of one page and the
    /// total of all pages.
    pub fn list(rows: impl Serialize, total: u64, page: Page) -> Self {
        let page_info = PageInfo::new(total, page);
        Self::of(Body::Envelope(json!({ "status": 0, "data": rows, "page_info": page_info })))
    }

    /// `{"status":0,"data":[…],"next":"…"}`: the rows of a part, and where to read on.
    pub fn feed(rows: impl Serialize, next: impl std::fmt::Display) -> Self {
        Self::of(Body::Envelope(json!({ "status": 0, "data": rows, "next": next.to_string() })))
    }

    /// `{"status":0,"msg":…}`
    pub fn done(message: &str) -> Self {
        Self::of(Body::Envelope(json!({ "status": 0, "msg": message })))
    }

    /// The same with `data`.
    pub fn with(mut self, data: impl Serialize) -> Self {
        if let Body::Envelope(Value::Object(envelope)) = &mut self.body {
            envelope.insert("data".to_owned(), json!(data));
        }
        self
    }

    /// A document of its own, without the envelope.
    pub fn document(media_type: &'static str, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self::of(Body::Document { media_type, headers: &[], bytes: bytes.into() })
    }

    /// The same document with these headers.
    pub fn headers(mut self, more: Headers) -> Self {
        if let Body::Document { headers, .. } = &mut self.body {
            *headers = more;
        }
        self
    }

    /// Sends the caller to `url`, this time: nobody may keep the way there.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is no URL.
    pub fn elsewhere(url: String) -> Result<Self> {
        let mut url = HeaderValue::try_from(url).map_err(Error::internal)?;
        // Whoever has it needs no session.
        url.set_sensitive(true);
        Ok(Self::of(Body::Elsewhere(url)))
    }

    /// The same, and a browser keeps the session with this token for so many seconds.
    pub fn signed_in(self, token: &str, seconds: i64) -> Self {
        let token = token.to_owned();
        Self { cookie: Some(SessionCookie::Set { token, seconds }), ..self }
    }

    /// The same, and a browser forgets the session.
    pub fn signed_out(self) -> Self {
        Self { cookie: Some(SessionCookie::Cleared), ..self }
    }

    pub(super) fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map(Body::Envelope).map(Self::of).map_err(Error::unreadable::<Self>)
    }

    /// The envelope.
    ///
    /// # Errors
    /// [`Error::Internal`] of a document: it answers nothing that is done, and need not be remembered.
    pub(super) fn text(&self) -> Result<String> {
        match &self.body {
            Body::Envelope(envelope) => Ok(envelope.to_string()),
            Body::Document { .. } | Body::Elsewhere(_) => Err(Error::internal("no envelope")),
        }
    }

    /// The answer to a request with the headers `request`.
    ///
    /// # Errors
    /// [`PageTooLarge`] if it is more than Lambda answers.
    pub(super) fn into_response(self, request: &HeaderMap) -> std::result::Result<Response, PageTooLarge> {
        let (media_type, headers, body) = match self.body {
            Body::Elsewhere(url) => return Ok(redirect(url)),
            Body::Envelope(envelope) => {
                let text = envelope.to_string();
                if length_in_json(&text) > MOST {
                    return Err(PageTooLarge);
                }
                ("application/json", NO_STORE, text.into())
            }
            Body::Document { media_type, headers, bytes } => (
                media_type,
                headers,
                match bytes {
                    Cow::Borrowed(bytes) => axum::body::Body::from(bytes),
                    Cow::Owned(bytes) => bytes.into(),
                },
            ),
        };
        let mut response = Response::new(body);
        for (name, value) in [("content-type", media_type)].iter().chain(headers) {
            response.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        let cookie = self.cookie.and_then(|cookie| cookie.header(request));
        response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
        Ok(response)
    }
}

/// To the URL, and kept by nobody on the way.
fn redirect(url: HeaderValue) -> Response {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(LOCATION, url);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// The bytes of a JSON text as a string in another one, as Lambda hands it to the gateway: quotes and backslashes, of which
/// other characters that are escaped have one already, are two.
fn length_in_json(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}
