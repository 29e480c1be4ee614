//! A large import while the function and the database are killed, and others write: every row is accounted for once.

use super::{begin, file, is_at_work, number};
use anyhow::{Result, ensure};
use fastrand::Rng;
use serde_json::{Value, json};
use shared::model::ENTITY_TYPES;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testing::restartable::RestartableDatabase;
use testing::{Client, Company, Stack};
use xtask::progress::Step;

/// One of so many phone numbers is that of a row before it.
const TWICE: usize = 9;
/// One of so many rows cannot go in.
const BAD: usize = 20;
/// For how long the database may take to answer while everything is recounted.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long the database is away.
const DOWN: Duration = Duration::from_secs(2);

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct DeathsOptions {
    /// The number of rows
    #[arg(long, default_value_t = 100_000)]
    rows: u32,
    /// How often whoever does a step is killed
    #[arg(long, default_value_t = 20)]
    kills: u64,
    /// How often the database is killed
    #[arg(long, default_value_t = 3)]
    restarts: u64,
}

/// Imports, counts, and imports the same file again.
pub async fn run(DeathsOptions { rows: count, kills, restarts }: DeathsOptions) -> Result<()> {
    let mut database = RestartableDatabase::start();
    let stack = Stack::at(database.endpoint(), "crm".to_owned()).await.with_storage().await;
    let company = Arc::new(Company::of(stack, transfer::FUNCTION).await);
    let admin = company.client.with("session", &company.stack.session(1).await);
    let mut rows = file::rows(count, &["单位甲", "单位乙", "单位丙"].map(str::to_owned));
    for n in 0..rows.len() {
        if n % TWICE == TWICE - 1 {
            let earlier = rows.get(n - 4).map(|row| row[2].clone()).unwrap_or_default();
            if let Some(row) = rows.get_mut(n) {
                row[2] = earlier;
            }
        }
        if let Some(row) = rows.get_mut(n).filter(|_| n % BAD == BAD - 1) {
            row[2] = "1.9E+10".to_owned();
        }
    }
    let file = file::csv(&rows);
    let id = begin(&admin, &file).await?;
    let checked = work(&admin, &company.stack, id, "checking", &mut Never).await;
    let check = checked.get("check").cloned().unwrap_or_default();
    let [good, duplicate, bad] = ["good", "duplicate", "bad"].map(|key| number(&check, key));
    ensure!(good + duplicate + bad == u64::from(count), "{good} good, {duplicate} duplicate, {bad} bad");

    let is_over = Arc::new(AtomicBool::new(false));
    let made = Arc::new(AtomicU64::new(0));
    let others = tokio::spawn(write(Arc::clone(&company), Arc::clone(&is_over), Arc::clone(&made)));
    admin.post("/api/transfer/run", json!({ "job_id": id })).await.ok();
    let mut plan =
        Plan { database: &mut database, rows: count.into(), kills, restarts, random: Rng::with_seed(23) };
    let begun = Instant::now();
    let done = work(&admin, &company.stack, id, "importing", &mut plan).await;
    let (left, time) = (plan.kills + plan.restarts, begun.elapsed());
    is_over.store(true, Ordering::SeqCst);
    others.await?;
    let [created, updated, skipped, failed] =
        ["created", "updated", "skipped", "failed_rows"].map(|key| number(&done, key));
    println!(
        "{count} rows in {:.0} s, killed {kills} times, the database {restarts} times: {created} created, {updated} updated, \
         {skipped} skipped, {failed} failed; others created {} customers meanwhile",
        time.as_secs_f64(),
        made.load(Ordering::SeqCst)
    );
    ensure!(left == 0, "{left} deaths did not happen");
    ensure!(created + updated + skipped + failed == u64::from(count), "rows are missing");
    ensure!(failed == bad && created == good, "not as it was checked: {good} good, {bad} bad");
    let list = company.stack.client(customers::FUNCTION).with("session", &company.stack.session(1).await);
    let total =
        async |name: &str| list.get(&format!("/api/customers/customers?count=1&{name}")).await.page().0;
    let there = total("phoneNumber=19000").await + total("phoneNumber=19001").await;
    println!("{there} of them are found by their phone numbers");

    let again = begin(&admin, &file).await?;
    work(&admin, &company.stack, again, "checking", &mut Never).await;
    admin.post("/api/transfer/run", json!({ "job_id": again })).await.ok();
    let repeated = work(&admin, &company.stack, again, "importing again", &mut Never).await;
    println!("again: {} created, {} skipped", number(&repeated, "created"), number(&repeated, "skipped"));
    ensure!(number(&repeated, "created") == 0, "{repeated}");
    let step = Step::begin("verifying");
    // The database has to read hundreds of megabytes from a disk.
    let patient = company.stack.later().busy_limit(PATIENCE);
    let differences = patient.verify(ENTITY_TYPES, |_, _| {}).await?.differences;
    step.done();
    println!("{} differences", differences.len());
    ensure!(differences.is_empty(), "{differences:?}");
    Ok(())
}

/// Who decides what dies.
trait Deaths {
    /// How long whoever does this step lives, or for ever, after so many rows were done.
    async fn life(&mut self, done_rows: u64) -> Option<Duration>;
}

/// Nobody.
struct Never;

impl Deaths for Never {
    async fn life(&mut self, _: u64) -> Option<Duration> {
        None
    }
}

/// Deaths that are spread over all rows.
struct Plan<'a> {
    database: &'a mut RestartableDatabase,
    rows: u64,
    kills: u64,
    restarts: u64,
    random: Rng,
}

impl Deaths for Plan<'_> {
    async fn life(&mut self, done_rows: u64) -> Option<Duration> {
        let left = self.rows.saturating_sub(done_rows);
        // The rest is used up by the end of the rows.
        if self.restarts > 0 && left * 4 < self.rows * self.restarts {
            self.restarts -= 1;
            self.database.restart(DOWN).await;
        }
        if self.kills == 0 || left * 22 >= self.rows * self.kills {
            return None;
        }
        self.kills -= 1;
        Some(Duration::from_secs_f64(4.0 * self.random.f64()))
    }
}

/// Asks until a job rests; its row then.
async fn work(client: &Client, stack: &Stack, id: u64, title: &str, deaths: &mut impl Deaths) -> Value {
    let (uri, step) = (format!("/api/transfer/job?job_id={id}"), Step::counted(title));
    let mut done_rows = 0;
    loop {
        let life = deaths.life(done_rows).await.unwrap_or(Duration::MAX);
        let Ok(answer) = tokio::time::timeout(life, client.get(&uri)).await else {
            // Its lease ends.
            stack.advance(61);
            continue;
        };
        // The database is away.
        if answer.status == 503 {
            stack.advance(61);
            continue;
        }
        let row = answer.ok()[0].clone();
        done_rows = number(&row, "done_rows");
        step.bar().set_length(number(&row, "rows"));
        step.bar().set_position(done_rows);
        if !is_at_work(&row) {
            step.done();
            return row;
        }
    }
}

/// Somebody else writes customers until it is over.
async fn write(company: Arc<Company>, is_over: Arc<AtomicBool>, made: Arc<AtomicU64>) {
    let client = company.stack.client(customers::FUNCTION).with("session", &company.token);
    for n in 0_u32.. {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        let body =
            json!({ "realName": "别人", "phoneNumber": format!("17{n:09}"), "organization_id": 1 + n % 3 });
        let answer = client.post("/api/customers/customers", body).await;
        made.fetch_add(u64::from(answer.status == 200), Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
