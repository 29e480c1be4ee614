//! Owners in the history of customers.

use serde_json::json;
use shared::model::Role;
use testing::Stack;

#[tokio::test]
async fn who_gave_a_customer_to_whom_is_in_the_history_and_nothing_brings_the_old_owner_back() {
    let stack = Stack::start().await;
    stack.admin().await;
    let admin = stack.client(history::FUNCTION).with("session", &stack.session(1).await);
    let me = stack.signed_in(customers::FUNCTION, "15331761337", Role::Staff).await;
    stack.employee("15925130924", Role::Staff).await;
    me.post("/api/customers/customers", json!({ "nickName": "瑞雪" })).await.ok();
    stack.advance(60);
    me.post("/api/customers/owner", json!({ "customers_ids": [1], "owner_id": 3 })).await.ok();

    let changes = admin.get("/api/history/record?kind=customers&id=1").await;
    let change = &changes.ok()[0];
    let what = (&change["action"], &change["by"]["user_id"], &change["time"]);
    assert_eq!(what, (&json!("edit"), &json!(2), &json!("2021-08-01 12:01:00")));
    let fields = change["changes"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["field"] == name).unwrap();
    assert_eq!((&field("owner_id")["before"], &field("owner_id")["after"]), (&json!(2), &json!(3)));
    let phone = |side: &str| field("owner")[side]["phoneNumber"].clone();
    assert_eq!((phone("before"), phone("after")), (json!("15331761337"), json!("15925130924")));
    assert_eq!(fields.len(), 2);
    let log = admin.get("/api/history/log?kind=customers").await;
    assert_eq!((&log.ok()[0]["by"]["user_id"], log.page().0), (&json!(2), 2));

    // Back to what it was before: all but the owner.
    admin.post("/api/history/restore", json!({ "kind": "customers", "id": 1, "to_revision": 1 })).await.ok();
    assert_eq!(me.get("/api/customers/customers").await.ok()[0]["owner_id"], 3);
    stack.verify_records().await;
}
