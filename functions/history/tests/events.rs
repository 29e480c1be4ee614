//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use super::office::{DELETABLE, Office};
use shared::store::FEED_DELAY;
use testing::events;

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("history") {
        let office = Office::open().await;
        // The contract 2 was edited and deleted.
        let contract = &DELETABLE[3];
        office.create(contract).await;
        office.edit(contract, 2, 1).await;
        office.delete(contract, 2).await;
        let stack = &office.company.stack;
        stack.advance(i64::from(FEED_DELAY));
        let answer = stack.client(history::FUNCTION).event(&event, &office.admin).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        stack.verify_records().await;
    }
}
