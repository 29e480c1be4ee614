//! A mixed day: many at once call a running API over HTTP, some for each operation, so that each has its own percentiles.

use std::{
    convert::Infallible,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use testing::encoded::encoded_query;
use tokio::task::spawn_blocking;
use xtask::{dev, progress::Step};

use super::percentile;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct LoadOptions {
    /// Requests a second
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// Seconds
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Instances of each function that may run at once
    #[arg(long, value_name = "N", default_value_t = 4)]
    concurrency: u16,
}

/// An operation: how many of a hundred requests it is, its path and query, and its body if it is a POST.
type Operation = (u32, &'static str, &'static str);

/// 70 lists, 10 searches, 15 writes, 5 statistics.
const DAY: [Operation; 14] = [
    (18, "/api/record/follow", ""),
    (12, "/api/record/follow?start_time=1970-01-01&page=7", ""),
    (10, "/api/contract/contract", ""),
    (15, "/api/customers/customers", ""),
    (5, "/api/customers/organization", ""),
    (5, "/api/record/demand?start_time=1970-01-01", ""),
    (5, "/api/user/user", ""),
    (5, "/api/customers/customers?name=王", ""),
    (5, "/api/customers/customers?name=公司", ""),
    (
        8,
        "/api/record/upload",
        r#"{"customers_id": 7, "follower_id": [1], "record_time": "2021-07-30", "event": 2, "content": "需求优化"}"#,
    ),
    (
        4,
        "/api/contract/contract",
        r#"{"organization_id": 2, "name": "合同", "code": "code", "amount": "12.5", "sign_time": "2021-07-30"}"#,
    ),
    (3, "/api/customers/customers", r#"{"nickName": "张三丰", "organization_id": 2}"#),
    (2, "/api/stats/sign?start_time=2020-08-01", ""),
    (3, "/api/stats/follow?organization_id=1&start_time=2020-08-01", ""),
];
/// Requests of one worker in a second at most: more need more workers, as one waits for its answer.
const WORKER: f64 = 5.0;

/// Runs the day against the release build, and fails if anything but success was answered.
pub async fn run(LoadOptions { rate, seconds, concurrency }: LoadOptions) -> Result<()> {
    let dev = dev::start(dev::DevOptions::released(concurrency)).await?;
    let token = dev.token().await?;
    let step = Step::counted(&format!("{rate} requests a second"));
    step.bar().set_length(seconds);
    let count = DAY.len() as f64;
    let calls = DAY
        .iter()
        .enumerate()
        .map(|(n, operation)| called(&dev.url, &token, operation, n as f64 / count, rate, seconds));
    let answers = tokio::select! {
        answers = try_join_all(calls) => answers?,
        never = seconds_pass(&step) => match never {},
    };
    step.done();

    println!(
        "{:<64} {:>8} {:>7} {:>7} {:>7} {:>6}",
        "milliseconds", "requests", "p50", "p95", "p99", "other"
    );
    let all = answers.iter().flatten().copied().collect();
    let names =
        DAY.iter().map(|(_, path, body)| format!("{} {path}", if body.is_empty() { "GET" } else { "POST" }));
    let mut failed = 0;
    for (name, answers) in names.zip(answers).chain([("all".to_owned(), all)]) {
        failed = row(&name, answers, seconds);
    }
    ensure!(failed == 0, "{failed} requests were answered with something else than 200");
    Ok(())
}

async fn seconds_pass(step: &Step) -> Infallible {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        step.bar().inc(1);
    }
}

/// The time of an answer in seconds, and its status.
type Timed = (f64, u16);

/// Prints one row, and answers how many requests did not go well.
fn row(name: &str, mut answers: Vec<Timed>, seconds: u64) -> usize {
    answers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let failed = answers.iter().filter(|(_, status)| *status != 200).count();
    let (count, [p50, p95, p99]) =
        (answers.len(), [50, 95, 99].map(|percent| percentile(&answers, percent).0 * 1000.0));
    println!("{name:<64} {count:>8} {p50:>7.1} {p95:>7.1} {p99:>7.1} {failed:>6}");
    if name == "all" {
        println!("{:.1} requests a second were answered", count as f64 / seconds as f64);
    }
    failed
}

/// Calls one operation again and again, by several at once, and answers how long each took. They begin one after the other, `offset`
/// being the place of the operation among all: a day has no moment at which everybody clicks.
async fn called(
    url: &str,
    token: &str,
    (share, path, body): &Operation,
    offset: f64,
    rate: u32,
    seconds: u64,
) -> Result<Vec<Timed>> {
    let rate = f64::from(share * rate) / 100.0;
    let workers = (rate / WORKER).ceil().max(1.0);
    let pause = Duration::from_secs_f64(workers / rate);
    let (url, token, body) = (format!("{url}{}", encoded_query(path)), format!("Bearer {token}"), *body);
    let worker = |n: usize| {
        let (url, token) = (url.clone(), token.clone());
        let delay = pause.mul_f64((n as f64 + offset) / workers);
        spawn_blocking(move || {
            sleep(delay);
            worked(&url, &token, body, pause, Duration::from_secs(seconds))
        })
    };
    let answers = try_join_all((0..workers as usize).map(worker)).await?.concat();
    ensure!(!answers.is_empty(), "no time was left for {path}");
    Ok(answers)
}

/// One worker over one connection: the next call begins a pause after the last one began, or when that is answered. A call
/// without an answer has status 0.
fn worked(url: &str, token: &str, body: &'static str, pause: Duration, time: Duration) -> Vec<Timed> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let (began, mut answers) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        let started = Instant::now();
        let answer = if body.is_empty() {
            agent.get(url).header("authorization", token).call()
        } else {
            let request = agent.post(url).header("authorization", token);
            request.header("content-type", "application/json").send(body)
        };
        let read =
            answer.and_then(|mut answer| answer.body_mut().read_to_vec().map(|_| answer.status().as_u16()));
        answers.push((started.elapsed().as_secs_f64(), read.unwrap_or_default()));
        sleep(pause.saturating_sub(started.elapsed()));
    }
    answers
}
