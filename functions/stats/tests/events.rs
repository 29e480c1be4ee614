//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use super::company::{Company, contract, demand, follow, time};
use testing::events;

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    let company = Company::start().await;
    let at = |text| time(text);
    company.create(&contract(83, Some("100000"), Some(at("2021-07-26 09:31:33")))).await;
    company.create(&contract(1, Some("1200000"), Some(at("2021-07-21")))).await;
    company.create(&demand(Some(1), at("2021-07-16 14:00:00"))).await;
    company.create(&demand(None, at("2021-07-23 09:13:55"))).await;
    company.create(&follow(Some(1), at("2021-07-23 15:00:00"))).await;
    let token = company.stack.session(1).await;
    for event in events("stats") {
        let answer = company.stack.client(stats::FUNCTION).event(&event, &token).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
    }
}
