//! Somebody who sends requests to a function.

use crate::reference::{Documented, SeenReads, listen};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use lambda_http::RequestExt;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use shared::http::{App, Function, Router};
use shared::store::Cost;
use std::sync::Arc;
use tower::ServiceExt;

/// Sends requests to a function's router in-process. Clones have headers of their own.
#[derive(Clone)]
pub struct Client {
    router: Router,
    documented: Arc<Documented>,
    seen: SeenReads,
    headers: HeaderMap,
    address: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The envelope, or a document as text.
    pub body: Value,
}

impl Client {
    /// A client of a function that is made with `app`, without a session.
    pub fn of(function: Function, app: App) -> Self {
        Self::seen_by(function, app, &SeenReads::default())
    }

    /// The same, that notes in `seen` what is read for it.
    pub(crate) fn seen_by(function: Function, app: App, seen: &SeenReads) -> Self {
        let (router, documented) = ((function.router)(app), Documented::of(function));
        Self { router, documented, seen: seen.clone(), headers: HeaderMap::new(), address: None }
    }

    /// The same client with one more header in every request.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(name, value.parse().expect("a header value"));
        client
    }

    /// The same client at another address, as the gateway sees it.
    pub fn at_address(&self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self.clone() }
    }

    /// Signs in at the function of `/api/user` and answers a client with that session.
    pub async fn signed_in(&self, phone: &str, password: &str) -> Self {
        let answer =
            self.post("/api/user/login", json!({ "phoneNumber": phone, "password": password })).await;
        let token = answer.ok()["session"].as_str().expect("a token").to_owned();
        self.with("session", &token)
    }

    /// GET `uri`, a path with an optional query.
    pub async fn get(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, &[], "").await
    }

    /// POST `body` as JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// Any request.
    pub async fn send(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).expect("a request");
        request.headers_mut().extend(self.headers.clone());
        if let Some(address) = &self.address {
            let mut context = ApiGatewayV2httpRequestContext::default();
            context.http.source_ip = Some(address.clone());
            request.extensions_mut().insert(RequestContext::ApiGatewayV2(context));
        }
        self.request(request).await
    }

    /// Replays an API Gateway event, a file of `events/`, as Lambda would hand it over. `TOKEN` in it stands for
    /// the token of the session.
    pub async fn event(&self, name: &str, token: &str) -> Answer {
        let file = crate::root().join("events").join(name);
        let event = std::fs::read_to_string(file).expect("the event can be read").replace("TOKEN", token);
        self.gateway(&serde_json::from_str(&event).expect("JSON")).await
    }

    /// The request as Lambda would hand it over for an API Gateway event.
    pub async fn gateway(&self, event: &Value) -> Answer {
        let request = lambda_http::request::from_str(&event.to_string()).expect("the event is one");
        self.request(request.map(Body::new)).await
    }

    /// A request as it is, without the headers of this client.
    ///
    /// Every answer has to be as the API reference says, and so does what is read for it.
    pub async fn request(&self, request: Request<Body>) -> Answer {
        // The path that the gateway was asked for, which `lambda_http` may have made another.
        let path = [request.raw_http_path(), request.uri().path()].into_iter().find(|path| !path.is_empty());
        let (method, path) = (request.method().clone(), path.unwrap_or_default().to_owned());
        let (response, reads) = listen(self.router.clone().oneshot(request)).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = match parts.headers.get("content-type").map(HeaderValue::as_bytes) {
            Some(b"application/json") => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                panic!("{}: not JSON: {error}: {:?}", parts.status, String::from_utf8_lossy(&bytes))
            }),
            _ => String::from_utf8_lossy(&bytes).into(),
        };
        let status = parts.status.as_u16();
        assert_eq!(parts.headers["x-content-type-options"], "nosniff", "{method} {path}");
        self.documented.check_reads(&method, &path, reads, &self.seen);
        self.documented.check(&method, &path, status, &parts.headers, &body);
        Answer { status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The `data` of an answer that went well.
    #[track_caller]
    pub fn ok(&self) -> &Value {
        assert_eq!((self.status, &self.body["status"]), (200, &json!(0)), "{}", self.body);
        &self.body["data"]
    }

    /// What the answer cost the table: the header `x-capacity`.
    #[track_caller]
    pub fn cost(&self) -> Cost {
        let header = self.headers["x-capacity"].to_str().expect("text");
        let part = |name: &str| {
            let part = header.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            part.expect("a part of x-capacity")
        };
        let units = |name| part(name).parse().expect("units");
        let number = |name| part(name).parse().expect("a number");
        Cost { rcu: units("rcu"), wcu: units("wcu"), calls: number("calls"), depth: number("depth") }
    }

    /// Checks that the request was refused with `status` and `code`, in the envelope.
    #[track_caller]
    pub fn refused(&self, status: StatusCode, code: &str) -> &Self {
        assert_eq!(self.status, status.as_u16(), "{}", self.body);
        assert_eq!((&self.body["status"], &self.body["code"]), (&json!(1), &json!(code)), "{}", self.body);
        assert!(self.body["msg"].as_str().is_some_and(|msg| !msg.is_empty()), "{}", self.body);
        assert!(self.body["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{}", self.body);
        self
    }

    /// Checks that the request was refused for what `field` holds.
    #[track_caller]
    pub fn refused_field(&self, field: &str) -> &Self {
        self.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
        assert_eq!(self.body["field"], json!(field), "{}", self.body);
        self
    }

    /// The ids of the rows.
    #[track_caller]
    pub fn ids(&self) -> Vec<u64> {
        let rows = self.ok().as_array().expect("rows");
        rows.iter().map(|row| row["id"].as_u64().expect("an id")).collect()
    }

    /// `page_info` as total, page and count.
    #[track_caller]
    pub fn page(&self) -> (u64, u64, u64) {
        let number = |name: &str| self.body["page_info"][name].as_u64().expect("page_info");
        (number("total"), number("page"), number("count"))
    }
}
