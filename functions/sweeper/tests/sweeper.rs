//! What is left when a writer dies, and what the sweeper makes of it.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use serde_json::json;
use shared::model::Role;
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Client, Stack};

const CUSTOMERS: &str = "/api/customers/customers";
const ORGANIZATIONS: &str = "/api/customers/organization";

/// What the table has of writes that are not done: their partitions are `DEFERRED` and `RENAME`.
async fn left(stack: &Stack) -> Vec<String> {
    let dump = stack.dump().await;
    dump.lines()
        .filter(|item| item.contains(r#""DEFERRED"#) || item.contains(r#""RENAME"#))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn whenever_a_writer_dies_what_it_has_left_is_finished_and_one_more_run_finds_nothing() {
    let (mut customers_left, mut renames_left) = (0, 0);
    for calls in 1..=16 {
        let stack = Stack::start().await;
        let employee = stack.employee("15331761337", Role::Staff).await;
        let token = stack.session(employee).await;
        let staff = stack.client(customers::FUNCTION).with("session", &token);
        staff.post(ORGANIZATIONS, json!({ "groupName": "旧名" })).await.ok();
        for name in ["甲", "乙", "丙", "丁"] {
            staff.post(CUSTOMERS, json!({ "nickName": name, "organization_id": 1 })).await.ok();
        }

        let dies =
            move |seen: SeenCall<'_>| if seen.before >= calls { Fault::LostRequest } else { Fault::Pass };
        let dying = || {
            let store = stack
                .over(client(&stack.endpoint, Hold::default(), dies))
                .busy_limit(Duration::from_millis(1));
            Client::of(customers::FUNCTION, stack.app_over(store)).with("session", &token)
        };
        // More distinct runs of characters than one transaction has room for.
        let name = "欧阳修苏轼王安石曾巩韩愈柳宗元苏洵苏辙李白杜甫白居易辛弃疾李清照陆游";
        dying().post(CUSTOMERS, json!({ "nickName": name })).await;
        let after_customer = left(&stack).await.len();
        dying().post(ORGANIZATIONS, json!({ "organization_id": 1, "groupName": "新的名字" })).await;
        customers_left += after_customer;
        renames_left += left(&stack).await.len() - after_customer;

        // When all leases have ended; and again, for the second walks of renames.
        let sweep = async || {
            stack.advance(61);
            sweeper::sweep(&stack.app_over(stack.later())).await.unwrap();
        };
        sweep().await;
        sweep().await;
        assert_eq!(left(&stack).await, Vec::<String>::new(), "after {calls} calls");
        stack.verify_records().await;
        let swept = stack.dump().await;
        sweep().await;
        assert!(stack.dump().await == swept, "one more run finds nothing to do");
    }
    assert!(
        customers_left > 0 && renames_left > 0,
        "{customers_left} {renames_left}: nobody has left anything"
    );
}
