//! History under faults: whatever goes wrong, each answered write is in the log exactly once, and the feed gives each change
//! once to everybody who reads it.
//!
//! `HISTORY_SEED=7 cargo test -p docs --test history` writes otherwise.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod clock;
mod past;
mod requests;
mod writer;

use clock::HandClock;
use futures_util::future::join_all;
use past::{Log, Row};
use requests::Faults;
use serde_json::json;
use shared::http::App;
use shared::model::{Employee, Role};
use shared::store::{Author, Entity, FEED_DELAY, Write};
use std::collections::BTreeMap;
use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testing::{Client, Company, Stack};
use writer::Writer;

/// A company in which several admins write at once, each of them with records of their own.
struct Office {
    company: Arc<Company>,
    clock: Arc<HandClock>,
    admin: Client,
    writers: Vec<Writer>,
}

impl Office {
    async fn open(writers: u32, faults: Faults) -> Self {
        let seed = env::var("HISTORY_SEED").map_or(1, |seed| seed.parse().unwrap());
        let company = Arc::new(Company::start(history::FUNCTION).await);
        let mut office = Self {
            clock: Arc::new(HandClock::of(&company)),
            admin: company.stack.client(history::FUNCTION).with("session", &company.stack.session(1).await),
            company,
            writers: Vec::new(),
        };
        for number in 1..=writers {
            let stack = &office.company.stack;
            let by = admin(stack, number).await;
            let (company, clock) = (Arc::clone(&office.company), Arc::clone(&office.clock));
            let session = stack.session(by).await;
            let random = fastrand::Rng::with_seed(seed << 32 | u64::from(number));
            office.writers.push(Writer::new(number, by, company, clock, &session, faults, random));
        }
        office
    }

    /// Lets everybody write so many times, while the clock is turned, and `read` reads until it is told that all is written
    /// and more than a minute old.
    async fn work<T>(&mut self, writes: u32, read: impl AsyncFnOnce(&Client, &AtomicBool) -> T) -> T {
        let is_done = Arc::new(AtomicBool::new(false));
        let writers = std::mem::take(&mut self.writers);
        let tasks = writers.into_iter().map(|writer| tokio::spawn(writer.write(writes)));
        let turned = tokio::spawn(Arc::clone(&self.clock).turn_until(Arc::clone(&is_done)));
        let work = async {
            let writers = join_all(tasks).await.into_iter().map(Result::unwrap).collect::<Vec<_>>();
            self.sweep().await;
            self.company.stack.advance(i64::from(FEED_DELAY) + 60);
            is_done.store(true, Ordering::SeqCst);
            turned.await.unwrap();
            writers
        };
        let (writers, found) = futures_util::future::join(work, read(&self.admin, &is_done)).await;
        self.writers = writers;
        found
    }

    /// Finishes what writers have left: twice, because the second walk of a rename comes a minute after the first.
    async fn sweep(&self) {
        let App { store, clock, .. } = &self.company.stack.app;
        for _ in 0..3 {
            self.company.stack.advance(120);
            store.clone().with_clock(clock.clone()).finish_all().await.unwrap();
            sweeper::sweep(&self.company.stack.app).await.unwrap();
        }
    }

    /// Checks that the log has what was answered, and nothing else; that each record's history is that of the log, and has
    /// every state; and that all counters agree. Answers the log, and what happened.
    async fn check(&self) -> (Log, Happened) {
        let log = Log::read(&self.admin).await;
        let mut left = log.by_record();
        let store = &self.company.stack.app.store;
        let mut answered = 0;
        for writer in &self.writers {
            for ((kind, id), past) in writer.past() {
                let rows = left.remove(&(*kind, *id)).unwrap_or_default();
                past::check(store, *kind, *id, past, &rows).await;
                answered += past.len();
            }
        }
        assert!(left.is_empty(), "nobody wrote {left:?}");
        self.company.stack.verify_records().await;
        let sum = |count: fn(&Writer) -> u32| self.writers.iter().map(count).sum::<u32>();
        let (refused, sent_again) = (sum(|writer| writer.refused), sum(|writer| writer.sent_again()));
        let happened = Happened { answered, refused, sent_again, renamed: log.rows.len() - answered };
        println!("{happened:?}");
        (log, happened)
    }
}

/// What happened, for the one who watches.
#[derive(Debug)]
struct Happened {
    /// Writes of records that were answered.
    answered: usize,
    /// Requests that were refused.
    refused: u32,
    /// Requests that were not answered, and sent again.
    sent_again: u32,
    /// Customers who got the new name of their organization.
    renamed: usize,
}

/// A new admin, who has no password: making one takes seconds.
async fn admin(stack: &Stack, number: u32) -> u32 {
    let phone_number = format!("139{number:08}");
    let employee = Employee { phone_number, role: Role::Admin, edition: 1, ..Employee::default() };
    let id = stack.app.store.next_id(Employee::KIND).await.unwrap();
    let mut write = Write::new(Author::SYSTEM);
    employee.create(&mut write, id, None).unwrap();
    stack.app.store.commit(write).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_random_writes_are_in_the_log_exactly_once_and_their_histories_have_every_state() {
    let mut office = Office::open(5, Faults { percent: 10, instances_die: true }).await;
    office.work(100, async |_, _| ()).await;
    let (log, happened) = office.check().await;
    let Happened { answered, refused, sent_again, renamed } = happened;
    assert!(answered >= 500 && refused > 0 && sent_again > 0 && renamed > 0, "something did not happen");
    let actions: BTreeMap<_, _> = log.rows.iter().map(|row| (row["action"].to_string(), ())).collect();
    assert_eq!(actions.len(), 5, "of every action: {actions:?}");
    let kinds: BTreeMap<_, _> = log.rows.iter().map(|row| (row["kind"].to_string(), ())).collect();
    assert_eq!(kinds.len(), 9, "of every kind: {kinds:?}");
    // The logs of the writers, one by one, add up to all that was not done by the system.
    let mut by_writers = 0;
    for writer in &office.writers {
        let own = Log::of(&office.admin, &format!("user_id={}", writer.by)).await.rows;
        assert!(own.iter().all(|row| row["by"]["user_id"] == json!(writer.by)));
        by_writers += own.len();
    }
    assert_eq!(by_writers, log.rows.iter().filter(|row| !row["by"].is_null()).count());
}

#[tokio::test(flavor = "multi_thread")]
async fn three_readers_of_the_feed_get_every_change_once_and_in_order_while_twenty_write() {
    let mut office = Office::open(20, Faults { percent: 10, instances_die: false }).await;
    let read = async |admin: &Client, is_done: &AtomicBool| {
        join_all([7, 20, 100].map(|count| follow(admin, count, is_done))).await
    };
    let mut read = office.work(25, read).await;
    read.iter_mut().flat_map(|(rows, _)| rows).for_each(without_name);
    let (mut log, happened) = office.check().await;
    assert!(happened.answered >= 500 && happened.refused > 0, "something did not happen");
    log.rows.iter_mut().for_each(without_name);
    log.rows.sort_unstable_by_key(ToString::to_string);
    for (rows, parts) in &read {
        println!("{} changes in {parts} parts", rows.len());
        assert_eq!(rows, &read[0].0, "all readers get the same");
        let mut last: BTreeMap<(String, u64), u64> = BTreeMap::new();
        for row in rows {
            let record = (row["kind"].to_string(), row["id"].as_u64().unwrap());
            let revision = row["revision"].as_u64().unwrap();
            assert!(last.insert(record, revision).is_none_or(|last| last < revision), "out of order: {row}");
        }
        let mut sorted = rows.clone();
        sorted.sort_unstable_by_key(ToString::to_string);
        assert_eq!(sorted, log.rows, "the sum of the feed is the log");
    }
}

/// The title of a plan without the name of its customer: a title has the name of today, and writers edit the customers for whom
/// they plan.
fn without_name(row: &mut Row) {
    if row["kind"] == "plan" {
        let title = row["title"].as_str().unwrap();
        row["title"] = json!(title.rsplit(' ').next().unwrap());
    }
}

/// Reads the feed from its beginning on, until there is nothing new after all is done. Answers the changes since the company
/// was founded, and in how many parts that were not empty they came.
async fn follow(admin: &Client, count: u32, is_done: &AtomicBool) -> (Vec<Row>, u32) {
    let (mut rows, mut parts, mut after) = (Vec::new(), 0, String::new());
    loop {
        // Before the feed is read: what was written before it is in it.
        let is_last = is_done.load(Ordering::SeqCst);
        let answer = admin.get(&format!("/api/history/feed?count={count}{after}")).await;
        let part = answer.ok().as_array().unwrap().clone();
        after = format!("&after={}", answer.body["next"].as_str().unwrap());
        if part.is_empty() {
            if is_last {
                return (rows, parts);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        parts += 1;
        rows.extend(part.into_iter().filter(|row| !row["time"].is_null()));
    }
}
