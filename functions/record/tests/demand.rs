//! `/api/record/demand` and `/api/record/deldemand`.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::model::Demand;
use shared::store::Window;
use testing::Company;

/// What the interface list shows.
const SAMPLE: &str = r#"{"id": 7,"customers_id": 236,"content": "需求优化","attach": "http://data.eartip.cn/static/upload/cover/cover_1627024247758.png","recordTime": "2021-07-23 15:10:36","operator_id": 22,"createTime": "2021-07-23 15:10:53","note": "测试序曲","operator": {"nickName": "张建林","realName": "张建林","phoneNumber": "15925130924"},"customers": {"nickName": ".","realName": "普翠","organization": ""},"customers_group": null}"#;
const ADDITIVE: [&str; 5] = ["organization_id", "follower", "follower_id", "version", "operator.user_id"];

/// A change of demand of a customer at some time.
async fn demand(company: &Company, customer: u32, time: &str) -> u64 {
    let body = json!({
        "customers_id": customer, "follower_id": [3], "record_time": time, "content": "需求优化",
        "content_attach": "http://data.eartip.cn/1.png", "content_note": "测试序曲",
    });
    company.client.post("/api/record/upload", body).await.ok()["demand_id"].as_u64().unwrap()
}

async fn row(company: &Company, id: u64) -> Value {
    company.client.get(&format!("/api/record/demand?demand_id={id}")).await.ok()[0].clone()
}

#[tokio::test]
async fn rows_have_the_keys_and_types_of_the_interface_lists_sample() {
    let company = Company::start(record::FUNCTION).await;
    demand(&company, 1, "2021-07-31 15:10:36").await;
    let answer = company.client.get("/api/record/demand").await;
    answer.rows_are_like(SAMPLE, &ADDITIVE);
    assert_eq!(answer.page(), (1, 1, 20));
    company.client.get("/api/record/demand?demand_id=1").await.rows_are_like(SAMPLE, &ADDITIVE);
}

#[tokio::test]
async fn without_a_customer_it_is_the_one_with_the_newest_demand_in_the_window() {
    let company = Company::start(record::FUNCTION).await;
    for (customer, time) in
        [(1, "2021-07-28"), (2, "2021-07-29"), (1, "2021-07-30"), (2, "2021-08-09"), (3, "2021-07-01")]
    {
        demand(&company, customer, time).await;
    }
    let get = |query: &'static str| {
        let client = company.client.clone();
        async move { client.get(&format!("/api/record/demand?{query}")).await }
    };
    let newest = get("").await;
    assert_eq!((newest.ids(), newest.page().0), (vec![3, 1], 2));
    assert_eq!(get("page=2&count=1").await.ids(), [1]);
    assert_eq!(get("end_time=2021-08-31&start_time=2021-07-01").await.ids(), [4, 2]);
    assert_eq!(get("end_time=2021-07-10").await.ids(), [] as [u64; 0]);
    assert_eq!(get("start_time=2021-07-01&end_time=2021-07-10").await.ids(), [5]);
    assert_eq!(get("customers_id=2").await.ids(), [2]);
    // The newest goes, and the customer with it.
    company.client.post("/api/record/deldemand", json!({ "demand_id": 3 })).await.ok();
    assert_eq!(get("").await.ids(), [2]);
    // A long one tells its customer, too.
    let edit = json!({ "demand_id": 1, "record_time": "2021-07-31", "content": "长".repeat(3000) });
    company.client.post("/api/record/demand", edit).await.ok();
    let newest = get("").await;
    assert_eq!((newest.ids(), newest.ok()[0]["content"].as_str().unwrap().chars().count()), (vec![1], 3000));
}

#[tokio::test]
async fn an_edit_keeps_the_time_and_reads_every_name_of_a_field() {
    let company = Company::start(record::FUNCTION).await;
    demand(&company, 1, "2021-07-30 08:00:00").await;
    let seeds = json!({
        "demand_id": 1, "customers_id": 2, "organization_id": 1, "follower_id": [1, 2], "content": "新需求",
        "demand_attach": "http://a.cn/2.png", "demand_note": "二",
    });
    let answer = company.client.post("/api/record/demand", seeds).await;
    assert_eq!(answer.body, json!({ "status": 0, "msg": "修改成功", "data": { "id": 1, "version": 2 } }));
    let shown = row(&company, 1).await;
    assert_eq!((&shown["recordTime"], &shown["version"]), (&json!("2021-07-30 08:00:00"), &json!(2)));
    assert_eq!((&shown["content"], &shown["note"]), (&json!("新需求"), &json!("二")));
    assert_eq!((&shown["attach"], &shown["customers_id"]), (&json!("http://a.cn/2.png"), &json!(2)));
    for (name, value) in [("content_note", "三"), ("note", "四"), ("demand_note", "五")] {
        company.client.post("/api/record/demand", json!({ "demand_id": 1, name: value })).await.ok();
        assert_eq!(row(&company, 1).await["note"], value);
    }
    for name in ["content_attach", "attach", "demand_attach"] {
        let url = format!("http://a.cn/{name}");
        company.client.post("/api/record/demand", json!({ "demand_id": 1, name: url })).await.ok();
        assert_eq!(row(&company, 1).await["attach"], url);
        let wrong = company.client.post("/api/record/demand", json!({ "demand_id": 1, name: "x" })).await;
        wrong.refused_field(name);
    }
    company
        .client
        .post("/api/record/demand", json!({ "demand_id": 1, "content": "" }))
        .await
        .refused_field("content");
    let moved = json!({ "demand_id": 1, "record_time": "2020-02-02" });
    company.client.post("/api/record/demand", moved).await.ok();
    assert_eq!(company.client.get("/api/record/demand?customers_id=2").await.page().0, 0);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_deleted_change_is_gone_everywhere_and_an_old_version_neither_edits_nor_deletes() {
    let company = Company::start(record::FUNCTION).await;
    demand(&company, 2, "2021-07-30").await;
    demand(&company, 2, "2021-07-31").await;
    for path in ["/api/record/demand", "/api/record/deldemand"] {
        let old = company.client.post(path, json!({ "demand_id": 1, "content": "x", "version": 7 })).await;
        old.refused(StatusCode::CONFLICT, "version_out_of_date");
        // The id in one place and the version in the other.
        let json = [("content-type", "application/json")];
        for (query, body) in
            [("demand_id=1", json!({ "version": 7 })), ("version=7", json!({ "demand_id": 1 }))]
        {
            for method in [Method::DELETE, Method::POST] {
                let path = format!("/api/record/deldemand?{query}");
                let old = company.client.send(method, &path, &json, body.to_string()).await;
                old.refused(StatusCode::CONFLICT, "version_out_of_date");
            }
        }
    }
    let old =
        company.client.send(Method::DELETE, "/api/record/deldemand?demand_id=1&version=7", &[], "").await;
    old.refused(StatusCode::CONFLICT, "version_out_of_date");
    let gone =
        company.client.send(Method::DELETE, "/api/record/deldemand?demand_id=1&version=1", &[], "").await;
    assert_eq!(gone.body, json!({ "status": 0, "msg": "删除成功" }));
    let again = company.client.send(Method::DELETE, "/api/record/deldemand?demand_id=1", &[], "").await;
    again.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(company.client.get("/api/record/demand?customers_id=2").await.ids(), [2]);
    let listing = [Demand::of_organization(Some(1))];
    assert_eq!(company.stack.app.store.total(&listing, Window::ALL).await.unwrap().count, 1);
    company.stack.verify_records().await;
}
