//! A job of a CRM that this process waits for.

use std::{env::var, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::{
    admin::Admin,
    ask,
    jobs::{is_at_work, state},
    progress::Step,
    smoke::Client,
};

const JOB: &str = "/api/transfer/job";
/// The token of a session, for who has one already.
const TOKEN: &str = "CRM_TOKEN";
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(500);

/// Signs in at a CRM. Whoever has no session in CRM_TOKEN is asked for a phone number and a password.
pub async fn signed_in(url: &str) -> Result<Client> {
    let client = Client::new(url);
    if let Ok(token) = var(TOKEN) {
        return Ok(client.with_token(token));
    }
    let phone = ask::line("Phone number").await?;
    let who = Admin { phone, password: ask::password("Password").await? };
    spawn_blocking(move || client.signed_in(&who)).await?
}

/// A job, which is stopped when this is dropped while it is at work.
pub struct RemoteJob {
    pub client: Client,
    pub id: u64,
    pub is_at_work: bool,
}

impl RemoteJob {
    /// Waits until it rests; its row then.
    pub async fn rest(&mut self, title: &str) -> Result<Value> {
        self.is_at_work = true;
        let step = Step::counted(title);
        loop {
            let row = self.row().await?;
            let number = |key: &str| row.get(key).and_then(Value::as_u64).unwrap_or_default();
            step.bar().set_length(number("rows").max(number("done_rows")));
            step.bar().set_position(number("done_rows"));
            if is_at_work(&row) {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            self.is_at_work = false;
            step.done();
            return Ok(row);
        }
    }

    async fn row(&self) -> Result<Value> {
        let (client, path) = (self.client.clone(), format!("{JOB}?job_id={}", self.id));
        let answer = spawn_blocking(move || client.get(&path)).await??;
        answer.body.pointer("/data/0").cloned().context("the job is gone")
    }
}

impl Drop for RemoteJob {
    fn drop(&mut self) {
        // If nobody hears it, the sweeper goes on with it, and what it has in the bucket is deleted after some days.
        if self.is_at_work && self.client.post("/api/transfer/stop", json!({ "job_id": self.id })).is_ok() {
            eprintln!("job {} was stopped", self.id);
        }
    }
}

/// Why it is not where it was to be.
pub fn reason(row: &Value) -> String {
    let message = row.get("message").and_then(Value::as_str).unwrap_or("no reason was told");
    format!("{}: {message}", state(row))
}
