//! Many writers on one listing, on a database whose transactions hold their items for a while, as on AWS.

use anyhow::{Result, ensure};
use indicatif::ProgressBar;
use shared::store::{Author, Entity, Store, Window, Write};
use shared::time::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::template::Template;
use testing::{Thing, database};
use tokio::task::JoinSet;

/// 99% of the writes are to be answered within this time.
const MAX_P99: Duration = Duration::from_secs(1);
/// The second in which all points are: the worst that can be.
const AT: u32 = 1_627_821_296;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ContentionOptions {
    /// Writes offered in a second, whether or not the ones before are done
    #[arg(long, default_value_t = 100)]
    rate: u64,
    /// For how many seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// For how many milliseconds a transaction holds its items
    #[arg(long, default_value_t = 25)]
    hold: u64,
    /// From how many Lambda instances, each of which learns of conflicts for itself
    #[arg(long, default_value_t = 20)]
    instances: u64,
}

/// Offers writes at a steady rate, counts what is there afterwards, and tells how long they took.
pub async fn run(ContentionOptions { rate, seconds, hold, instances }: ContentionOptions) -> Result<()> {
    let endpoint = database::embedded(None).await?;
    let quiet = Store::new(database::client(&endpoint), "bench");
    database::create_table(&database::client(&endpoint), "bench", &Template::read()?.table).await?;
    let transactions = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&transactions);
    let count = move |seen: SeenCall<'_>| {
        counted.fetch_add(u64::from(seen.operation == "TransactWriteItems"), Ordering::Relaxed);
        Fault::Pass
    };
    let held = Hold::new(Duration::from_millis(hold));
    let instance = |_| Store::new(client(&endpoint, held.clone(), count.clone()), "bench");
    let mut stores: Vec<_> = (0..instances.max(1)).map(instance).collect();

    let writes = rate * seconds;
    let bar = ProgressBar::new(writes);
    let mut tasks = JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(rate)?);
    for _ in 0..writes {
        ticks.tick().await;
        stores.rotate_left(1);
        let Some(store) = stores.first().cloned() else { break };
        let bar = bar.clone();
        tasks.spawn(async move {
            let begun = Instant::now();
            let id = store.next_id(Thing::KIND).await?;
            let mut write = Write::new(Author { by: 0, at: Time(AT) });
            // Only the listing of all things is shared.
            write.create(id, &Thing { at: AT, group: id, ..Thing::default() })?;
            store.commit(write).await?;
            bar.inc(1);
            shared::Result::Ok(begun.elapsed())
        });
    }
    let answers = tasks.join_all().await;
    bar.finish_and_clear();
    let mut times: Vec<_> = answers.into_iter().filter_map(Result::ok).collect();
    times.sort_unstable();
    let share =
        |percent: usize| times.get(times.len() * percent / 100).or(times.last()).copied().unwrap_or_default();
    let total = quiet.total(&[Thing::ALL], Window::ALL).await?.count;
    let attempts = transactions.load(Ordering::Relaxed) as f64 / writes as f64;
    let (answered, p50, p99) = (times.len() as u64, share(50), share(99));
    println!(
        "{writes} writes offered at {rate}/s to one listing by {instances} instances, items held for {hold} ms:"
    );
    println!(
        "{answered} answered, {total} there, {attempts:.2} attempts a write, p50 {p50:.0?}, p99 {p99:.0?}"
    );
    ensure!(
        answered == writes && total == writes,
        "{} were not answered or are not there",
        writes - answered
    );
    ensure!(p99 <= MAX_P99, "99% took {p99:.0?}, more than {MAX_P99:.0?}");
    Ok(())
}
