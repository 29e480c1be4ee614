//! Who sees jobs, who stops them, and what is left of them.

use crate::office::{EXPORT, Office, PART};
use lambda_http::http::StatusCode;
use serde_json::json;
use shared::jobs::{Job, resume};
use std::time::Duration;
use testing::upload::fetch;
use transfer::Exports;

const JOB: &str = "/api/transfer/job";
const STOP: &str = "/api/transfer/stop";

#[tokio::test]
async fn a_job_goes_on_while_somebody_asks_and_ends_with_a_link_that_saves_the_file() {
    let office = Office::with("follow", 3, 1).await;
    let id = office.begin(json!({ "kind": "follow", "event": "" })).await;
    let job = office.job(id).await;
    assert_eq!((&job["state"], &job["rows"], &job["done_rows"]), (&json!("done"), &json!(3), &json!(3)));
    assert_eq!(
        (&job["act"], &job["kind"], &job["title"]),
        (&json!("export"), &json!("follow"), &json!("导出跟进记录（csv）"))
    );
    assert_eq!((&job["by"]["user_id"], &job["message"]), (&json!(2), &json!(null)));
    let fetched = fetch(job["url"].as_str().unwrap()).await;
    assert_eq!((fetched.status, &fetched.body), (200, &office.bytes(id).await));
    let disposition = fetched.header("content-disposition");
    assert!(disposition.starts_with("attachment") && disposition.contains("2021-08-01.csv"), "{disposition}");
    // What it needed on its way is gone.
    assert_eq!(office.bucket.list("exports/").await.unwrap().len(), 1);
    office.bucket.delete(&format!("exports/{id}/file")).await.unwrap();
    let job = office.job(id).await;
    assert_eq!((&job["state"], &job["url"]), (&json!("done"), &json!(null)));
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn a_job_is_seen_and_stopped_by_who_made_it_and_by_admins_alone() {
    let office = Office::start().await;
    let first = office.begin(json!({ "kind": "follow" })).await;
    let second = office.begin(json!({ "kind": "customers", "format": "xlsx" })).await;
    let other = office.other(3).await;
    other.get(&format!("{JOB}?job_id={first}")).await.refused(StatusCode::NOT_FOUND, "not_found");
    other.get(&format!("{JOB}?job_id=99")).await.refused(StatusCode::NOT_FOUND, "not_found");
    other.post(STOP, json!({ "job_id": first })).await.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(other.get(JOB).await.page().0, 0);
    let of_other = other.post(EXPORT, json!({ "kind": "follow" })).await.ok()["job_id"].as_u64().unwrap();
    let ids = |first: u32, second: u32| vec![u64::from(second), u64::from(first)];
    assert_eq!(office.company.client.get(JOB).await.ids(), ids(first, second));
    let admin = office.other(1).await;
    assert_eq!(admin.get(JOB).await.ids()[0], of_other);
    assert_eq!(admin.get(&format!("{JOB}?count=1&page=3")).await.ids(), [u64::from(first)]);
    admin.get(&format!("{JOB}?job_id={first}")).await.ok();
    admin.post(STOP, json!({ "job_id": second })).await.ok();
    assert_eq!(office.job(second).await["state"], json!("stopped"));
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn a_stopped_job_leaves_nothing_and_what_has_ended_stays_as_it_is() {
    let office = Office::with("follow", 30, 2).await;
    let id = office.begin(json!({ "kind": "follow" })).await;
    let store = office.store();
    let exports = Exports::new(store, &office.bucket).in_pieces(3, 100);
    let job = store.entity::<Job>(id).await.unwrap().unwrap();
    let job = shared::jobs::advance(store, &exports, job, Duration::ZERO).await.unwrap();
    assert!(!job.state.is_end() && job.done_rows > 0);
    office.company.client.post(STOP, json!({ "job_id": id })).await.ok();
    assert_eq!(office.bucket.list("exports/").await.unwrap(), []);
    assert_eq!(office.job(id).await["state"], json!("stopped"));
    let dump = office.company.stack.dump().await;
    office.company.client.post(STOP, json!({ "job_id": id })).await.ok();
    // Whoever was in a step meanwhile comes after that.
    let stopped = shared::jobs::advance(store, &exports, job, Duration::ZERO).await.unwrap();
    assert!(stopped.state.is_end());
    assert_eq!(office.company.stack.dump().await, dump);
    assert_eq!(office.bucket.list("exports/").await.unwrap(), []);
    office.company.client.post(STOP, json!({})).await.refused_field("job_id");
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn where_nobody_asks_the_sweeper_goes_on() {
    let office = Office::with("contract", 30, 3).await;
    let ids = [
        office.begin(json!({ "kind": "contract" })).await,
        office.begin(json!({ "kind": "customers" })).await,
    ];
    let exports = Exports::new(office.store(), &office.bucket).in_pieces(5, PART);
    resume(office.store(), &exports, Duration::from_secs(30)).await.unwrap();
    for id in ids {
        assert!(!office.bytes(id).await.is_empty());
    }
    let calls = office.storage().calls();
    resume(office.store(), &exports, Duration::from_secs(30)).await.unwrap();
    assert_eq!(office.storage().calls(), calls, "nothing is left to do");
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_does_the_step() {
    let office = Office::with("follow", 40, 4).await;
    let id = office.begin(json!({ "kind": "follow" })).await;
    let askers = (0..12).map(|_| office.job(id));
    futures_util::future::join_all(askers).await;
    let file = office.file(id).await;
    let again = office.begin(json!({ "kind": "follow" })).await;
    assert_eq!(office.file(again).await, file);
}

#[tokio::test]
async fn whoever_is_forgotten_is_in_no_file_of_an_export() {
    let office = Office::with("follow", 10, 9).await;
    let done = office.begin(json!({ "kind": "customers", "name": "赵丽萍" })).await;
    assert!(String::from_utf8(office.file(done).await).unwrap().contains("赵丽萍"));
    let open = office.begin(json!({ "kind": "follow", "format": "xlsx" })).await;
    let searched = office.begin(json!({ "kind": "customers", "q": "赵丽萍" })).await;
    let store = office.store();
    let exports = Exports::new(store, &office.bucket).in_pieces(2, 10);
    let job = store.entity::<Job>(open).await.unwrap().unwrap();
    shared::jobs::advance(store, &exports, job, Duration::ZERO).await.unwrap();
    let erase = "/api/history/erase";
    let admin = office.at(erase).with("session", &office.company.stack.session(1).await);
    let person = json!({ "customers_id": 2 });
    while admin.post(erase, person.clone()).await.ok()["left"] != 0 {}
    assert_eq!(office.bucket.list("exports/").await.unwrap(), []);
    for (id, state) in [(done, "done"), (open, "stopped"), (searched, "stopped")] {
        let job = office.job(id).await;
        assert_eq!((&job["state"], &job["url"]), (&json!(state), &json!(null)));
    }
    assert!(!office.company.stack.dump().await.contains("赵丽萍"));
    // Nobody is forgotten twice.
    let again = office.begin(json!({ "kind": "customers" })).await;
    let file = office.file(again).await;
    admin.post(erase, person).await.ok();
    assert_eq!(office.bytes(again).await, file);
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn nobody_exports_what_they_may_not_read() {
    let office = Office::start().await;
    let users = office.at("/api/user/menu").with("session", &office.company.stack.session(1).await);
    users.post("/api/user/menu", json!({ "name": "记录", "area": "record" })).await.ok();
    let staff = &office.company.client;
    staff.post(EXPORT, json!({ "kind": "follow" })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    staff.post(EXPORT, json!({ "kind": "customers" })).await.ok();
    office.other(1).await.post(EXPORT, json!({ "kind": "follow" })).await.ok();
    // Nor who has no menu for it; and where there is none, admins may.
    let without = office.other(4).await;
    without.post(EXPORT, json!({ "kind": "customers" })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    users.post("/api/user/menu", json!({ "menu_id": 1 })).await.ok();
    staff.post(EXPORT, json!({ "kind": "customers" })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    office.other(1).await.post(EXPORT, json!({ "kind": "customers" })).await.ok();
}
