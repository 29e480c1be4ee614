//! What somebody does who imports a file.

use crate::office::Office;
use serde_json::{Value, json};
use shared::jobs::{Job, STEP, advance};
use shared::store::Store;
use testing::upload::{fetch, upload_form};
use transfer::Imports;

const JOB: &str = "/api/transfer/job";

impl Office {
    /// Announces and uploads a file; its job.
    pub async fn announce(&self, kind: &str, file: &[u8]) -> u32 {
        let body = json!({ "kind": kind, "name": "客户.csv", "size": file.len() });
        let answer = self.company.client.post("/api/transfer/import", body).await;
        let sent = upload_form(&answer.ok()["upload"], file).await;
        assert_eq!(sent.status, 204, "{}", String::from_utf8_lossy(&sent.body));
        u32::try_from(answer.ok()["job_id"].as_u64().unwrap()).unwrap()
    }

    /// Does `act` with a job, with these parameters besides.
    pub async fn act(&self, act: &str, id: u32, more: Value) {
        let mut body = json!({ "job_id": id });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.company.client.post(&format!("/api/transfer/{act}"), body).await.ok();
    }

    /// The row of a job at rest.
    pub async fn rest(&self, id: u32) -> Value {
        loop {
            let row = self.company.client.get(&format!("{JOB}?job_id={id}")).await.ok()[0].clone();
            if !["checking", "running", "undoing"].contains(&row["state"].as_str().unwrap()) {
                return row;
            }
        }
    }

    /// Uploads a file and has it checked; its job, and the row of that.
    pub async fn checked(&self, kind: &str, file: &[u8], asked: Value) -> (u32, Value) {
        let id = self.announce(kind, file).await;
        self.act("check", id, asked).await;
        (id, self.rest(id).await)
    }

    /// Imports a file; its job, and the row of that.
    pub async fn import(&self, kind: &str, file: &[u8], asked: Value) -> (u32, Value) {
        let (id, row) = self.checked(kind, file, asked).await;
        assert_eq!(row["state"], "ready", "{row}");
        self.act("run", id, json!({})).await;
        (id, self.rest(id).await)
    }

    /// Takes an import back.
    pub async fn undo(&self, id: u32) -> Value {
        self.act("undo", id, json!({})).await;
        self.rest(id).await
    }

    /// The report of a job, as a spreadsheet shows it.
    pub async fn report(&self, id: u32) -> Vec<Vec<String>> {
        let file = self.report_file(id).await;
        let text = std::str::from_utf8(&file).unwrap().strip_prefix('\u{feff}').unwrap().to_owned();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// The same as it is saved.
    pub async fn report_file(&self, id: u32) -> Vec<u8> {
        let client = self.company.client.with("accept", "application/json");
        let answer = client.get(&format!("/api/transfer/report?job_id={id}")).await;
        let fetched = fetch(answer.ok()["url"].as_str().unwrap()).await;
        assert_eq!(fetched.status, 200);
        fetched.body
    }

    /// Does a step of a job over a store.
    pub async fn step(&self, store: &Store, id: u32, at_once: usize) -> shared::Result<Job> {
        let imports = Imports::new(store, &self.bucket).in_pieces(at_once);
        let job = store.entity::<Job>(id).await?.unwrap();
        Ok(advance(store, &imports, job, STEP / 6000).await?.record.value)
    }
}

/// A CSV of these lines.
pub fn csv(lines: &[&str]) -> Vec<u8> {
    lines.join("\r\n").into_bytes()
}

/// How many rows became what: created, updated, skipped, failed.
pub fn tally(row: &Value) -> [u64; 4] {
    ["created", "updated", "skipped", "failed_rows"].map(|key| row[key].as_u64().unwrap())
}

/// The counts of a check: good, duplicate, bad, new organizations.
pub fn counts(row: &Value) -> [u64; 4] {
    ["good", "duplicate", "bad", "new_organizations"].map(|key| row["check"][key].as_u64().unwrap())
}
