//! An import, as far as a test wants it.

use docs::FUNCTIONS;
use serde_json::{Value, json};
use shared::http::App;
use testing::{Client, Stack, function_of};

/// A file with one customer, and a row that nobody can be.
const FILE: &str = "姓名,手机号\n王一,\n,1.39E+10";

/// An import of the employee with this session, for whom these acts were done: `check`, `run`, `undo`; the id of its job.
pub async fn import(stack: &Stack, session: &str, acts: &[&str]) -> u64 {
    let client = stack.client_of(&FUNCTIONS, "/api/transfer/import", session);
    let body = json!({ "kind": "customers", "name": "客户.csv", "size": FILE.len() });
    let id = client.post("/api/transfer/import", body).await.ok()["job_id"].as_u64().unwrap();
    let bucket = stack.app.bucket.as_ref().unwrap();
    bucket.put(&format!("imports/{id}/file"), "text/csv", FILE.into()).await.unwrap();
    for act in acts {
        done(&client, act, json!({ "job_id": id })).await;
    }
    id
}

/// An import that is under way, in a company with a limit, of columns and a sheet that were chosen.
pub async fn import_under_way(stack: &Stack, limited: App, session: &str) {
    let id = import(stack, session, &[]).await;
    let client =
        Client::of(function_of(&FUNCTIONS, "/api/transfer/import"), limited).with("session", session);
    let check = json!({ "job_id": id, "sheet": "客户", "mapping": "realName,phoneNumber" });
    done(&client, "check", check).await;
    client.post("/api/transfer/run", json!({ "job_id": id })).await.ok();
}

/// Does an act, to its end.
async fn done(client: &Client, act: &str, body: Value) {
    let uri = format!("/api/transfer/job?job_id={}", body["job_id"]);
    client.post(&format!("/api/transfer/{act}"), body).await.ok();
    loop {
        let state = client.get(&uri).await.ok()[0]["state"].clone();
        if !["checking", "running", "undoing"].contains(&state.as_str().unwrap()) {
            break;
        }
    }
}
