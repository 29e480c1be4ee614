//! Handing all customers of an employee over.

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::{Customer, Plan, Role, resume_handovers};
use shared::store::{Author, Entity, Write};
use shared::time::Time;
use std::time::Duration;
use testing::faults::{Fault, Hold, client};
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";
const OWNER: &str = "/api/customers/owner";
const HANDOVER: &str = "/api/customers/handover";

/// The admin (1) of a company where the leaver (2) owns so many customers, every tenth of whom is hidden.
async fn company(owned: u32) -> (Stack, Client) {
    let stack = Stack::start().await;
    stack.admin().await;
    let admin = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    for phone in ["15331761337", "15925130924", "18088175340"] {
        stack.employee(phone, Role::Staff).await;
    }
    let new = |n: u32| json!({ "nickName": n, "owner_id": 2, "status": u32::from(!n.is_multiple_of(10)) });
    for from in (0..owned).step_by(50) {
        let created = (from..owned.min(from + 50)).map(|n| admin.post(PATH, new(n)));
        for answer in join_all(created).await {
            answer.ok();
        }
        stack.advance(60);
    }
    (stack, admin)
}

/// How many customers each employee has, hidden ones too; nobody is 0.
async fn owners(stack: &Stack, customers: u32) -> [usize; 5] {
    let ids: Vec<_> = (1..=customers).collect();
    let customers = stack.app.store.entities::<Customer>(&ids).await.unwrap();
    let mut owners = [0; 5];
    for customer in customers {
        owners[customer.owner.unwrap_or(0) as usize] += 1;
    }
    owners
}

#[tokio::test]
async fn all_customers_go_to_somebody_or_to_the_pool_hidden_ones_too() {
    let (stack, admin) = company(130).await;
    let done = admin.post(HANDOVER, json!({ "from_id": 2, "to_id": 3 })).await;
    assert_eq!(done.ok(), &json!({ "moved": 130, "left": 0 }));
    assert_eq!(owners(&stack, 130).await, [0, 0, 0, 130, 0]);
    let again = admin.post(HANDOVER, json!({ "from_id": 2, "to_id": 3 })).await;
    assert_eq!(again.ok(), &json!({ "moved": 0, "left": 0 }));
    admin.post(HANDOVER, json!({ "from_id": 3, "to_id": "none" })).await.ok();
    assert_eq!(owners(&stack, 130).await, [130, 0, 0, 0, 0]);
    stack.verify_records().await;
    for (field, body) in [
        ("from_id", json!({ "to_id": 3 })),
        ("to_id", json!({ "from_id": 2 })),
        ("from_id", json!({ "from_id": 9, "to_id": 3 })),
        ("to_id", json!({ "from_id": 2, "to_id": 9 })),
        ("to_id", json!({ "from_id": 2, "to_id": 2 })),
    ] {
        admin.post(HANDOVER, body).await.refused_field(field);
    }
    let staff = stack.client(customers::FUNCTION).with("session", &stack.session(3).await);
    staff
        .post(HANDOVER, json!({ "from_id": 2, "to_id": 3 }))
        .await
        .refused(axum::http::StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn open_plans_go_along_unless_whoever_gets_them_has_one_for_the_customer_and_done_ones_stay() {
    let (stack, admin) = company(3).await;
    let store = &stack.app.store;
    let plan = async |customer: u32, employee: u32, is_done: bool| {
        let (at, id) = (Time(1_627_800_000 + customer), store.next_id(Plan::KIND).await.unwrap());
        let done = is_done.then_some(at);
        let plan = Plan { customer, employee, at, note: None, done, operator: 2, created: at, edition: 1 };
        let mut write = Write::new(Author { by: 2, at });
        write.create(id, &plan).unwrap();
        store.commit(write).await.unwrap();
        id
    };
    let [open, done, twice, theirs] =
        [plan(1, 2, false).await, plan(2, 2, true).await, plan(3, 2, false).await, plan(3, 3, false).await];
    let handed_over = admin.post(HANDOVER, json!({ "from_id": 2, "to_id": 3 })).await;
    assert_eq!(handed_over.ok(), &json!({ "moved": 5, "left": 0 }));
    let mut employees = Vec::new();
    for id in [open, done, twice, theirs] {
        employees.push(store.entity::<Plan>(id).await.unwrap().map(|plan| plan.employee));
    }
    assert_eq!(employees, [Some(3), Some(2), None, Some(3)]);
    stack.verify_records().await;
}

/// Dies after each of its calls, while others edit what it has not reached yet with what they read before, and claim what it
/// has brought to the pool.
#[tokio::test]
async fn wherever_a_handover_dies_calling_again_ends_with_everybody_moved_or_with_who_claimed_them() {
    let customers = 60;
    let (stack, admin) = company(customers).await;
    let token = stack.session(1).await;
    let rows: Vec<Value> = {
        let list = admin.get(&format!("{PATH}?owner_id=2&count=100")).await;
        list.ok().as_array().unwrap().clone()
    };
    let claimer = stack.client(customers::FUNCTION).with("session", &stack.session(4).await);
    let mut left = 1;
    let mut dies_after = 3;
    while left > 0 {
        let faulty = client(&stack.endpoint, Hold::default(), move |seen| match seen.before >= dies_after {
            true => Fault::LostRequest,
            false => Fault::Pass,
        });
        let store = stack.over(faulty).busy_limit(Duration::from_millis(1));
        let dying = Client::of(customers::FUNCTION, stack.app_over(store)).with("session", &token);
        let answer = dying.post(HANDOVER, json!({ "from_id": 2, "to_id": "none" })).await;
        if answer.status == 200 {
            left = answer.ok()["left"].as_u64().unwrap();
        }
        stack.advance(1);
        // A form that is as old as the handover.
        let mut row = rows[dies_after as usize % rows.len()].clone();
        row.as_object_mut().unwrap().remove("version");
        row["customers_id"] = row["id"].clone();
        row["job"] = json!("主任");
        admin.post(PATH, row).await.ok();
        claimer.post(OWNER, json!({ "customers_ids": [dies_after % 60 + 1], "owner_id": "me" })).await.ok();
        dies_after += 1;
    }
    let [pool, _, leaver, _, claimed] = owners(&stack, customers).await;
    assert_eq!((leaver, pool + claimed), (0, customers as usize));
    assert!(claimed > 0 && pool > 0, "{pool} {claimed}");
    stack.verify_records().await;
}

#[tokio::test]
async fn a_handover_that_died_is_ended_by_the_sweeper_but_takes_nobody_who_came_back_meanwhile() {
    let (stack, admin) = company(120).await;
    let token = stack.session(1).await;
    let faulty = client(&stack.endpoint, Hold::default(), |seen| match seen.transactions_before >= 102 {
        true => Fault::LostRequest,
        false => Fault::Pass,
    });
    let store = stack.over(faulty).busy_limit(Duration::from_millis(1));
    let dying = Client::of(customers::FUNCTION, stack.app_over(store)).with("session", &token);
    let answer = dying.post(HANDOVER, json!({ "from_id": 2, "to_id": 3 })).await;
    assert_ne!(answer.status, 200);
    let [_, _, left, moved, _] = owners(&stack, 120).await;
    assert!(left > 0 && moved >= 100, "{left} {moved}");
    // The walk has passed the first.
    admin.post(OWNER, json!({ "customers_ids": [1], "owner_id": 2 })).await.ok();
    let store = stack.later();
    resume_handovers(&store, stack.app.clock.epoch(), Duration::from_secs(60)).await.unwrap();
    assert_eq!(owners(&stack, 120).await[2], left + 1, "its writer may still be at work");
    resume_handovers(&store, stack.app.clock.epoch() + 60, Duration::from_secs(60)).await.unwrap();
    assert_eq!(owners(&stack, 120).await, [0, 0, 1, 119, 0]);
    stack.verify_records().await;
}
