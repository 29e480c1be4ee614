//! Our API, asked through the functions' own routers in this process.

use anyhow::{Result, ensure};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use docs::FUNCTIONS;
use serde_json::Value;
use shared::http::Router;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use testing::{Answer, Stack, function_of};
use tower::ServiceExt;

/// Somebody who is signed in.
pub struct Ours {
    routers: BTreeMap<&'static str, Router>,
    session: String,
}

impl Ours {
    /// With the token of a session.
    pub fn new(stack: &Stack, session: &str) -> Self {
        let routers = FUNCTIONS.iter().map(|it| (it.name, (it.router)(stack.app.clone())));
        Self { routers: routers.collect(), session: session.to_owned() }
    }

    /// GET a path with its query.
    pub async fn get(&self, uri: &str) -> Result<(Duration, Answer)> {
        self.send(Method::GET, uri, Body::empty()).await
    }

    /// POST a body.
    pub async fn post(&self, path: &str, body: &Value) -> Result<(Duration, Answer)> {
        self.send(Method::POST, path, body.to_string().into()).await
    }

    /// The answer, and how long it took until its last byte was there. The client of tests would look at each of its values.
    async fn send(&self, method: Method, uri: &str, body: Body) -> Result<(Duration, Answer)> {
        let request = Request::builder().method(method).uri(uri).header("session", &self.session);
        let request = request.header("content-type", "application/json").body(body)?;
        let Some(router) = self.routers.get(function_of(&FUNCTIONS, uri).name).cloned() else {
            anyhow::bail!("no function answers {uri}")
        };
        let begun = Instant::now();
        let (parts, body) = router.oneshot(request).await.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = to_bytes(body, usize::MAX).await?;
        let took = begun.elapsed();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes)?,
        };
        ensure!(answer.status == 200, "{uri}: {}", answer.body);
        Ok((took, answer))
    }
}
