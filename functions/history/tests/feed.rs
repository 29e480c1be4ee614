//! `/api/history/feed`.

use super::past::{Change, Past, without_names};
use shared::store::FEED_DELAY;

#[tokio::test]
async fn whoever_keeps_asking_gets_every_change_once_and_none_younger_than_a_minute() {
    for seed in 0..2 {
        let mut past = Past::start().await;
        past.change(150, &mut fastrand::Rng::with_seed(seed)).await;
        let mut changes = past.changes.clone();
        changes.sort_by(Change::sooner);
        let stack = &past.company.stack;
        let now = stack.app.clock.wall(stack.app.clock.epoch()).0;
        let (old, young): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.at <= now - FEED_DELAY);
        assert!(old.len() > 20 && young.len() > 20);
        let (old, young): (Vec<_>, Vec<_>) =
            (old.into_iter().map(Change::row).collect(), young.into_iter().map(Change::row).collect());
        let mut cursors = Vec::new();
        for count in [4, 25, 500] {
            let (rows, next) = read(&past, String::new(), count).await;
            assert_eq!(rows, old, "{seed}: by {count}");
            cursors.push((next, count));
        }
        stack.advance(i64::from(FEED_DELAY) + 60);
        for (next, count) in cursors {
            assert_eq!(read(&past, format!("&after={next}"), count).await.0, young, "{seed}: by {count}");
        }
    }
}

/// All there is from a cursor on, and the cursor at its end.
async fn read(past: &Past, mut after: String, count: usize) -> (Vec<serde_json::Value>, String) {
    let mut rows = Vec::new();
    loop {
        let answer = past.admin.get(&format!("/api/history/feed?count={count}{after}")).await;
        let part = answer.ok().as_array().unwrap();
        let next = answer.body["next"].as_str().unwrap().to_owned();
        assert!(part.len() <= count.min(100));
        if part.is_empty() {
            assert!(after.ends_with(&next), "nothing new: the same place");
            return (rows, next);
        }
        rows.extend(part.iter().map(without_names));
        after = format!("&after={next}");
    }
}

#[tokio::test]
async fn a_company_without_a_past_has_a_place_to_read_on_from() {
    let past = Past::start().await;
    let first = past.admin.get("/api/history/feed?count=1").await;
    // What nobody dated is older than a minute.
    assert_eq!(first.ok().as_array().unwrap().len(), 1);
    let empty = testing::Stack::start().await;
    let admin = empty.signed_in(history::FUNCTION, "13000000001", shared::model::Role::Admin).await;
    let all = admin.get("/api/history/feed").await;
    let next = all.body["next"].as_str().unwrap();
    let again = admin.get(&format!("/api/history/feed?after={next}")).await;
    assert_eq!((again.ok(), &again.body["next"]), (&serde_json::json!([]), &all.body["next"]));
}

#[tokio::test]
async fn a_cursor_that_is_none_of_ours_is_refused() {
    let past = Past::start().await;
    for after in ["x", "1", "0000000000000001", "0000000000000001XXX", "%E8%AE%B0", "2021-08-01"] {
        past.admin.get(&format!("/api/history/feed?after={after}")).await.refused_field("after");
    }
    past.admin.get("/api/history/feed?count=0").await.refused_field("count");
}

#[tokio::test]
async fn the_feed_takes_a_round_trip_and_one_for_names() {
    let mut past = Past::start().await;
    past.change(150, &mut fastrand::Rng::with_seed(1)).await;
    past.company.stack.advance(120);
    let cost = past.admin.get("/api/history/feed?count=100").await.cost();
    // Session, entries, names; of each of the eight kinds one unit at least.
    assert!(cost.depth <= 3 && cost.rcu <= 20.0, "{cost}");
}
