//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use serde_json::json;
use testing::{Company, events};

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("contract") {
        let company = Company::start(contract::FUNCTION).await;
        let contract = json!({
            "organization_id": 1, "name": "天下第r合同", "code": "code", "amount": 1_200_000,
            "sign_time": "2021-08-01", "follower_id": [1, 2], "remit_amount": 1000,
            "remit_time": "2021-08-01 00:00:00", "creator_id": 1, "editor_id": 1,
        });
        company.client.post("/api/contract/contract", contract).await.ok();
        let answer = company.stack.client(contract::FUNCTION).event(&event, &company.token).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        company.stack.verify_records().await;
    }
}
