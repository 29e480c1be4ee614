//! What a frontend does: requests over HTTP, with a session.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::{
    Agent,
    http::{HeaderMap, Request},
};

use crate::running::Dev;

/// The phone number and the password of the local admin.
pub const ADMIN: [&str; 2] = ["18888888888", "local-admin"];
/// The phone number and the password of an employee of the demo data who is no admin.
pub const STAFF: [&str; 2] = ["15331761337", "local-staff"];

/// Headers of one request.
pub type Headers<'a> = &'a [(&'a str, &'a [u8])];

/// Somebody who calls the API, signed in or not.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    pub token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// The envelope, or null where the answer is no JSON.
    pub body: Value,
}

impl Client {
    pub fn of(dev: &Dev) -> Self {
        let agent = Agent::config_builder()
            // Far above what any answer takes, and short enough to wait for one that never comes.
            .timeout_global(Some(Duration::from_secs(5)))
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .build()
            .into();
        Self { agent, url: dev.url.clone(), token: None }
    }

    /// The same caller with that session.
    pub fn with(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same caller without a session.
    pub fn signed_out(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    pub fn sign_in(&self, [phone, password]: [&str; 2]) -> Answer {
        self.post("/api/user/login", json!({ "phoneNumber": phone, "password": password }))
    }

    pub fn signed_in(&self, who: [&str; 2]) -> Self {
        self.with(self.sign_in(who).ok()["session"].as_str().unwrap())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").unwrap()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[("content-type", b"application/json")], body.to_string()).unwrap()
    }

    /// Any request, which may have no answer.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: Headers<'_>,
        body: impl AsRef<[u8]>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body.as_ref() {
            [] => self.agent.run(request.body(()).unwrap()),
            body => self.agent.run(request.body(body).unwrap()),
        };
        let (parts, mut body) = answer?.into_parts();
        let body = serde_json::from_slice(&body.read_to_vec()?).unwrap_or_default();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// All rows of a list, which must be as many as its total says.
    pub fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let answer = self.get(&format!("{path}?count=100&page={page}"));
            let more = answer.ok().as_array().unwrap().clone();
            if more.is_empty() {
                assert_eq!(answer.body["page_info"]["total"], rows.len(), "{path}");
                break;
            }
            rows.extend(more);
        }
        rows
    }

    /// All that the employees' routes show.
    pub fn everything(&self) -> [Vec<Value>; 3] {
        ["/api/user/menu", "/api/user/usermenu", "/api/user/user"].map(|path| self.all(path))
    }
}

impl Answer {
    /// The `data` of an answer that went well.
    #[track_caller]
    pub fn ok(&self) -> &Value {
        assert_eq!((self.status, &self.body["status"]), (200, &json!(0)), "{}", self.body);
        &self.body["data"]
    }

    /// Checks that the request was refused with `status` and `code`, in the envelope.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        self.refused_in(status, code, "");
    }

    /// As [`Answer::refused`]; `what` tells the request in the message of a failure.
    #[track_caller]
    pub fn refused_in(&self, status: u16, code: &str, what: &str) {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{what}: {}", self.body);
        assert_eq!(self.body["status"], 1, "{what}: {}", self.body);
        for text in ["msg", "request_id"] {
            assert!(self.body[text].as_str().is_some_and(|text| !text.is_empty()), "{what}: {}", self.body);
        }
        assert_eq!(self.headers["content-type"], "application/json", "{what}");
    }
}
