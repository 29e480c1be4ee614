//! What must survive conflicts, throttling, lost requests, lost answers and writers that die: every answered write is
//! there exactly once, every unanswered one wholly or not at all, and all counters equal a recount.

use futures_util::future::join_all;
use shared::store::{Author, Entity, Holders, Record, Store, UniqueValue, Window, Write};
use shared::{Error, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Stack, Thing};
use tokio::task::block_in_place;

/// Tags of a thing whose write needs several parts: three actions each for what goes and what comes.
const MANY: u32 = 150;

pub fn large(name: &str, at: u32, first_tag: u32) -> Thing {
    Thing {
        name: Some(name.to_owned()),
        at,
        group: 1,
        amount: 7,
        tags: (first_tag..first_tag + MANY).collect(),
    }
}

pub fn write() -> Write {
    Write::new(Author::SYSTEM)
}

pub async fn create(store: &Store, id: u32, thing: &Thing) -> Result<()> {
    let mut write = write();
    write.create(id, thing)?;
    store.commit(write).await
}

/// Replaces a thing whatever it is; reads again when somebody was faster.
pub async fn replace(store: &Store, id: u32, new: Option<&Thing>) -> Result<()> {
    loop {
        let old = store.entity::<Thing>(id).await?.ok_or(Error::NotFound(Thing::KIND))?;
        let mut write = write();
        match new {
            Some(new) => write.replace(&old, new)?,
            None => write.remove(&old)?,
        }
        match store.commit(write).await {
            Err(Error::Stale) => {}
            other => return other,
        }
    }
}

/// A store on which `script` decides, that soon gives up.
pub fn faulty(stack: &Stack, script: impl Fn(SeenCall<'_>) -> Fault + Send + Sync + 'static) -> Store {
    stack.over(client(&stack.endpoint, Hold::default(), script)).busy_limit(Duration::from_secs(2))
}

/// A store that falls asleep before its first transaction, and how it is met: once when it sleeps, once more to wake it.
pub fn sleeping(stack: &Stack) -> (Store, Arc<Barrier>) {
    let sleep = Arc::new(Barrier::new(2));
    let wake = Arc::clone(&sleep);
    let sleeper = stack.over(client(&stack.endpoint, Hold::default(), move |seen| {
        if seen.operation == "TransactWriteItems" && seen.transactions_before == 0 {
            block_in_place(|| (sleep.wait(), sleep.wait()));
        }
        Fault::Pass
    }));
    (sleeper, wake)
}

/// A store that dies after so many transactions.
pub fn dying(stack: &Stack, transactions: u64) -> Store {
    let dead = move |seen: SeenCall<'_>| match seen.transactions_before >= transactions {
        true => Fault::LostRequest,
        false => Fault::Pass,
    };
    faulty(stack, dead).busy_limit(Duration::from_millis(1))
}

async fn tagged(store: &Store, tags: impl Iterator<Item = u32>) -> Vec<u64> {
    let mut counts = Vec::new();
    for tag in tags {
        counts.push(store.total(&[Thing::tagged(tag)], Window::ALL).await.unwrap().count);
    }
    counts
}

#[tokio::test]
async fn a_single_fault_anywhere_changes_nothing_in_what_comes_of_a_story() {
    let (first, second) = (large("a", 1000, 0), large("b", 70_000, 100));
    for fault in [Fault::Conflict, Fault::Throttle, Fault::LostRequest, Fault::LostAnswer] {
        let mut at = 0;
        loop {
            let stack = Stack::start().await;
            let met = Arc::new(AtomicU64::new(0));
            let counted = Arc::clone(&met);
            let store = faulty(&stack, move |seen| {
                counted.store(seen.before + 1, Ordering::SeqCst);
                if seen.before == at { fault } else { Fault::Pass }
            });
            create(&store, 1, &first).await.unwrap();
            create(&store, 2, &Thing { name: Some("c".to_owned()), ..Thing::default() }).await.unwrap();
            replace(&store, 1, Some(&second)).await.unwrap();
            replace(&store, 2, None).await.unwrap();
            stack.verify_clean().await;
            let thing = stack.app.store.entity::<Thing>(1).await.unwrap();
            let thing = thing.map(|thing| (thing.id, thing.record.revision, thing.record.value));
            assert_eq!(thing, Some((1, 2, second.clone())));
            assert_eq!(stack.app.store.total(&[Thing::ALL], Window::ALL).await.unwrap().count, 1);
            // Calls further apart than three differ in nothing: chunk follows chunk.
            at += if at < 6 { 1 } else { 3 };
            if at >= met.load(Ordering::SeqCst) {
                break;
            }
        }
    }
}

#[tokio::test]
async fn whoever_dies_between_two_transactions_of_a_large_write_leaves_it_wholly_or_not_at_all() {
    let (first, second) = (large("a", 1000, 0), large("b", 70_000, 100));
    for dies_after in 0..10 {
        for help in ["a reader", "the next writer", "the sweeper", "two at once"] {
            let stack = Stack::start().await;
            let store = &stack.app.store;
            create(store, 1, &first).await.unwrap();
            let answered = replace(&dying(&stack, dies_after), 1, Some(&second)).await.is_ok();
            assert_eq!(answered, dies_after > 0, "the first transaction decides");
            stack.verify_clean().await;
            let expected = if answered { &second } else { &first };
            assert_eq!(store.entity::<Thing>(1).await.unwrap().unwrap().record.value, *expected);
            match help {
                "a reader" => {
                    let counts = tagged(store, 0..250).await;
                    let right = (0..250).map(|tag| u64::from(expected.tags.contains(&tag)));
                    assert_eq!(counts, right.collect::<Vec<_>>());
                }
                "the next writer" => {
                    replace(&stack.later(), 1, Some(&large("c", 5, 50))).await.unwrap();
                    let counts = tagged(store, 0..250).await;
                    let right = (0..250).map(|tag| u64::from((50..200).contains(&tag)));
                    assert_eq!(counts, right.collect::<Vec<_>>());
                }
                "the sweeper" => stack.later().finish_all().await.unwrap(),
                _ => {
                    let (one, other) = (stack.later(), stack.later());
                    let (one, other) = futures_util::join!(one.finish_all(), other.finish_all());
                    one.and(other).unwrap();
                }
            }
            stack.verify_clean().await;
        }
    }
}

#[tokio::test]
async fn an_answer_lost_again_and_again_is_found_out_and_nothing_is_done_twice() {
    let stack = Stack::start().await;
    let lost =
        |seen: SeenCall<'_>| if seen.transactions_before < 6 { Fault::LostAnswer } else { Fault::Pass };
    create(&faulty(&stack, lost), 1, &large("a", 1000, 0)).await.unwrap();
    assert_eq!(stack.app.store.total(&[Thing::ALL], Window::ALL).await.unwrap().count, 1);
    stack.verify_clean().await;
}

#[tokio::test]
async fn a_table_that_stays_busy_is_told_so_in_time_and_nothing_is_written() {
    for fault in [Fault::Conflict, Fault::Throttle, Fault::LostRequest] {
        let stack = Stack::start().await;
        let store = faulty(&stack, move |_| fault);
        let begun = Instant::now();
        let answer = create(&store, 1, &large("a", 1000, 0)).await;
        assert!(matches!(answer, Err(Error::Busy(_))), "{fault:?}: {answer:?}");
        // The patience of two seconds, and what the SDK's own last attempts take.
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert_eq!(stack.dump().await, "");
    }
}

/// What a writer may find when it looks again: one state if it was answered, two if not.
type Ledger = BTreeMap<u32, Vec<Option<Thing>>>;

/// One writer among several, each with things of its own in listings that they share.
async fn work(store: Store, writer: u32, seed: u64) -> Ledger {
    let mut random = fastrand::Rng::with_seed(seed ^ u64::from(writer));
    let mut ledger = Ledger::new();
    for step in 0..10 {
        let id = writer * 100 + random.u32(0..3);
        let possible = ledger.entry(id).or_insert_with(|| vec![None]);
        let tags = if random.bool() { 2 } else { 60 };
        let from = random.u32(0..40);
        let new = Thing {
            name: Some(format!("{writer}/{id}/{step}")),
            at: 1000 + random.u32(0..100_000),
            group: random.u32(0..3),
            amount: i64::from(step),
            tags: (from..from + tags).collect(),
        };
        // What is there: a writer that was not answered looks before it goes on.
        let Ok(old) = store.entity::<Thing>(id).await else { continue };
        let old_value = old.as_ref().map(|old| old.record.value.clone());
        assert!(possible.contains(&old_value), "{seed}: {id} is {old_value:?}, not one of {possible:?}");
        let new = (random.f64() < 0.8).then_some(new);
        let mut write = write();
        match (&old, &new) {
            (None, None) => continue,
            (None, Some(new)) => match store.deleted::<Thing>(id).await {
                Ok(deleted) => write.restore(&deleted, new).unwrap(),
                Err(Error::NotFound(_)) => write.create(id, new).unwrap(),
                Err(_) => continue,
            },
            (Some(old), Some(new)) => write.replace(old, new).unwrap(),
            (Some(old), None) => write.remove(old).unwrap(),
        }
        *possible = match store.commit(write).await {
            Ok(()) => vec![new],
            // Nobody else writes it: stale is a retry of what was answered with a loss, done or not.
            Err(Error::Busy(_) | Error::Stale) => vec![old_value, new],
            Err(error) => panic!("{seed}: {error}"),
        };
    }
    ledger
}

#[tokio::test]
async fn under_any_mix_of_faults_what_was_answered_is_there_once_and_the_rest_wholly_or_not() {
    let seeds = std::env::var("FAULT_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(24);
    for seed in 0..seeds {
        let stack = Stack::start().await;
        let random = std::sync::Mutex::new(fastrand::Rng::with_seed(seed));
        // From hardly any faults to more than half of all calls.
        let share = [0.02, 0.2, 0.6][usize::try_from(seed % 3).unwrap()];
        let script = move |_: SeenCall<'_>| {
            let mut random = random.lock().unwrap();
            let faults = [Fault::Conflict, Fault::Throttle, Fault::LostRequest, Fault::LostAnswer];
            if random.f64() < share { *random.choice(faults.iter()).unwrap() } else { Fault::Pass }
        };
        let faulty = client(&stack.endpoint, Hold::new(Duration::from_millis(3)), script);
        let store = stack.over(faulty).busy_limit(Duration::from_millis(400));
        let ledgers = join_all((1..=4).map(|writer| work(store.clone(), writer, seed))).await;
        let mut count = 0;
        for (id, possible) in ledgers.into_iter().flatten() {
            let thing = stack.app.store.entity::<Thing>(id).await.unwrap().map(|thing| thing.record.value);
            assert!(possible.contains(&thing), "{seed}: {id} is {thing:?}, not one of {possible:?}");
            count += u64::from(thing.is_some());
        }
        stack.verify_clean().await;
        stack.later().finish_all().await.unwrap();
        stack.verify_clean().await;
        assert_eq!(stack.app.store.total(&[Thing::ALL], Window::ALL).await.unwrap().count, count, "{seed}");
    }
}

#[tokio::test]
async fn reads_and_ids_are_tried_again_for_as_long_as_writes() {
    let stack = Stack::start().await;
    create(&stack.app.store, 1, &large("a", 1000, 0)).await.unwrap();
    // The SDK gives up after a few calls.
    for fault in [Fault::Throttle, Fault::LostRequest] {
        let busy = move |seen: SeenCall<'_>| if seen.before < 15 { fault } else { Fault::Pass };
        let store = || stack.over(client(&stack.endpoint, Hold::default(), busy));
        assert!(store().entity::<Thing>(1).await.unwrap().is_some());
        assert_eq!(store().total(&[Thing::ALL], Window::ALL).await.unwrap().count, 1);
        store().next_id(Thing::KIND).await.unwrap();
    }
}

#[tokio::test]
async fn a_table_that_is_throttled_gets_no_more_counters() {
    let stack = Stack::start().await;
    for (fault, spreads) in [(Fault::Throttle, false), (Fault::Conflict, true)] {
        let first = move |seen: SeenCall<'_>| if seen.transactions_before == 0 { fault } else { Fault::Pass };
        let store = faulty(&stack, first);
        let from = if spreads { 100 } else { 0 };
        for id in from..from + 10 {
            create(&store, id, &Thing { at: id, ..Thing::default() }).await.unwrap();
        }
        let is_node = |line: &&str| line.contains("\"p\":\"N#");
        let dump = stack.dump().await;
        let other = dump.lines().filter(is_node).any(|line| !line.contains(".0\""));
        assert_eq!(other, spreads, "{fault:?}");
    }
}

#[tokio::test]
async fn a_weight_that_changes_while_writes_are_spread_over_shards_is_added_up() {
    let stack = Stack::start().await;
    let once = |seen: SeenCall<'_>| if seen.transactions_before == 0 { Fault::Conflict } else { Fault::Pass };
    let store = faulty(&stack, once);
    let thing = |amount| Thing { at: 1000, amount, ..Thing::default() };
    create(&store, 1, &thing(7)).await.unwrap();
    for amount in [10, 300, 2, 80, 9000, 40, 5] {
        // On a shard of its own such a write has a sum to change and no count.
        replace(&store, 1, Some(&thing(amount))).await.unwrap();
        let total = stack.app.store.total(&[Thing::ALL], Window::ALL).await.unwrap();
        assert_eq!((total.count, total.sum), (1, i128::from(amount)));
    }
    stack.verify_clean().await;
}

#[tokio::test]
async fn writers_who_meet_on_one_listing_lose_nothing() {
    let stack = Stack::start().await;
    let hold = Hold::new(Duration::from_millis(25));
    let store = stack.over(client(&stack.endpoint, hold, |_| Fault::Pass));
    let writers = (0..60).map(|n| {
        let store = store.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(n * 20)).await;
            let id = store.next_id(Thing::KIND).await.unwrap();
            create(&store, id, &Thing { at: 1_627_783_200, group: id, ..Thing::default() }).await.unwrap();
        }
    });
    join_all(writers).await;
    assert_eq!(stack.app.store.total(&[Thing::ALL], Window::ALL).await.unwrap().count, 60);
    stack.verify_clean().await;
    // Nobody met anybody in the listing of a group, which each has alone: its readers pay for no shards.
    let items = stack.items().await;
    let is_spread = |is_of: fn(&str) -> bool| {
        let mut nodes = items.iter().filter(|item| is_of(item["p"].as_str().unwrap()));
        nodes.any(|node| !node["s"].as_str().unwrap().ends_with(".0"))
    };
    assert!(is_spread(|partition| partition == "N#things"));
    assert!(!is_spread(|partition| partition.starts_with("N#things/group/")));
}

#[tokio::test]
async fn what_several_shared_gave_up_and_somebody_took_up_again_is_not_what_was_read_before() {
    let stack = Stack::start().await;
    let value = UniqueValue { unique: Thing::SHARED, value: "13987022559".to_owned() };
    let store = &stack.app.store;
    let read = async || store.get::<Holders>(&value.key()).await.unwrap();
    let share = async |before: Option<Record<Holders>>, id, has| {
        let mut write = write();
        write.share(&value, before.as_ref(), id, has)?;
        store.commit(write).await
    };
    share(None, 5, true).await.unwrap();
    let before = read().await;
    share(before.clone(), 5, false).await.unwrap();
    share(None, 6, true).await.unwrap();
    assert_eq!(share(before, 7, true).await, Err(Error::Stale));
    let now = read().await.unwrap().value;
    assert_eq!((now.other_than(None), now.other_than(Some(6))), (Some(6), None));
}
