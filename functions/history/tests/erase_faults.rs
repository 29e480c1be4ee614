//! Forgetting a person while processes die, others write, and time is short.

use crate::person::{CUSTOMERS, MarkedTable, Marks, OTHER, PATH, PERSON, SHORT_NAME};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use shared::Error;
use shared::model::{
    Activity, Customer, ENTITY_TYPES, Erased, Follow, SaveOptions, erase_customer, keys, save_customer,
};
use shared::store::{Author, Store, Write};
use shared::time::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use testing::Stack;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::storage::nowhere;

/// Time enough for an erasure.
const LONG: Duration = Duration::from_secs(600);

/// It dies after one of so many calls. `DEATHS_EVERY=1` lets it die after each, which takes some minutes.
fn deaths_every() -> usize {
    let default = if std::env::var("TEST_DATABASE").is_ok() { 20 } else { 3 };
    std::env::var("DEATHS_EVERY").ok().and_then(|every| every.parse().ok()).unwrap_or(default)
}

/// When a client dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// After so many calls.
    Calls(u64),
    /// After it has begun a deferred write.
    Deferred,
}

/// Erases the person over a client that dies. Answers whether it lived to the end.
async fn erase_and_die(stack: &Stack, death: Death) -> bool {
    let has_deferred = AtomicBool::new(false);
    let script = move |seen: SeenCall<'_>| {
        let dies = match death {
            Death::Calls(calls) => seen.before >= calls,
            Death::Deferred => has_deferred.load(Ordering::SeqCst),
        };
        let defers = seen.operation == "TransactWriteItems" && seen.mentions("DEFERRED");
        has_deferred.fetch_or(defers, Ordering::SeqCst);
        if dies { Fault::LostRequest } else { Fault::Pass }
    };
    let store = stack.over(client(&stack.endpoint, Hold::default(), script));
    let store = store.busy_limit(Duration::from_millis(1)).with_clock(stack.app.clock.clone());
    erase(&store, LONG).await.is_ok()
}

async fn erase(store: &Store, time_limit: Duration) -> shared::Result<Erased> {
    erase_customer(store, &nowhere(), PERSON, Author { by: 1, at: Time(1_627_800_000) }, time_limit).await
}

#[tokio::test]
async fn wherever_an_erasure_dies_the_next_one_ends_it_alike() {
    let table = MarkedTable::empty().await;
    let phone = table.marks.phone();
    // Its grams are more than a transaction takes.
    let name = format!("{}{}", table.marks.text(20), table.marks.text(20));
    let person = json!({ "realName": SHORT_NAME, "nickName": name, "phoneNumber": phone });
    table.post(CUSTOMERS, person).await.ok();
    table.post(CUSTOMERS, json!({ "nickName": "别人" })).await.ok();
    table.post(CUSTOMERS, json!({ "customers_id": PERSON, "job": table.marks.text(20) })).await.ok();
    table.record(30).await;
    table.post("/api/record/follow", json!({ "follow_id": 1, "customers_id": OTHER, "gain": "" })).await.ok();
    table.post("/api/record/deldemand", json!({ "demand_id": 1 })).await.ok();
    let items = table.stack.items().await;
    erase(&table.stack.app.store, LONG).await.unwrap();
    let expected = table.dump().await;
    assert_eq!(table.marks.found_in(&table.stack).await, [""; 0]);
    let (mut deferred, mut deaths) = (0, 0);
    for death in [Death::Deferred].into_iter().chain((0..).step_by(deaths_every()).map(Death::Calls)) {
        let stack = Stack::start().await;
        stack.load(&items).await;
        let lived = erase_and_die(&stack, death).await;
        // Until the next one, titles in log and trash may still be the former ones.
        let report = stack.app.store.verify(ENTITY_TYPES, |_, _| {}).await.unwrap();
        let differences = report.differences.iter().map(ToString::to_string);
        let others: Vec<_> =
            differences.filter(|it| !it.starts_with("E#log") && !it.starts_with("E#trash")).collect();
        assert_eq!(others, [""; 0], "{death:?}");
        deferred += report.deferred;
        erase(&stack.later(), LONG).await.unwrap();
        stack.verify_records().await;
        assert_eq!(table.marks.found_in(&stack).await, [""; 0], "{death:?}");
        assert_eq!(stack.dump().await, expected, "{death:?}");
        if lived {
            assert!(deaths * deaths_every() > 100 && deferred > 0, "{deaths} deaths, {deferred} deferred");
            return;
        }
        deaths += 1;
    }
}

#[tokio::test]
async fn an_erasure_without_time_goes_on_where_it_was() {
    const RECORDS: u32 = 300;
    let stack = Stack::start().await;
    let store = &stack.app.store;
    let marks = Marks::default();
    let mut new = Write::new(Author { by: 1, at: Time(100) });
    let customer = Customer { real_name: SHORT_NAME.to_owned(), ..Customer::new(Time(100)) };
    save_customer(store, &mut new, None, customer, SaveOptions::default()).await.unwrap();
    let follow = |id| {
        let followers = vec![1];
        let at = Time(id);
        let activity = Activity { customer: PERSON, at, followers, operator: 1, created: at, edition: 1 };
        let gain = Some(marks.text(30));
        let mut write = Write::new(Author { by: 1, at });
        let follow = Follow { activity, organization: None, event: 1, gain, attach: None, note: None };
        write.create(id, &follow).map(|()| write)
    };
    store.load([Ok(new)].into_iter().chain((1..=RECORDS).map(follow)), |_| {}).await.unwrap();

    let mut touched = 0;
    for call in 1..=3 {
        let erased = erase(store, Duration::ZERO).await.unwrap();
        assert_eq!(erased.left, u64::from(RECORDS) - 8 * call);
        touched += erased.touched;
    }
    assert_eq!(touched, 3 * 8 + 1);
    assert!(store.get::<Value>(&keys::erasure(PERSON)).await.unwrap().is_some());
    // It does not look again at what it has passed.
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let count = move |seen: SeenCall<'_>| {
        counted.fetch_add(u64::from(seen.mentions("DEFERRED")), Ordering::SeqCst);
        Fault::Pass
    };
    let rest = erase(&stack.over(client(&stack.endpoint, Hold::default(), count)), LONG).await.unwrap();
    assert_eq!((rest.touched, rest.left), (u64::from(RECORDS) - 24, 0));
    assert!(calls.load(Ordering::SeqCst) <= 3 * (u64::from(RECORDS) - 24 + 1));
    assert!(store.get::<Value>(&keys::erasure(PERSON)).await.unwrap().is_none());
    assert_eq!(marks.found_in(&stack).await, [""; 0]);
    stack.verify_records().await;
    let again = erase(store, LONG).await.unwrap();
    assert_eq!((again.touched, again.left), (0, 0));
}

#[tokio::test]
async fn twenty_erasures_at_once_are_one() {
    let table = MarkedTable::start().await;
    for _ in 0..3 {
        table.record(30).await;
    }
    join_all((0..20).map(|_| table.post(PATH, json!({ "customers_id": PERSON })))).await.iter().for_each(
        |answer| {
            assert_eq!(answer.ok()["left"], 0);
        },
    );
    assert_eq!(table.marks.found_in(&table.stack).await, [""; 0]);
    let history = table.stack.app.store.history::<Customer>(PERSON).await.unwrap().unwrap();
    assert_eq!(history.changes.len(), 2, "one of them is in the log");
    table.stack.verify_records().await;
    assert_eq!(table.erase().await.wcu, 0.0);
}

#[tokio::test]
async fn edits_at_the_same_time_are_not_lost_and_bring_nothing_back() {
    for _ in 0..3 {
        let table = MarkedTable::start().await;
        table.record(30).await;
        let edit = async |n: u32| {
            let event = json!({ "follow_id": 1, "event": 1 + n % 5 });
            table.post("/api/record/follow", event).await.ok();
            table
                .post(CUSTOMERS, json!({ "customers_id": PERSON, "sex": n % 3, "nickName": "新" }))
                .await
                .ok();
        };
        let edits = join_all((0..5).map(edit));
        let (_, first) = join(edits, table.erase()).await;
        assert_eq!(first.left, 0);
        let store = &table.stack.app.store;
        let edits = store.history::<Follow>(1).await.unwrap().unwrap().changes.len();
        assert_eq!(edits, 1 + 5, "each edit is in the history");
        let edits = store.history::<Customer>(PERSON).await.unwrap().unwrap().changes.len();
        assert_eq!(edits, 1 + 5 + 1, "and so is the erasure");
        assert_eq!(table.marks.found_in(&table.stack).await, [""; 0]);
        table.stack.verify_records().await;
    }
}

#[tokio::test]
async fn nobody_restores_what_was_forgotten_since_it_was_read() {
    let table = MarkedTable::start().await;
    table.record(30).await;
    table.post("/api/record/delfollow", json!({ "follow_id": 1 })).await.ok();
    let store = &table.stack.app.store;
    let deleted = store.deleted::<Follow>(1).await.unwrap();
    table.erase().await;
    let mut write = Write::new(Author { by: 1, at: Time(1_627_800_000) });
    write.restore(&deleted, &deleted.value).unwrap();
    assert!(matches!(store.commit(write).await, Err(Error::Stale)));
    let deleted = store.deleted::<Follow>(1).await.unwrap();
    let mut write = Write::new(Author { by: 1, at: Time(1_627_800_000) });
    write.restore(&deleted, &deleted.value).unwrap();
    store.commit(write).await.unwrap();
    assert_eq!(table.marks.found_in(&table.stack).await, [""; 0]);
    table.stack.verify_records().await;
}

#[tokio::test]
async fn others_who_come_and_go_with_the_same_name_are_counted_to_the_last() {
    let table = MarkedTable::start().await;
    let named = |id: Option<u32>| json!({ "customers_id": id, "nickName": SHORT_NAME });
    table.post(CUSTOMERS, named(Some(PERSON))).await.ok();
    for _ in 0..4 {
        let come_and_go = async |n: u32| {
            if n == 0 {
                table.erase().await;
                return;
            }
            let new = table.post(CUSTOMERS, named(None)).await.ok()["id"].clone();
            if n.is_multiple_of(2) {
                table.post(CUSTOMERS, json!({ "customers_id": new, "status": 0 })).await.ok();
            }
        };
        join_all((0..8).map(come_and_go)).await;
        table.post(CUSTOMERS, named(Some(PERSON))).await.ok();
        table.stack.verify_records().await;
    }
    let found = table.get(&format!("{CUSTOMERS}?name=%E4%B6%AE%E3%90%82")).await;
    assert_eq!(found.page().0, 4 * 4 + 1);
}
