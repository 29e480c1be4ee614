//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use serde_json::json;
use shared::model::Role;
use testing::{PASSWORD, Stack, events};

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("user") {
        let stack = Stack::start().await;
        stack.admin().await;
        stack.employee("15331761337", Role::Admin).await;
        let client = stack.client(user::FUNCTION);
        let login = json!({ "phoneNumber": "15331761337", "password": PASSWORD });
        let login = client.post("/api/user/login", login).await;
        let token = login.ok()["session"].as_str().unwrap();
        let setup = client.with("session", token);
        setup.post("/api/user/menu", json!({ "name": "拜访记录", "area": "record" })).await.ok();
        setup.post("/api/user/usermenu", json!({ "user_id": 2, "menu": [1] })).await.ok();
        let answer = client.event(&event, token).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body, { ".data.session" => "[token]", ".data.sid" => "[token]" });
    }
}
