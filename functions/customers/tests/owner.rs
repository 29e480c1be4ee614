//! Whose customer: owners and the pool.

use serde_json::{Value, json};
use shared::model::Role;
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";

/// An admin (1) and two of the staff (2 and 3).
async fn people(stack: &Stack) -> [Client; 3] {
    stack.admin().await;
    let phones = ["15331761337", "15925130924"];
    let admin = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    let [a, b] = phones.map(|phone| stack.signed_in(customers::FUNCTION, phone, Role::Staff));
    [admin, a.await, b.await]
}

async fn row(client: &Client, id: u64) -> Value {
    client.get(&format!("{PATH}?customers_id={id}")).await.ok()[0].clone()
}

#[tokio::test]
async fn a_new_customer_belongs_to_whoever_creates_them_unless_it_is_said_otherwise() {
    let stack = Stack::start().await;
    let [_, me, _] = people(&stack).await;
    let cases = [
        (json!({}), json!(2)),
        (json!({ "owner_id": "" }), json!(2)),
        (json!({ "owner_id": "me" }), json!(2)),
        (json!({ "owner_id": "none" }), json!(null)),
        (json!({ "owner_id": "3" }), json!(3)),
    ];
    for (mut body, owner) in cases {
        body["nickName"] = json!("瑞雪");
        let id = me.post(PATH, body.clone()).await.ok()["id"].as_u64().unwrap();
        let row = row(&me, id).await;
        assert_eq!((&row["owner_id"], &row["owner"]["user_id"]), (&owner, &owner), "{body}");
    }
    let before = stack.dump().await;
    for unknown in [json!(9), json!("all"), json!(0)] {
        me.post(PATH, json!({ "nickName": "a", "owner_id": unknown })).await.refused_field("owner_id");
    }
    assert_eq!(stack.dump().await, before);
    stack.verify_records().await;
}

#[tokio::test]
async fn no_edit_changes_the_owner_whatever_it_sends() {
    let stack = Stack::start().await;
    let [admin, me, _] = people(&stack).await;
    me.post(PATH, json!({ "nickName": "瑞雪" })).await.ok();
    let whole = row(&me, 1).await;
    for owner in [json!(3), json!("none"), json!(null), json!(""), json!("x"), json!([])] {
        let edit = json!({ "customers_id": 1, "job": "主任", "owner_id": owner });
        admin.post(PATH, edit).await.ok();
        assert_eq!(row(&me, 1).await["owner_id"], 2);
    }
    let mut sent_back = row(&me, 1).await;
    sent_back["owner_id"] = json!(3);
    sent_back["nickName"] = json!("瑞雪二");
    me.with("prefer", "handling=strict").post(PATH, sent_back).await.ok();
    let now = row(&me, 1).await;
    assert_eq!((&now["owner"], &now["nickName"]), (&whole["owner"], &json!("瑞雪二")));
}
