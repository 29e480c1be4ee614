//! Hiding an organization that others belong to.

use axum::http::StatusCode;
use docs::FUNCTIONS;
use serde_json::json;
use testing::Company;

const ORGANIZATIONS: &str = "/api/customers/organization";
const CUSTOMERS: &str = "/api/customers/customers";

#[tokio::test]
async fn an_organization_in_use_is_hidden_only_if_that_is_meant() {
    let company = Company::start(customers::FUNCTION).await;
    let client = |path| company.stack.client_of(&FUNCTIONS, path, &company.token);
    let (customers, contracts) = (client(CUSTOMERS), client("/api/contract/contract"));
    let organization = customers.post(ORGANIZATIONS, json!({ "groupName": "甲" })).await.ok()["id"].clone();
    let hide = json!({ "organization_id": organization, "status": 0 });
    let customer = json!({ "nickName": "a", "organization_id": organization });
    let customer = customers.post(CUSTOMERS, customer).await.ok()["id"].clone();
    let contract = json!({ "name": "a", "organization_id": organization });
    contracts.post("/api/contract/contract", contract.clone()).await.ok();
    contracts.post("/api/contract/contract", contract).await.ok();

    let before = company.stack.dump().await;
    let refused = customers.post(ORGANIZATIONS, hide.clone()).await;
    refused.refused(StatusCode::CONFLICT, "in_use");
    assert_eq!(refused.body["data"], json!({ "customers": 1, "contracts": 2 }));
    assert_eq!(company.stack.dump().await, before);

    // It may be edited all the same, and be hidden by whoever insists, and the hidden one may be edited.
    customers.post(ORGANIZATIONS, json!({ "organization_id": organization, "type": 2 })).await.ok();
    let mut forced = hide.clone();
    forced["force"] = json!(true);
    customers.post(ORGANIZATIONS, forced).await.ok();
    customers.post(ORGANIZATIONS, hide.clone()).await.ok();
    customers.post(ORGANIZATIONS, json!({ "organization_id": organization, "status": 1 })).await.ok();

    // Who is hidden or deleted uses nothing.
    customers.post(CUSTOMERS, json!({ "customers_id": customer, "status": 0 })).await.ok();
    for id in [1, 2] {
        contracts.post("/api/contract/delcontract", json!({ "contract_id": id })).await.ok();
    }
    customers.post(ORGANIZATIONS, hide).await.ok();
    company.stack.verify_records().await;
}
