//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use super::office::{DELETABLE, Office};
use shared::store::FEED_DELAY;
use testing::events;

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("history") {
        let office = Office::open().await;
        // The satisfaction 1 was edited and deleted.
        let satisfy = &DELETABLE[2];
        let id = office.create(satisfy).await;
        office.edit(satisfy, id, 1).await;
        office.delete(satisfy, id).await;
        let stack = &office.company.stack;
        stack.advance(i64::from(FEED_DELAY));
        let answer = stack.client(history::FUNCTION).event(&event, &office.admin).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        stack.verify_records().await;
    }
}
