//! How fast the follow-ups of a week are beside an older version: its functions and ours, each with a table of its own that it has
//! filled itself, are asked in turns.

use super::deployed::{Instance, environment, request, unpack};
use super::percentile;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use testing::template::Template;
use testing::{ADMIN_PHONE, PASSWORD, Stack, root};
use tokio::time::sleep_until;
use xtask::progress::Step;
use xtask::{older, package};

/// How much longer than the older version 99 of 100 answers may take.
const MAX_RATIO: f64 = 1.2;
/// The customers whom the follow-ups are about.
const CUSTOMERS: u32 = 20;
/// The newest week has a sixth of the follow-ups.
const WEEKS: u32 = 6;
const WEEK: &str = "start_time=2021-07-26&end_time=2021-08-01";

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct BesideOptions {
    /// The older version
    #[arg(long, value_name = "REV", default_value = "b1916f5")]
    from: String,
    /// Follow-ups
    #[arg(long, default_value_t = 2000)]
    follows: u32,
    /// Requests a second
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// For how many seconds each is asked
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// A version at work: its function for records, ready to be asked.
struct Version {
    name: String,
    record: Instance,
    question: String,
    times: Vec<Duration>,
    /// Its database runs as long as this is here.
    _stack: Stack,
}

/// Builds and fills both, asks them in turns, and fails if ours takes too long.
pub async fn run(BesideOptions { from, follows, rate, seconds }: BesideOptions) -> Result<()> {
    let folder = older::packages(&older::commit(&from).await?, package::ARM64).await?;
    package::zips(&Template::read()?, package::ARM64).await?;
    let unpacked = root().join("target/beside");
    let mut versions = [
        Version::start(from, &folder, &folder.join("lambda"), &unpacked.join("older"), follows).await?,
        Version::start(
            "ours".to_owned(),
            root(),
            &root().join(package::ZIPS),
            &unpacked.join("ours"),
            follows,
        )
        .await?,
    ];
    let step = Step::counted("asking both in turns");
    step.bar().set_length(seconds.into());
    for _ in 0..seconds {
        for version in &mut versions {
            version.asked_for_a_second(rate).await?;
        }
        step.bar().inc(1);
    }
    step.done();

    println!("{:<10} {:>8} {:>8} {:>8} {:>8}  milliseconds", "", "requests", "p50", "p95", "p99");
    for Version { name, times, .. } in &mut versions {
        times.sort_unstable();
        let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile(times, percent).as_secs_f64() * 1e3);
        println!("{name:<10} {:>8} {p50:>8.2} {p95:>8.2} {p99:>8.2}", times.len());
    }
    let [older, ours] = versions.each_ref().map(|version| percentile(&version.times, 99));
    let ratio = ours.div_duration_f64(older);
    ensure!(ratio <= MAX_RATIO, "the p99 is {ratio:.2} times the older one, more than {MAX_RATIO}");
    println!("the p99 is {ratio:.2} times the older one, at most {MAX_RATIO}");
    Ok(())
}

impl Version {
    /// Starts and fills a version, whose template is in `folder` and whose zips are in `zips`.
    async fn start(name: String, folder: &Path, zips: &Path, unpacked: &Path, follows: u32) -> Result<Self> {
        let stack = Stack::embedded().await;
        stack.admin().await;
        let environment = environment(&Template::read_from(folder)?, &stack.table, &stack.endpoint, None);
        let start = async |function: &str| {
            let (program, _) = unpack(function, zips, unpacked).await?;
            anyhow::Ok(Instance::start(&program, &environment, None).await?.without_log())
        };
        let login = json!({ "phoneNumber": ADMIN_PHONE, "password": PASSWORD });
        let answer =
            start("user").await?.invoke(&request("POST /api/user/login", "", Some(&login), "")?).await?;
        let signed_in = answer.data()?;
        let token = signed_in.get("session").and_then(Value::as_str).context("no session")?;
        let step = Step::counted(&format!("filling {name}"));
        step.bar().set_length(follows.into());
        let mut customers = start("customers").await?;
        for n in 1..=CUSTOMERS {
            let customer = json!({ "nickName": format!("客户{n}"), "phoneNumber": format!("1380000{n:04}") });
            customers.invoke(&request("POST /api/customers/customers", "", Some(&customer), token)?).await?;
        }
        let mut record = start("record").await?;
        for n in 0..follows {
            record.invoke(&request("POST /api/record/upload", "", Some(&upload(n)), token)?).await?;
            step.bar().inc(1);
        }
        step.done();
        let question = request("GET /api/record/follow", WEEK, None, token)?;
        let rows = record.invoke(&question).await?.data()?;
        ensure!(rows.as_array().map_or(0, Vec::len) == 20, "{name} answers no page of 20: {rows}");
        Ok(Self { name, record, question, times: Vec::new(), _stack: stack })
    }

    /// Asks at a steady rate: a request that has to wait for the one before it is timed from when it was due.
    async fn asked_for_a_second(&mut self, rate: u32) -> Result<()> {
        let begun = Instant::now();
        for n in 0..rate {
            let due = begun + Duration::from_secs(1) * n / rate;
            let waited = Instant::now() > due;
            sleep_until(due.into()).await;
            let answer = self.record.invoke(&self.question).await?;
            self.times.push(answer.ended - if waited { due } else { answer.begun });
        }
        Ok(())
    }
}

/// The follow-up number `n`, on one of the days of [`WEEKS`], the last of which is [`WEEK`].
fn upload(n: u32) -> Value {
    let days = n % (7 * WEEKS);
    let day =
        if days < 31 { format!("2021-07-{:02}", 31 - days) } else { format!("2021-06-{:02}", 61 - days) };
    json!({
        "customers_id": 1 + n % CUSTOMERS, "follower_id": [1], "event": 2,
        "record_time": format!("{day} {:02}:{:02}:00", n % 24, n % 60), "content": "需求优化",
    })
}
