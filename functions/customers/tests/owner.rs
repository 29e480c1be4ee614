//! Whose customer: owners and the pool.

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::Role;
use std::num::NonZeroU32;
use std::time::Duration;
use testing::encoded::encoded;
use testing::faults::{Fault, Hold, client};
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";
const OWNER: &str = "/api/customers/owner";

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

async fn give(client: &Client, body: Value) -> Value {
    client.post(OWNER, body).await.ok().clone()
}

/// The result and the owner of each row.
fn results(rows: &Value) -> Vec<(&str, Option<u64>)> {
    fn row(row: &Value) -> (&str, Option<u64>) {
        (row["result"].as_str().unwrap(), row["owner"]["user_id"].as_u64())
    }
    rows.as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn customers_are_claimed_given_back_given_on_and_assigned_by_those_who_may() {
    let stack = Stack::start().await;
    let [admin, me, other] = people(&stack).await;
    for owner in ["none", "none", "3"] {
        admin.post(PATH, json!({ "nickName": "瑞雪", "owner_id": owner })).await.ok();
    }
    let cases = [
        // Claims: from the pool only.
        (
            &me,
            json!({ "customers_ids": [2, 1, 9, 3], "owner_id": "me" }),
            vec![("done", Some(2)), ("done", Some(2)), ("not_found", None), ("taken", Some(3))],
        ),
        (&me, json!({ "customers_ids": "1", "owner_id": 2 }), vec![("done", Some(2))]),
        (&other, json!({ "customers_ids": 1, "owner_id": "me" }), vec![("taken", Some(2))]),
        (&admin, json!({ "customers_ids": 1, "owner_id": "me" }), vec![("taken", Some(2))]),
        // What is another's is not mine to give, nor to take.
        (
            &other,
            json!({ "customers_ids": [1, 3], "owner_id": "none" }),
            vec![("not_involved", Some(2)), ("done", None)],
        ),
        (
            &other,
            json!({ "customers_ids": [1], "owner_id": "3", "from_id": "2" }),
            vec![("not_involved", Some(2))],
        ),
        (&other, json!({ "customers_ids": [1], "owner_id": "1" }), vec![("not_involved", Some(2))]),
        // Given on, and back; only what still belongs to whom it should.
        (&me, json!({ "customers_ids": [1, 2], "owner_id": 3, "from_id": "me" }), vec![("done", Some(3)); 2]),
        (
            &me,
            json!({ "customers_ids": [1, 3], "owner_id": "none", "from_id": "me" }),
            vec![("taken", Some(3)), ("done", None)],
        ),
        (&other, json!({ "customers_ids": [2], "owner_id": "none" }), vec![("done", None)]),
        // Admins assign whatever is anybody's.
        (
            &admin,
            json!({ "customers_ids": [1, 2, 3], "owner_id": 2, "from_id": "none" }),
            vec![("taken", Some(3)), ("done", Some(2)), ("done", Some(2))],
        ),
        (&admin, json!({ "customers_ids": [1], "owner_id": "me", "from_id": 3 }), vec![("done", Some(1))]),
        (&admin, json!({ "customers_ids": [2, 3], "owner_id": 3 }), vec![("done", Some(3)); 2]),
    ];
    for (client, body, expected) in cases {
        let rows = give(client, body.clone()).await;
        assert_eq!(results(&rows), expected, "{body}");
        stack.verify_records().await;
    }
    let before = stack.dump().await;
    for (field, body) in [
        ("customers_ids", json!({ "owner_id": "me" })),
        ("customers_ids", json!({ "customers_ids": [], "owner_id": "me" })),
        ("customers_ids", json!({ "customers_ids": (1..=101).collect::<Vec<_>>(), "owner_id": "me" })),
        ("owner_id", json!({ "customers_ids": [1] })),
        ("owner_id", json!({ "customers_ids": [1], "owner_id": 9 })),
        ("owner_id", json!({ "customers_ids": [1], "owner_id": "us" })),
        ("from_id", json!({ "customers_ids": [1], "owner_id": "me", "from_id": "x" })),
    ] {
        admin.post(OWNER, body).await.refused_field(field);
    }
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn another_owner_is_no_edit() {
    let stack = Stack::start().await;
    let [_, me, other] = people(&stack).await;
    me.post(PATH, json!({ "nickName": "瑞雪", "phoneNumber": "13987022559" })).await.ok();
    let before = row(&me, 1).await;
    stack.advance(60);
    give(&me, json!({ "customers_ids": [1], "owner_id": 3 })).await;
    let after = row(&me, 1).await;
    for key in ["updateTime", "version", "createTime", "creator"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    // A form that was opened before is saved, and takes nobody back.
    other.post(PATH, json!({ "customers_id": 1, "version": 1, "job": "主任", "owner_id": 2 })).await.ok();
    assert_eq!(row(&me, 1).await["owner_id"], 3);
    stack.verify_records().await;
}

#[tokio::test]
async fn of_fifty_who_claim_a_customer_at_once_one_has_them_and_the_others_are_told_who() {
    let stack = Stack::start().await;
    let [admin, ..] = people(&stack).await;
    admin.post(PATH, json!({ "nickName": "瑞雪", "owner_id": "none" })).await.ok();
    let hold = Hold::new(Duration::from_millis(25));
    let mut claimers = Vec::new();
    for n in 0..50 {
        let employee = stack.employee(&format!("139{n:08}"), Role::Staff).await;
        let app = stack.app_over(stack.over(client(&stack.endpoint, hold.clone(), |_| Fault::Pass)));
        let session = stack.session(employee).await;
        claimers.push(Client::of(customers::FUNCTION, app).with("session", &session));
    }
    let claims = claimers.iter().map(|it| it.post(OWNER, json!({ "customers_ids": [1], "owner_id": "me" })));
    let answers = join_all(claims).await;
    let owner = row(&admin, 1).await["owner"].clone();
    let rows: Vec<_> = answers.iter().map(|answer| &answer.ok()[0]).collect();
    let with = |result: &str| rows.iter().filter(|row| row["result"] == result).count();
    assert_eq!((with("done"), with("taken")), (1, 49));
    assert!(rows.iter().all(|row| row["owner"] == owner));
    stack.verify_records().await;
}

#[tokio::test]
async fn a_claim_that_is_sent_again_with_its_key_is_answered_as_it_was() {
    let stack = Stack::start().await;
    let [admin, me, _] = people(&stack).await;
    admin.post(PATH, json!({ "nickName": "瑞雪", "owner_id": "none" })).await.ok();
    let keyed = me.with("idempotency-key", "claim");
    let first = keyed.post(OWNER, json!({ "customers_ids": [1], "owner_id": "me" })).await;
    give(&admin, json!({ "customers_ids": [1], "owner_id": 3 })).await;
    let again = keyed.post(OWNER, json!({ "customers_ids": [1], "owner_id": "me" })).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(row(&admin, 1).await["owner_id"], 3);
}

#[tokio::test]
async fn a_claim_costs_at_most_25_units_and_a_creation_at_most_8_more_for_the_owner() {
    let stack = Stack::embedded().await;
    let [admin, me, _] = people(&stack).await;
    let body =
        json!({ "nickName": "瑞雪", "realName": "赵丽萍", "phoneNumber": "13987022559", "owner_id": "none" });
    let created = admin.post(PATH, body).await.cost();
    let claimed = me.post(OWNER, json!({ "customers_ids": [1], "owner_id": "me" })).await.cost();
    let mut limited = stack.app.clone();
    limited.owner_limit = NonZeroU32::new(5);
    let limited = Client::of(customers::FUNCTION, limited).with("session", &stack.session(3).await);
    let given = me.post(OWNER, json!({ "customers_ids": [1], "owner_id": "none" })).await.cost();
    let under_limit = limited.post(OWNER, json!({ "customers_ids": [1], "owner_id": "me" })).await.cost();
    println!("create {created:?} claim {claimed:?} back {given:?} under a limit {under_limit:?}");
    // The entry in the list of all carries the owner, so that a page of it reads no customer: 2 units of each.
    for (cost, most) in [(claimed, 25.0), (given, 25.0), (under_limit, 26.0)] {
        assert!(cost.wcu <= most, "{cost:?}");
    }
}

/// Apart from the customers on it, whichever page.
#[tokio::test]
async fn a_list_of_an_owner_costs_at_most_15_units_and_with_a_name_what_one_of_an_organization_costs() {
    let stack = Stack::embedded().await;
    let [admin, me, _] = people(&stack).await;
    admin.post("/api/customers/organization", json!({ "groupName": "云南公司" })).await.ok();
    let new = |n: u32, owner: &str| json!({ "nickName": format!("王{n}"), "organization_id": 1, "owner_id": owner });
    for from in (0..120).step_by(40) {
        let created = (from..from + 40).map(|n| me.post(PATH, new(n, if n < 80 { "me" } else { "none" })));
        for answer in join_all(created).await {
            answer.ok();
        }
        stack.advance(400_000);
    }
    me.post(PATH, json!({ "nickName": "赵丽萍", "organization_id": 1 })).await.ok();
    for query in ["owner_id=me", "owner_id=none", "owner_id=3", "owner_id=2&status=all", "status=0"] {
        for page in 1..=5 {
            let answer = me.get(&format!("{PATH}?{query}&page={page}")).await;
            let cost = answer.cost();
            let apart = cost.rcu - answer.ids().len() as f64;
            assert!(apart <= 15.0 && cost.depth <= 5, "{query}, page {page}: {cost:?}");
        }
    }
    let cost = async |query: &str| me.get(&format!("{PATH}?{query}")).await.cost();
    // The entries carry the customers.
    for query in ["", "organization_id=1", "owner_id=me", "owner_id=none"] {
        for page in 1..=3 {
            let cost = cost(&format!("{query}&page={page}")).await;
            println!("a page of {query:?} {cost:?}");
            assert!(cost.rcu <= 12.0 && cost.depth <= 4, "{query}, page {page}: {cost:?}");
        }
    }
    for name in ["公司", "云南公司", "丽萍", "赵丽萍", "王1", "没有"] {
        let name = encoded(name);
        let with_organization = cost(&format!("name={name}&organization_id=1")).await;
        let mine = cost(&format!("name={name}&owner_id=me")).await;
        let pool = cost(&format!("name={name}&owner_id=none")).await;
        println!("organization {with_organization:?}\nmine {mine:?}\npool {pool:?}");
        assert!(
            mine.rcu <= with_organization.rcu && mine.depth <= with_organization.depth,
            "{name}: {mine:?}"
        );
    }
}
