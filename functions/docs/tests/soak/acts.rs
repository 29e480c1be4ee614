//! What else is done all day: records come back from the trash, customers are claimed and given back, plans are made and
//! finished, files are uploaded, people are erased, lists are imported.

use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Instant;
use testing::Company;
use testing::encoded::encoded_query;
use testing::upload::upload_form;
use tokio::sync::Mutex;

use crate::worker::{CUSTOMERS, FOLLOW, JOB_PATIENCE, PATIENCE, PLAN, Worker, kept};

/// The smallest file that storage takes for a picture.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// An erasure stops everybody's imports, so they take turns.
static TURN: Mutex<()> = Mutex::const_new(());

impl Worker {
    /// Does one of them.
    pub async fn act(&mut self) {
        let act = match self.random.u32(0..100) {
            0..20 => self.restore().await,
            20..45 => self.claim().await,
            45..75 => self.plan().await,
            75..87 => self.upload().await,
            87..95 => self.erase().await,
            _ => self.import().await,
        };
        *self.ledger.acts.entry(act.unwrap_or("nothing to do")).or_default() += 1;
    }

    async fn restore(&mut self) -> Option<&'static str> {
        let (list, id, row) = self.ledger.deleted.pop()?;
        let kind = if list == FOLLOW { "follow" } else { "contract" };
        self.done("/api/history/restore", json!({ "kind": kind, "id": id })).await;
        self.ledger.records.entry(list).or_default().insert(id, row);
        Some("restore")
    }

    /// Gives back a customer, or claims one that was given back.
    async fn claim(&mut self) -> Option<&'static str> {
        let id = self.some(CUSTOMERS)?;
        let is_owned = !self.ledger.of(CUSTOMERS)[&id]["owner_id"].is_null();
        let to = if is_owned { "none" } else { "me" };
        let answer =
            self.done("/api/customers/owner", json!({ "customers_ids": [id], "owner_id": to })).await;
        assert_eq!(answer.ok()[0]["result"], "done", "{answer:?}");
        let owner = if is_owned { Value::Null } else { json!(Company::ME) };
        self.row(CUSTOMERS, id)["owner_id"] = owner;
        Some("claim")
    }

    /// Makes a plan for one of its own customers, or finishes or deletes the one that is open.
    async fn plan(&mut self) -> Option<&'static str> {
        let customer = self.some(CUSTOMERS)?;
        let plans = self.ledger.of(PLAN).iter();
        let open = plans.filter(|(_, row)| row["customers_id"] == customer && row["done"] == false);
        let open = open.map(|(id, _)| *id).next();
        let Some(id) = open else {
            let note = format!("{}-{}", self.number, self.requests);
            let body = json!({ "customers_id": customer, "time": "2021-09-01 10:00:00", "note": note });
            let id = self.done(PLAN, body).await.ok()["id"].as_u64().unwrap();
            *self.row(PLAN, id) = json!({ "customers_id": customer, "note": note, "done": false });
            return Some("plan");
        };
        if self.random.bool() {
            self.done(PLAN, json!({ "plan_id": id, "done": true })).await;
            self.row(PLAN, id)["done"] = json!(true);
            return Some("finish a plan");
        }
        self.done("/api/record/delplan", json!({ "plan_id": id })).await;
        self.ledger.records.entry(PLAN).or_default().remove(&id);
        Some("delete a plan")
    }

    /// Uploads a file, and attaches it to a follow-up of its own.
    async fn upload(&mut self) -> Option<&'static str> {
        let id = self.some(FOLLOW)?;
        let body = json!({ "name": "现场.png", "content_type": "image/png", "size": PICTURE.len() });
        let announced = self.done("/api/file/file", body).await;
        assert_eq!(upload_form(&announced.ok()["upload"], PICTURE).await.status, 204);
        let url = announced.ok()["url"].clone();
        self.done(FOLLOW, json!({ "follow_id": id, "attach": url })).await;
        self.row(FOLLOW, id)["attach"] = url;
        Some("upload")
    }

    /// Forgets one of its own customers, whom no search finds from then on; their plans stay, without a note.
    async fn erase(&mut self) -> Option<&'static str> {
        let id = self.some(CUSTOMERS)?;
        let _turn = TURN.lock().await;
        let admin = self.admin.clone();
        loop {
            let answer = self.done_as(&admin, "/api/history/erase", json!({ "customers_id": id })).await;
            if answer.ok()["left"] == 0 {
                break;
            }
        }
        self.ledger.records.entry(CUSTOMERS).or_default().remove(&id);
        for plan in self.ledger.records.entry(PLAN).or_default().values_mut() {
            if plan["customers_id"] == id {
                plan["note"] = Value::Null;
            }
        }
        Some("erase")
    }

    /// Imports three customers, one of them twice in the file.
    async fn import(&mut self) -> Option<&'static str> {
        let _turn = TURN.lock().await;
        let name = format!("浸泡{}-{}-", self.number, self.requests);
        let row = |n: u32| format!("{name}{n},{name},15331761337\n");
        let file = format!("昵称,职务,负责人\n{}{}{}{}", row(1), row(2), row(3), row(2));
        let admin = self.admin.clone();
        let body = json!({ "kind": "customers", "name": "客户.csv", "size": file.len() });
        let job = self.done_as(&admin, "/api/transfer/import", body).await.ok()["job_id"].clone();
        let bucket = self.company.stack.app.bucket.clone().unwrap();
        bucket.put(&format!("imports/{job}/file"), "text/csv", file.into()).await.unwrap();
        for (act, end) in [("check", "ready"), ("run", "done")] {
            self.done_as(&admin, &format!("/api/transfer/{act}"), json!({ "job_id": job })).await;
            let row = self.job(&job).await;
            assert_eq!(row["state"], end, "{row}");
        }
        let rows = self.found(&format!("{CUSTOMERS}?name={name}")).await;
        assert_eq!(rows.len(), 3, "{rows:?}");
        for row in rows {
            let new = kept(CUSTOMERS, &row);
            *self.row(CUSTOMERS, row["id"].as_u64().unwrap()) = new;
        }
        Some("import")
    }

    /// A job, once it does not go on by itself.
    async fn job(&mut self, job: &Value) -> Value {
        let uri = format!("/api/transfer/job?job_id={job}");
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < JOB_PATIENCE, "job {job} does not end");
            let row = self.found(&uri).await.remove(0);
            if !["checking", "running"].contains(&row["state"].as_str().unwrap()) {
                return row;
            }
        }
    }

    /// The rows of a list of the admin's, whatever goes wrong.
    async fn found(&mut self, uri: &str) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{uri} was not answered");
            let admin = self.admin.clone();
            let answer = self.instance(uri, &admin).get(&encoded_query(uri)).await;
            self.count(uri, &answer);
            if answer.status == StatusCode::OK {
                return answer.ok().as_array().unwrap().clone();
            }
        }
    }

    /// One of its own records.
    fn some(&mut self, list: &str) -> Option<u64> {
        let ids: Vec<_> = self.ledger.of(list).keys().copied().collect();
        (!ids.is_empty()).then(|| ids[self.random.usize(0..ids.len())])
    }

    fn row(&mut self, list: &'static str, id: u64) -> &mut Value {
        self.ledger.records.entry(list).or_default().entry(id).or_default()
    }
}
