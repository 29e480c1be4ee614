//! Somebody who calls the API over HTTP, and says in one line what was wrong.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use testing::upload::multipart;
use ureq::{
    Agent,
    http::{HeaderMap, Request},
};

use crate::admin::Admin;

/// Longer than API Gateway waits for a function.
const PATIENCE: Duration = Duration::from_secs(40);

/// A caller, with a session or without.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
    /// The operations that went well, for this caller and all that were made from it.
    done: Arc<Mutex<BTreeSet<(String, String)>>>,
}

/// What came back.
pub struct Answer {
    operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The envelope, or null where the answer is no JSON.
    pub body: Value,
}

impl Client {
    /// Somebody without a session, who calls the API at that address.
    pub fn new(url: &str) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        Self { agent, url: url.trim_end_matches('/').to_owned(), token: None, done: Arc::default() }
    }

    /// The token of the session.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same caller with the session of that token.
    pub fn with_token(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// The same caller without a session.
    pub fn signed_out(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same caller, signed in as somebody.
    pub fn signed_in(&self, who: &Admin) -> Result<Self> {
        let credentials = json!({ "phoneNumber": who.phone, "password": who.password });
        let answer = self.signed_out().post("/api/user/login", credentials)?;
        // The body of this answer has the token, which belongs into no message.
        let token = answer.body.pointer("/data/session").and_then(Value::as_str);
        let token = token.context("POST /api/user/login answered no session")?.to_owned();
        Ok(Self { token: Some(token), ..self.clone() })
    }

    /// GET, which must go well.
    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send("GET", path, None)?.ok(self)
    }

    /// GET by somebody who asks for JSON, which must go well.
    pub fn get_json(&self, path: &str) -> Result<Answer> {
        self.send_json(path)?.ok(self)
    }

    /// GET by somebody who asks for JSON.
    pub fn send_json(&self, path: &str) -> Result<Answer> {
        self.send_with("GET", path, &[("accept", "application/json")], None)
    }

    /// Sends a file to a storage with the form of an answer, in which one field may be changed, as browsers do; answers the HTTP
    /// status.
    pub fn send_form<'a>(
        &self,
        announced: &'a Answer,
        change: Option<(&str, &'a str)>,
        file: &[u8],
    ) -> Result<u16> {
        let upload = announced.body.pointer("/data/upload").context("no form")?;
        let url = upload.get("url").and_then(Value::as_str).context("a form without a URL")?;
        let fields = upload.get("fields").and_then(Value::as_object).context("a form without fields")?;
        let sent = |(name, value): (&'a String, &'a Value)| {
            let value = change
                .filter(|(changed, _)| changed == name)
                .map_or(value.as_str(), |(_, value)| Some(value));
            Ok((name.as_str(), value.context("a field that is no text")?))
        };
        let fields: Vec<_> = fields.iter().map(sent).collect::<Result<_>>()?;
        let (kind, body) = multipart(fields.into_iter(), file);
        let request = Request::builder().method("POST").uri(url).header("content-type", kind).body(body)?;
        let answer = self.agent.run(request).context("the storage does not answer")?;
        Ok(answer.status().as_u16())
    }

    /// Fetches a URL of a storage; answers its type and its bytes.
    pub fn fetch(&self, url: &str) -> Result<(String, Vec<u8>)> {
        let mut answer = self.agent.get(url).call().context("the storage does not answer")?;
        ensure!(answer.status() == 200, "the storage answered HTTP {}", answer.status());
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        Ok((kind, answer.body_mut().read_to_vec()?))
    }

    /// POST, which must go well.
    pub fn post(&self, path: &str, body: Value) -> Result<Answer> {
        self.send("POST", path, Some(body))?.ok(self)
    }

    /// DELETE, which must go well.
    pub fn delete(&self, path: &str) -> Result<Answer> {
        self.send("DELETE", path, None)?.ok(self)
    }

    /// Any request.
    pub fn send(&self, method: &str, path: &str, body: Option<Value>) -> Result<Answer> {
        self.send_with(method, path, &[], body)
    }

    /// Any request with headers of its own.
    pub fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer> {
        let operation = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.to_string())?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(())?),
        };
        let (parts, mut body) = sent.with_context(|| format!("{operation}: no answer"))?.into_parts();
        let text = body.read_to_vec().with_context(|| format!("{operation}: half an answer"))?;
        let body = serde_json::from_slice(&text).unwrap_or_default();
        Ok(Answer { operation, status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// The operations that went well so far: methods and paths.
    pub fn done(&self) -> BTreeSet<(String, String)> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Answer {
    /// Goes on if the answer is 200 and the envelope of a success.
    fn ok(self, client: &Client) -> Result<Self> {
        let well = self.status == 200 && self.body.get("status") == Some(&json!(0));
        ensure!(well, "{self}");
        if let Some((method, path)) = self.operation.split_once(' ') {
            let path = path.split('?').next().unwrap_or_default();
            let mut done = client.done.lock().unwrap_or_else(PoisonError::into_inner);
            done.insert((method.to_owned(), path.to_owned()));
        }
        Ok(self)
    }

    /// Goes on if it is the envelope of a failure with that code. The HTTP status is 200 where the stack was made with
    /// `ErrorHttpStatus=ok`.
    pub fn refused(self, status: u16, code: &str) -> Result<Self> {
        let as_told = self.status == status || self.status == 200;
        let envelope =
            self.body.get("status") == Some(&json!(1)) && self.body.get("code") == Some(&json!(code));
        ensure!(as_told && envelope, "{self}, and not HTTP {status} with {code}");
        Ok(self)
    }

    /// Goes on if the value at a JSON pointer is the one.
    pub fn has(&self, pointer: &str, expected: impl Into<Value>) -> Result<&Self> {
        let (found, expected) = (self.body.pointer(pointer), expected.into());
        if found != Some(&expected) {
            let found = found.map_or("nothing".to_owned(), Value::to_string);
            bail!("{self}: {pointer} is {found}, not {expected}");
        }
        Ok(self)
    }

    /// The number at a JSON pointer, an id for example.
    pub fn number(&self, pointer: &str) -> Result<u64> {
        let number = self.body.pointer(pointer).and_then(Value::as_u64);
        number.with_context(|| format!("{self}: {pointer} is no number"))
    }

    /// The only row with that id, as an answer of its own.
    pub fn row(&self, id: u64) -> Result<Self> {
        let rows = self.body.get("data").and_then(Value::as_array);
        let mut rows = rows.into_iter().flatten().filter(|row| row.get("id") == Some(&json!(id)));
        let (Some(row), None) = (rows.next(), rows.next()) else {
            bail!("{self}: not exactly one row has the id {id}");
        };
        let (operation, headers) = (self.operation.clone(), self.headers.clone());
        Ok(Self { operation, status: self.status, headers, body: row.clone() })
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} answered HTTP {} {}", self.operation, self.status, self.body)
    }
}
