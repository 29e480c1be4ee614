//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use crate::office::Office;
use serde_json::json;
use testing::events;

#[tokio::test]
async fn every_event_is_answered() {
    for event in events("transfer") {
        let office = Office::start().await;
        office.begin(json!({ "kind": "customers", "organization_id": 1 })).await;
        let client = office.company.stack.client(transfer::FUNCTION);
        let answer = client.event(&event, &office.company.token).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        office.company.stack.verify_records().await;
    }
}
