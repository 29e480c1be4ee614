//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use crate::importing::csv;
use crate::office::Office;
use serde_json::json;
use testing::events;

const STORAGE: &str = "https://crm-files.s3.cn-north-1.amazonaws.com.cn/";

#[tokio::test]
async fn every_event_is_answered() {
    for event in events("transfer") {
        let office = Office::start().await;
        office.begin(json!({ "kind": "customers", "organization_id": 1 })).await;
        let file = csv(&["姓名,手机号,单位", "王一,13800138001,新单位", ",,新单位"]);
        // Job 2 is as far as the event needs it.
        match event.as_str() {
            "transfer-check-post.json" => drop(office.announce("customers", &file).await),
            "transfer-run-post.json" => drop(office.checked("customers", &file, json!({})).await),
            "transfer-undo-post.json" | "transfer-report-get.json" => {
                office.import("customers", &file, json!({})).await;
            }
            _ => {}
        }
        let client = office.company.stack.client(transfer::FUNCTION);
        let answer = client.event(&event, &office.company.token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        // What is signed differs every time.
        match event.as_str() {
            "transfer-template-get.json" => {}
            "transfer-report-get.json" => {
                let url = format!("{STORAGE}imports/2/report?X-Amz-Signature=5d1b1f62…");
                insta::assert_json_snapshot!(event, answer.body, { ".data.url" => url });
            }
            "transfer-import-post.json" => insta::assert_json_snapshot!(event, answer.body, {
                ".data.upload.url" => STORAGE,
                ".data.upload.fields.policy" => "eyJjb25kaXRpb25zIjpb…",
                ".data.upload.fields[\"x-amz-credential\"]" => "ASIAEXAMPLE/20210801/cn-north-1/s3/aws4_request",
                ".data.upload.fields[\"x-amz-date\"]" => "20210801T040000Z",
                ".data.upload.fields[\"x-amz-signature\"]" => "5d1b1f62…",
            }),
            _ => insta::assert_json_snapshot!(event, answer.body),
        }
        office.company.stack.verify_records().await;
    }
}
