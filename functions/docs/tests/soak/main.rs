//! A mixed day with everything going wrong: conflicts, throttles, lost requests and answers, instances that die in the
//! middle of a request, a database that is killed and started again. Every answered write is there exactly once, no
//! other is there twice or in part, and every list, total and statistic agrees with a ledger kept outside.
//!
//! `SOAK_SECONDS=300 cargo test -p docs --test soak` goes on for longer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is a failed test"
)]

mod acts;
mod worker;

use std::{
    collections::BTreeMap,
    env,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use docs::FUNCTIONS;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testing::encoded::encoded_query;
use testing::restartable::RestartableDatabase;
use testing::{Client, Company, Stack};
use worker::{Ledger, Worker};

const WORKERS: u64 = 6;
/// How long the database runs before it is killed again.
const BETWEEN_RESTARTS: Duration = Duration::from_secs(5);
const ALL_OF_TIME: &str = "start_time=1970-01-01&end_time=2105-12-31";

/// What happened, for the one who watches.
#[derive(Default)]
pub struct Seen {
    answered: AtomicU64,
    busy: AtomicU64,
    killed: AtomicU64,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_all_day_every_answered_write_is_there_once_and_everything_adds_up() {
    let seconds = env::var("SOAK_SECONDS").map_or(20, |seconds| seconds.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut database = RestartableDatabase::start();
    let stack = Stack::at(database.endpoint(), "crm".to_owned()).await.with_storage().await;
    let company = Arc::new(Company::of(stack, customers::FUNCTION).await);
    let admin = company.stack.session(1).await;
    let seen = Arc::new(Seen::default());
    let workers: Vec<_> = (0..WORKERS)
        .map(|number| {
            let worker = Worker::new(number, Arc::clone(&company), admin.clone(), Arc::clone(&seen));
            tokio::spawn(worker.work_until(end))
        })
        .collect();
    let mut restarts = 0;
    while Instant::now() + BETWEEN_RESTARTS < end {
        tokio::time::sleep(BETWEEN_RESTARTS).await;
        database.restart(Duration::from_millis(400)).await;
        restarts += 1;
    }
    let ledgers: Vec<Ledger> = join_all(workers).await.into_iter().map(Result::unwrap).collect();

    sweep(&company).await;
    company.stack.verify_records().await;
    for (list, query) in [
        ("/api/record/follow", ALL_OF_TIME.to_owned()),
        ("/api/contract/contract", ALL_OF_TIME.to_owned()),
        ("/api/customers/customers", "name=浸泡".to_owned()),
        ("/api/record/plan", "due=all".to_owned()),
    ] {
        let expected: BTreeMap<u64, Value> =
            ledgers.iter().flat_map(|ledger| ledger.of(list).clone()).collect();
        assert!(!expected.is_empty(), "nothing was written to {list}");
        assert_eq!(listed(&company, list, &query).await, expected, "{list}");
    }
    statistics(&company, &ledgers).await;
    let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
    let (answered, busy, killed) = (count(&seen.answered), count(&seen.busy), count(&seen.killed));
    println!(
        "{seconds} s: {answered} answered, {busy} times 503, {killed} instances killed, {restarts} restarts, {} records",
        ledgers.iter().map(Ledger::len).sum::<usize>()
    );
    let mut acts = BTreeMap::new();
    for (act, count) in ledgers.iter().flat_map(|ledger| &ledger.acts) {
        *acts.entry(*act).or_insert(0) += count;
    }
    println!("{acts:?}");
    assert!(busy > 0 && killed > 0 && restarts > 0, "the faults did not happen");
}

/// Finishes large writes whose writers died.
async fn sweep(company: &Company) {
    company.stack.later().finish_all().await.unwrap();
}

fn client(company: &Company, path: &str) -> Client {
    company.stack.client_of(&FUNCTIONS, path, &company.token)
}

/// All rows of a list by id: what the ledger keeps of them.
async fn listed(company: &Company, path: &str, query: &str) -> BTreeMap<u64, Value> {
    let client = client(company, path);
    let mut rows = BTreeMap::new();
    for page in 1.. {
        let answer = client.get(&format!("{path}?{}&count=100&page={page}", encoded_query(query))).await;
        let more = answer.ok().as_array().unwrap();
        if more.is_empty() {
            assert_eq!(answer.page().0, rows.len() as u64, "the total of {path}");
            break;
        }
        for row in more {
            let twice = rows.insert(row["id"].as_u64().unwrap(), worker::kept(path, row));
            assert_eq!(twice, None, "a row is on two pages of {path}");
        }
    }
    rows
}

/// The statistics count what the ledgers have.
async fn statistics(company: &Company, ledgers: &[Ledger]) {
    let client = client(company, "/api/stats/sign");
    for organization in 1..=3 {
        let contracts = ledgers.iter().flat_map(|ledger| ledger.of("/api/contract/contract").values());
        let signed: Vec<_> =
            contracts.filter(|contract| contract["organization_id"] == organization).collect();
        let query = format!("/api/stats/sign?organization_ids={organization}&{ALL_OF_TIME}");
        let answer = client.get(&query).await;
        let rows = answer.ok().as_array().unwrap();
        let row = rows.first().cloned().unwrap_or_default();
        let cents: i64 = signed.iter().map(|contract| worker::cents(&contract["amount"])).sum();
        assert_eq!(row["sign_count"], json!(signed.len()), "organization {organization}");
        assert_eq!(worker::cents(&row["sign_amount"]), cents, "organization {organization}");
    }
}
