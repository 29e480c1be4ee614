//! Employees and organizations of version 0.1, whose names older entries do not have.

use super::golden::{golden, swept, table};
use super::golden_company::admin;
use super::golden_lists::ALWAYS;
use serde_json::json;
use testing::encoded::encoded;

#[tokio::test]
async fn employees_and_organizations_of_version_0_1_are_right_before_the_repair_and_found_after_it() {
    let items = golden("v0.1");
    let stack = table(&items).await;
    let employees = admin(stack.app.clone(), "/api/user/user");
    let found = async |name: &str| {
        let answer = employees.get(&format!("/api/user/user?name={}", encoded(name))).await;
        (answer.page().0, answer.ids())
    };
    let contracts = admin(stack.app.clone(), "/api/contract/contract");
    let every_organization_is_named = async || {
        let answer = contracts.get(&format!("/api/contract/contract?count=100&{ALWAYS}")).await;
        let rows = answer.ok().as_array().unwrap().clone();
        assert!(!rows.is_empty() && rows.iter().all(|row| row["organization"] != ""), "{rows:?}");
    };
    every_organization_is_named().await;
    // Nobody is found by a name until they are written again, and then by all that they have and nothing that they had.
    let rename = async |name: &str| {
        let body = json!({ "user_id": 2, "realName": name });
        employees.post("/api/user/user", body).await.ok();
    };
    assert_eq!(found("李俊").await, (0, Vec::new()));
    rename("王俊辉").await;
    for (name, ids) in
        [("俊", vec![2]), ("李", vec![]), ("李俊", vec![]), ("王俊辉", vec![2]), ("小耳", vec![2])]
    {
        assert_eq!(found(name).await, (ids.len() as u64, ids), "{name}");
    }
    rename("赵俊").await;
    for (name, ids) in
        [("王", vec![]), ("王俊", vec![]), ("赵俊", vec![2]), ("辉", vec![]), ("张建林", vec![])]
    {
        assert_eq!(found(name).await, (ids.len() as u64, ids), "{name}");
    }
    swept(&stack).await;
    stack.repair_records().await;
    stack.verify_records().await;
    for (name, ids) in [("张建林", vec![4]), ("王", vec![]), ("赵", vec![2]), ("1357713", vec![3])] {
        assert_eq!(found(name).await, (ids.len() as u64, ids), "{name}");
    }
    rename("李俊辉").await;
    assert_eq!((found("赵").await, found("李俊").await), ((0, Vec::new()), (1, vec![2])));
    every_organization_is_named().await;
    stack.verify_records().await;
}
