//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use serde_json::json;
use shared::model::Role;
use testing::{Stack, events};

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("customers") {
        let stack = Stack::start().await;
        let employee = stack.employee("15331761337", Role::Admin).await;
        stack.employee("15925130924", Role::Staff).await;
        let token = stack.session(employee).await;
        let client = stack.client(customers::FUNCTION);
        let setup = client.with("session", &token);
        let organization = json!({ "groupName": "云南耳尖", "groupDetail": "大理" });
        setup.post("/api/customers/organization", organization).await.ok();
        let customer = json!({ "nickName": "ABC", "organization_id": 1, "phoneNumber": "18088175340" });
        setup.post("/api/customers/customers", customer).await.ok();
        let answer = client.event(&event, &token).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
    }
}
