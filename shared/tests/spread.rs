//! Shards of counters that were spread over while writers met, and are merged when it is quiet again.

use super::faults::{create, sleeping, write};
use futures_util::future::join_all;
use serde_json::Value;
use shared::store::{Entity, Store, Total, Window};
use shared::time::Clock;
use std::sync::atomic::{AtomicBool, Ordering};
use testing::faults::{Fault, Hold, client};
use testing::{Stack, Thing};
use tokio::task::block_in_place;

fn thing(at: u32) -> Thing {
    Thing { name: None, at, group: 1, amount: 7, tags: vec![0, 1, 2] }
}

/// The table for a process that has just met a conflict, and so writes to any shard.
fn spreading(stack: &Stack) -> Store {
    stack.over(client(&stack.endpoint, Hold::default(), |seen| {
        if seen.transactions_before == 0 { Fault::Conflict } else { Fault::Pass }
    }))
}

/// The table for a process that meets a conflict with every write.
fn meeting(stack: &Stack) -> Store {
    stack.over(client(&stack.endpoint, Hold::default(), |seen| {
        if seen.transactions_before % 2 == 0 { Fault::Conflict } else { Fault::Pass }
    }))
}

/// The table for somebody who comes so many seconds later.
fn after(stack: &Stack, seconds: i64) -> Store {
    stack.app.store.clone().with_clock(clock_after(stack, seconds))
}

fn clock_after(stack: &Stack, seconds: i64) -> Clock {
    let clock = stack.app.clock.clone();
    Clock::from_source("+08:00", move || clock.epoch() + seconds).unwrap()
}

async fn create_things(store: &Store, count: u32) {
    for _ in 0..count {
        let id = store.next_id(Thing::KIND).await.unwrap();
        create(store, id, &thing(1000 + 10_000 * (id % 3))).await.unwrap();
    }
}

async fn totals(stack: &Stack) -> Vec<Total> {
    let mut totals = Vec::new();
    for listing in [Thing::ALL, Thing::in_group(1), Thing::tagged(0), Thing::tagged(1)] {
        totals.push(stack.app.store.total(&[listing], Window::ALL).await.unwrap());
    }
    totals
}

/// How many shards other than the first there are, and how many notes.
async fn spread(stack: &Stack) -> (usize, usize) {
    let items = stack.items().await;
    let is_shard = |item: &&Value| {
        item["p"].as_str().unwrap().starts_with("N#") && !item["s"].as_str().unwrap().ends_with(".0")
    };
    (items.iter().filter(is_shard).count(), items.iter().filter(|item| item["p"] == "SPREAD").count())
}

#[tokio::test]
async fn shards_are_merged_after_an_hour_of_quiet_and_not_before() {
    let stack = Stack::start().await;
    create_things(&stack.app.store, 3).await;
    assert_eq!(spread(&stack).await, (0, 0), "nobody has met anybody");
    create_things(&spreading(&stack), 12).await;
    let (shards, notes) = spread(&stack).await;
    assert!(shards > notes && notes > 0, "{shards} shards, {notes} notes");
    let (before, items) = (totals(&stack).await, stack.dump().await);
    stack.verify_clean().await;

    for seconds in [0, 3500] {
        assert_eq!(after(&stack, seconds).merge_shards().await.unwrap(), 0);
        assert!(stack.dump().await == items, "nothing has changed after {seconds} s");
    }
    assert_eq!(after(&stack, 3700).merge_shards().await.unwrap(), notes as u64);
    assert_eq!(spread(&stack).await, (0, 0));
    assert_eq!(totals(&stack).await, before);
    stack.verify_clean().await;
    assert_eq!(after(&stack, 7400).merge_shards().await.unwrap(), 0);
}

#[tokio::test]
async fn more_conflicts_make_more_shards_which_are_read_and_merged_like_few() {
    let stack = Stack::start().await;
    create_things(&meeting(&stack), 60).await;
    let is_wide = |item: &Value| {
        let shard = item["s"].as_str().unwrap().rsplit('.').next().unwrap();
        item["p"] == "N#things" && u32::from_str_radix(shard, 16).unwrap() > 0xf
    };
    assert!(stack.items().await.iter().any(is_wide), "more than sixteen shards");
    assert_eq!(totals(&stack).await[0].count, 60);
    stack.verify_clean().await;
    after(&stack, 3700).merge_shards().await.unwrap();
    assert_eq!(spread(&stack).await, (0, 0));
    assert_eq!(totals(&stack).await[0].count, 60);
    stack.verify_clean().await;
}

#[tokio::test]
async fn a_node_that_is_noted_anew_is_not_quiet() {
    let stack = Stack::start().await;
    create_things(&spreading(&stack), 24).await;
    let (shards, notes) = spread(&stack).await;
    // Another process meets a conflict half an hour later.
    create_things(&spreading(&stack).with_clock(clock_after(&stack, 1800)), 24).await;
    assert_eq!(after(&stack, 3700).merge_shards().await.unwrap(), 0);
    assert!(spread(&stack).await.0 >= shards);
    assert_eq!(after(&stack, 5500).merge_shards().await.unwrap(), notes as u64);
    assert_eq!(spread(&stack).await, (0, 0));
    stack.verify_clean().await;
}

#[tokio::test]
async fn points_that_are_removed_while_writers_spread_are_gone_from_the_merged_counters() {
    let stack = Stack::start().await;
    create_things(&stack.app.store, 6).await;
    let store = spreading(&stack);
    for id in 1..=6 {
        let old = store.entity::<Thing>(id).await.unwrap().unwrap();
        let mut write = write();
        write.remove(&old).unwrap();
        store.commit(write).await.unwrap();
    }
    assert!(after(&stack, 3700).merge_shards().await.unwrap() > 0);
    assert_eq!(spread(&stack).await, (0, 0));
    assert!(totals(&stack).await.iter().all(|total| *total == Total::default()));
    stack.verify_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_between_the_reading_of_shards_and_their_merging_is_not_lost() {
    let stack = Stack::start().await;
    create_things(&spreading(&stack), 24).await;

    // It has read the shards of the first node, and sleeps before it merges them.
    let (sleeper, wake) = sleeping(&stack);
    let merging = stack.leases_ended(sleeper);
    let notes = spread(&stack).await.1 as u64;
    let merging = tokio::spawn(async move { merging.merge_shards().await });
    block_in_place(|| wake.wait());
    create_things(&spreading(&stack), 40).await;
    block_in_place(|| wake.wait());
    assert!(merging.await.unwrap().unwrap() < notes, "the first node is left for the next time");

    assert_eq!(totals(&stack).await[0].count, 64);
    stack.verify_clean().await;
    after(&stack, 7400).merge_shards().await.unwrap();
    assert_eq!(totals(&stack).await[0].count, 64);
    stack.verify_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_while_many_write_and_others_merge() {
    let stack = Stack::start().await;
    let done = AtomicBool::new(false);
    let write = async {
        join_all((0..4).map(async |_| create_things(&spreading(&stack), 15).await)).await;
        done.store(true, Ordering::SeqCst);
    };
    let merge = async {
        let mut merged = 0;
        while !done.load(Ordering::SeqCst) {
            merged += after(&stack, 3700).merge_shards().await.unwrap();
        }
        merged
    };
    let ((), first, second) = tokio::join!(write, merge, async { after(&stack, 3700).merge_shards().await });
    second.unwrap();
    assert!(first > 0, "something was merged meanwhile");
    stack.verify_clean().await;
    after(&stack, 7400).merge_shards().await.unwrap();
    assert_eq!(totals(&stack).await[0].count, 60);
    stack.verify_clean().await;
}
