//! Every figure of the statistics by person is the total of a list, after many have written at once.

use docs::FUNCTIONS;
use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testing::{Company, Stack};

const WINDOW: &str = "start_time=2021-07-01&end_time=2021-08-01T23:59:59";

/// The total of a list.
async fn total(stack: &Stack, session: &str, path: &str, query: &str) -> u64 {
    let client = stack.client_of(&FUNCTIONS, path, session);
    client.get(&format!("{path}?count=1&{query}&{WINDOW}")).await.page().0
}

async fn write(stack: &Stack, session: &str, mut random: Rng) {
    let day = |random: &mut Rng| format!("2021-07-{:02} {:02}:00:00", random.u32(1..=31), random.u32(0..24));
    for _ in 0..8 {
        let follower = random.u32(1..=4);
        let (path, body) = match random.u32(0..4) {
            0 => (
                "/api/record/upload",
                json!({ "customers_id": random.u32(1..=5), "follower_id": [follower, 1 + follower % 4],
                    "record_time": day(&mut random), "event": random.u32(1..=5), "content": "需求" }),
            ),
            1 => (
                "/api/contract/contract",
                json!({ "organization_id": random.u32(1..=3), "name": "合同", "amount": random.u32(1..1000),
                    "sign_time": day(&mut random), "follower_id": [follower] }),
            ),
            2 => ("/api/customers/customers", json!({ "nickName": "新", "owner_id": follower })),
            _ => (
                "/api/customers/owner",
                json!({ "customers_ids": [random.u32(1..=5)], "owner_id": follower }),
            ),
        };
        stack.client_of(&FUNCTIONS, path, session).post(path, body).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_the_total_of_the_list_behind_it_after_twenty_have_written_at_once() {
    let stack = Company::start(stats::FUNCTION).await.stack;
    let session = stack.session(1).await;
    join_all((0..20).map(|seed| write(&stack, &session, Rng::with_seed(seed)))).await;
    let stats = stack.client_of(&FUNCTIONS, "/api/stats/employee", &session);
    let rows = stats.get(&format!("/api/stats/employee?{WINDOW}")).await;
    let rows = rows.ok().as_array().unwrap();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let id = &row["user_id"];
        let of_employee = format!("user_id={id}");
        let follows = total(&stack, &session, "/api/record/follow", &of_employee).await;
        let owned = format!("owner_id={id}");
        let customers = total(&stack, &session, "/api/customers/customers", &owned).await;
        let signed = format!("time=sign&{of_employee}");
        let signed = total(&stack, &session, "/api/contract/contract", &signed).await;
        let figures = ["follow_count", "customers_count", "sign_count"].map(|key| row[key].clone());
        assert_eq!(figures, [json!(follows), json!(customers), json!(signed)], "employee {id}");
    }
    for by in ["day", "week", "month"] {
        let trend = stats.get(&format!("/api/stats/trend?by={by}&{WINDOW}")).await;
        let sum = |key: &str| -> u64 {
            trend.ok().as_array().unwrap().iter().map(|row: &Value| row[key].as_u64().unwrap()).sum()
        };
        let follows = total(&stack, &session, "/api/record/follow", "").await;
        let demands = total(&stack, &session, "/api/record/demand", "customers_id=all").await;
        let signed = total(&stack, &session, "/api/contract/contract", "time=sign").await;
        let sums = [sum("follow_count"), sum("demand_count"), sum("sign_count")];
        assert_eq!(sums, [follows, demands, signed], "by {by}");
    }
    stack.verify_records().await;
}
