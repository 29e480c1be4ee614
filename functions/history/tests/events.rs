//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use super::past::{NOON, Past, satisfaction};
use shared::store::{Author, FEED_DELAY, Write};
use shared::time::Time;
use testing::events;

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("history") {
        let Past { company, .. } = Past::start().await;
        let mut write = Write::new(Author { by: 2, at: Time(NOON) });
        write.create(1, &satisfaction(1)).unwrap();
        company.stack.app.store.commit(write).await.unwrap();
        company.stack.advance(i64::from(FEED_DELAY));
        let answer =
            company.stack.client(history::FUNCTION).event(&event, &company.stack.session(1).await).await;
        answer.ok();
        insta::assert_json_snapshot!(event, answer.body);
        company.stack.verify_records().await;
    }
}
