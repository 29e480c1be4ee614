//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use serde_json::json;
use testing::{Company, events};

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("history") {
        let company = Company::start(feedback::FUNCTION).await;
        let satisfy =
            json!({ "customers_id": 1, "record_time": "2021-07-21 01:02:30", "value": 4, "note": "好" });
        company.client.post("/api/feedback/satisfy", satisfy).await.ok();
        let admin = company.stack.session(1).await;
        let answer = company.stack.client(history::FUNCTION).event(&event, &admin).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        company.stack.verify_records().await;
    }
}
