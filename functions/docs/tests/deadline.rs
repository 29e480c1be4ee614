//! A request is answered before Lambda ends it.

use axum::body::Body;
use axum::http::Request;
use lambda_http::Context;
use serde_json::json;
use std::time::{Duration, Instant, UNIX_EPOCH};
use testing::Company;
use testing::faults::{Fault, Hold, client};

#[tokio::test]
async fn a_request_that_the_table_keeps_waiting_is_told_to_come_again_while_there_is_time() {
    let company = Company::start(customers::FUNCTION).await;
    let busy = client(&company.stack.endpoint, Hold::default(), |seen| match seen.operation {
        "TransactWriteItems" => Fault::Throttle,
        _ => Fault::Pass,
    });
    let client = company.over(company.stack.over(busy).busy_limit(Duration::from_secs(60)));
    let mut context = Context::default();
    let deadline = UNIX_EPOCH.elapsed().unwrap() + Duration::from_secs(3);
    context.deadline = u64::try_from(deadline.as_millis()).unwrap();
    let begun = Instant::now();
    let request = Request::post("/api/customers/customers")
        .header("session", &company.token)
        .extension(context)
        .body(Body::from(json!({ "nickName": "a" }).to_string()))
        .unwrap();
    let answer = client.request(request).await;
    assert_eq!((answer.status, answer.body["code"].as_str()), (503, Some("busy")));
    // Without a deadline it would be a minute.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
