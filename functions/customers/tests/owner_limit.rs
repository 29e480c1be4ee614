//! How many customers an employee may own.

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::json;
use shared::model::{Customer, Role, Status};
use shared::store::Window;
use std::num::NonZeroU32;
use std::time::Duration;
use testing::faults::{Fault, Hold, client};
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";
const OWNER: &str = "/api/customers/owner";

/// A client of the admin, and of an employee (2), where nobody may own more than `limit` customers.
async fn limited(limit: u32) -> (Stack, Client, Client) {
    let mut stack = Stack::start().await;
    stack.app.owner_limit = NonZeroU32::new(limit);
    stack.admin().await;
    let admin = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    let staff = stack.signed_in(customers::FUNCTION, "15331761337", Role::Staff).await;
    (stack, admin, staff)
}

async fn owned(stack: &Stack, employee: u32) -> u64 {
    let listing = Customer::owned_by(Status::Enabled, Some(employee));
    stack.app.store.total(&[listing], Window::ALL).await.unwrap().count
}

#[tokio::test]
async fn whoever_has_as_many_as_they_may_gets_no_more_however_they_come() {
    let (stack, admin, staff) = limited(2).await;
    let new = |owner: &str| json!({ "nickName": "瑞雪", "owner_id": owner });
    for owner in ["me", "me"] {
        staff.post(PATH, new(owner)).await.ok();
    }
    let refused = staff.post(PATH, new("me")).await;
    let refused = refused.refused(StatusCode::CONFLICT, "limit");
    assert_eq!(
        (&refused.body["field"], &refused.body["msg"]),
        (&json!("owner_id"), &json!("负责人已有2个客户，达到上限"))
    );
    admin.post(PATH, new("2")).await.refused(StatusCode::CONFLICT, "limit");
    // A hidden one does not count, until they are shown.
    let hidden = staff.post(PATH, json!({ "nickName": "藏", "status": 0 })).await.ok()["id"].clone();
    let show = json!({ "customers_id": hidden, "status": 1 });
    staff.post(PATH, show.clone()).await.refused(StatusCode::CONFLICT, "limit");
    // An edit of what they have is none more.
    staff.post(PATH, json!({ "customers_id": 1, "job": "主任" })).await.ok();
    let pooled = staff.post(PATH, new("none")).await.ok()["id"].clone();
    let claim = json!({ "customers_ids": [pooled], "owner_id": "me" });
    let results = |rows: &serde_json::Value| {
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["result"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let answer = staff.post(OWNER, claim.clone()).await;
    assert_eq!((results(answer.ok()), &answer.ok()[0]["owner"]), (vec!["limit".to_owned()], &json!(null)));
    let assign = admin.post(OWNER, json!({ "customers_ids": [1, pooled, 2], "owner_id": 2 })).await;
    assert_eq!(results(assign.ok()), ["done", "limit", "done"]);
    // One less, one more.
    staff.post(OWNER, json!({ "customers_ids": [1], "owner_id": "none" })).await.ok();
    assert_eq!(results(staff.post(OWNER, claim).await.ok()), ["done"]);
    staff.post(PATH, json!({ "customers_id": 2, "status": 0 })).await.ok();
    staff.post(PATH, show).await.ok();
    assert_eq!(owned(&stack, 2).await, 2);
    // What an admin hands over comes in any case, and counts.
    stack.employee("15925130924", Role::Staff).await;
    admin.post("/api/customers/handover", json!({ "from_id": 2, "to_id": 3 })).await.ok();
    staff.post(PATH, new("3")).await.refused(StatusCode::CONFLICT, "limit");
    stack.verify_records().await;
}

#[tokio::test]
async fn a_limit_that_is_set_later_counts_those_who_are_there() {
    let (mut stack, admin, _) = limited(3).await;
    stack.app.owner_limit = None;
    let before = stack.client(customers::FUNCTION).with("session", &stack.session(2).await);
    for _ in 0..3 {
        before.post(PATH, json!({ "nickName": "瑞雪" })).await.ok();
    }
    admin
        .post(PATH, json!({ "nickName": "瑞雪", "owner_id": 2 }))
        .await
        .refused(StatusCode::CONFLICT, "limit");
}

#[tokio::test]
async fn of_three_hundred_claims_under_a_limit_of_a_hundred_exactly_a_hundred_are_done_whatever_goes_wrong() {
    let (stack, admin, _) = limited(100).await;
    let created = (0..300).map(|n| admin.post(PATH, json!({ "nickName": n, "owner_id": "none" })));
    for answer in join_all(created).await {
        answer.ok();
    }
    let token = stack.session(2).await;
    let hold = Hold::new(Duration::from_millis(5));
    let instances = (0..20u64).map(|instance| {
        let faulty = client(&stack.endpoint, hold.clone(), move |seen| {
            match fastrand::Rng::with_seed(instance << 32 | seen.before).u32(0..40) {
                0 => Fault::Conflict,
                1 => Fault::Throttle,
                2 => Fault::LostRequest,
                3 => Fault::LostAnswer,
                _ => Fault::Pass,
            }
        });
        let instance_of = Client::of(customers::FUNCTION, stack.app_over(stack.over(faulty)));
        let claimer = instance_of.with("session", &token);
        async move {
            for at in 0..15 {
                let id = instance * 15 + at + 1;
                let answer = claimer.post(OWNER, json!({ "customers_ids": [id], "owner_id": "me" })).await;
                if answer.status == StatusCode::OK {
                    let result = answer.ok()[0]["result"].clone();
                    assert!(result == "done" || result == "limit", "{result}");
                }
            }
        }
    });
    join_all(instances).await;
    // Whoever gave up may try again.
    let ids: Vec<_> = (1..=300).collect();
    let staff = stack.client(customers::FUNCTION).with("session", &token);
    for ids in ids.chunks(100) {
        staff.post(OWNER, json!({ "customers_ids": ids, "owner_id": "me" })).await.ok();
    }
    assert_eq!(owned(&stack, 2).await, 100);
    assert_eq!(staff.get(&format!("{PATH}?owner_id=me&count=1")).await.page().0, 100);
    stack.verify_records().await;
}
