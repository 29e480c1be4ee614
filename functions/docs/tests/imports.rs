//! An import, as far as a test wants it.

use docs::FUNCTIONS;
use serde_json::json;
use testing::Stack;

/// A file with one customer.
const FILE: &str = "姓名\n王一";

/// An import of the employee with this session, for whom these acts were done: `check`, `run`, `undo`; the id of its job.
pub async fn import(stack: &Stack, session: &str, acts: &[&str]) -> u64 {
    let client = stack.client_of(&FUNCTIONS, "/api/transfer/import", session);
    let body = json!({ "kind": "customers", "name": "客户.csv", "size": FILE.len() });
    let id = client.post("/api/transfer/import", body).await.ok()["job_id"].as_u64().unwrap();
    let bucket = stack.app.bucket.as_ref().unwrap();
    bucket.put(&format!("imports/{id}/file"), "text/csv", FILE.into()).await.unwrap();
    for act in acts {
        client.post(&format!("/api/transfer/{act}"), json!({ "job_id": id })).await.ok();
        while ["checking", "running", "undoing"].contains(&state(&client, id).await.as_str()) {}
    }
    id
}

async fn state(client: &testing::Client, id: u64) -> String {
    let answer = client.get(&format!("/api/transfer/job?job_id={id}")).await;
    answer.ok()[0]["state"].as_str().unwrap().to_owned()
}
