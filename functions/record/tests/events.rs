//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use serde_json::json;
use testing::{Company, events};

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("record") {
        let company = Company::start(record::FUNCTION).await;
        let record = json!({
            "customers_id": 2, "follower_id": [3, 4], "record_time": "2021-07-23 09:13:55", "event": 2,
            "content": "需求优化", "content_note": "测试序曲",
            "content_attach": "http://data.eartip.cn/static/upload/cover/cover_1627024247758.png",
        });
        company.client.post("/api/record/upload", record).await.ok();
        let plan = json!({ "customers_id": 2, "time": "2021-08-02 09:30:00", "note": "再次拜访" });
        company.client.post("/api/record/plan", plan).await.ok();
        let answer = company.stack.client(record::FUNCTION).event(&event, &company.token).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        company.stack.verify_records().await;
    }
}
