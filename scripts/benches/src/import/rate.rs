//! How fast rows are saved into a table whose transactions hold their items for a while, as on AWS, and what others notice of it.

use super::super::records::loaded;
use super::{begin, file, is_at_work, number, organizations};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testing::faults::{Fault, Hold, client};
use testing::{Client, Stack};
use tokio::task::JoinSet;
use xtask::progress::Step;

/// The fewest rows a second.
const MIN_RATE: f64 = 50.0;
/// The most write capacity units of a row, on average.
const MAX_WCU: f64 = 175.0;
/// How many times longer the slowest requests of others may take than without an import.
const MAX_RATIO: f64 = 2.0;
/// Between two requests of others.
const BETWEEN: Duration = Duration::from_millis(100);

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct RateOptions {
    /// The number of rows
    #[arg(long, default_value_t = 3000)]
    rows: u32,
    /// For how many milliseconds a transaction holds its items
    #[arg(long, default_value_t = 25)]
    hold: u64,
}

/// Asks without an import, then imports and asks, and fails past the bars.
pub async fn run(RateOptions { rows: count, hold }: RateOptions) -> Result<()> {
    let stack = loaded(5000, 5000).await?.with_storage().await;
    let bytes = file::csv(&file::rows(count, &organizations(&stack).await?));
    let hold = Hold::new(Duration::from_millis(hold));
    let token = stack.session(1).await;
    let importer = at(&stack, &hold, transfer::FUNCTION, &token);
    let id = begin(&importer, &bytes).await?;
    let uri = format!("/api/transfer/job?job_id={id}");
    let row = async || importer.get(&uri).await;
    while is_at_work(&row().await.ok()[0]) {}

    let is_over = Arc::new(AtomicBool::new(false));
    let quiet = {
        let (is_over, others) = (Arc::clone(&is_over), others(&stack, &hold, &token, 0));
        let asked = tokio::spawn(ask(others, is_over));
        tokio::time::sleep(Duration::from_secs(u64::from(count) / 100)).await;
        asked
    };
    is_over.store(true, Ordering::SeqCst);
    let quiet = quiet.await?;

    importer.post("/api/transfer/run", json!({ "job_id": id })).await.ok();
    let is_over = Arc::new(AtomicBool::new(false));
    let busy = tokio::spawn(ask(others(&stack, &hold, &token, 1), Arc::clone(&is_over)));
    let (begun, mut wcu) = (Instant::now(), 0.0);
    let step = Step::counted("importing");
    step.bar().set_length(count.into());
    let done = loop {
        let answer = row().await;
        wcu += answer.cost().wcu;
        let job = answer.ok()[0].clone();
        step.bar().set_position(number(&job, "done_rows"));
        if !is_at_work(&job) {
            break job;
        }
    };
    step.done();
    let time = begun.elapsed();
    is_over.store(true, Ordering::SeqCst);
    let busy = busy.await?;
    let (rate, wcu) = (f64::from(count) / time.as_secs_f64(), wcu / f64::from(count));
    let ratio = p99(&busy).as_secs_f64() / p99(&quiet).as_secs_f64();
    println!(
        "{count} rows: {rate:.0} a second, {wcu:.0} WCU each; p99 of {} requests of others {:.0?} without an import, of {} with it \
         {:.0?}: {ratio:.2} times",
        quiet.len(),
        p99(&quiet),
        busy.len(),
        p99(&busy),
    );
    ensure!(number(&done, "created") == u64::from(count), "{done}");
    ensure!(rate >= MIN_RATE, "fewer than {MIN_RATE} rows a second");
    ensure!(wcu <= MAX_WCU, "more than {MAX_WCU} WCU a row");
    ensure!(ratio <= MAX_RATIO, "others wait more than {MAX_RATIO} times as long");
    Ok(())
}

/// A function over the table whose items are held.
fn at(stack: &Stack, hold: &Hold, function: shared::http::Function, token: &str) -> Client {
    let store = stack.over(client(&stack.endpoint, hold.clone(), |_| Fault::Pass));
    Client::of(function, stack.app_over(store)).with("session", token)
}

/// What others do: they look at lists, and write.
struct Others {
    customers: Client,
    record: Client,
    turn: u32,
}

fn others(stack: &Stack, hold: &Hold, token: &str, turn: u32) -> Others {
    let [customers, record] = [customers::FUNCTION, record::FUNCTION].map(|it| at(stack, hold, it, token));
    Others { customers, record, turn }
}

/// Asks at a steady rate until it is over; how long each took.
async fn ask(others: Others, is_over: Arc<AtomicBool>) -> Vec<Duration> {
    let (mut tasks, mut ticks) = (JoinSet::new(), tokio::time::interval(BETWEEN));
    for n in 0_u32.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        ticks.tick().await;
        let (customers, record) = (others.customers.clone(), others.record.clone());
        let phone = format!("18{}{n:08}", others.turn);
        tasks.spawn(async move {
            let begun = Instant::now();
            let status = match n % 4 {
                0 => customers.get("/api/customers/customers?name=王").await.status,
                1 => record.get("/api/record/follow?all=true").await.status,
                2 => customers.post("/api/customers/customers", new_customer(&phone)).await.status,
                _ => record.post("/api/record/upload", new_follow(n)).await.status,
            };
            assert_eq!(status, 200, "a request of others");
            begun.elapsed()
        });
    }
    tasks.join_all().await
}

fn new_customer(phone: &str) -> Value {
    json!({ "realName": "别人", "phoneNumber": phone, "organization_id": 1 })
}

fn new_follow(n: u32) -> Value {
    json!({
        "customers_id": 1 + n % 500, "follower_id": [1], "record_time": "2021-08-01 10:00:00", "event": 2, "event_note": "拜访",
    })
}

fn p99(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() * 99 / 100).or(times.last()).copied().unwrap_or_default()
}
