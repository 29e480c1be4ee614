//! Many writers on one listing, or on one of each of several kinds, on a database whose transactions hold their items for a while, as on AWS.

use super::percentile;
use anyhow::{Result, ensure};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use shared::store::{Author, Entity, Kind, Levels, Listing, Point, Store, Title, Window, Write, log_of};
use shared::time::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testing::database;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::template::Template;
use tokio::task::JoinSet;

/// 99% of the writes are to be answered within this time.
const MAX_P99: Duration = Duration::from_millis(500);
/// The second in which all points are: the worst that can be.
const AT: u32 = 1_627_821_296;

/// The tags of the kinds.
const TAGS: [&str; 4] = ["AAA", "BBB", "CCC", "DDD"];

/// An entity of one of four kinds, which share nothing. All of a kind stand in one listing, and in its log.
#[derive(Serialize, Deserialize)]
struct OfKind<const N: usize> {}

impl<const N: usize> OfKind<N> {
    const TAG: &str = match N {
        0 => TAGS[0],
        1 => TAGS[1],
        2 => TAGS[2],
        _ => TAGS[3],
    };

    fn all() -> Listing {
        Listing::of("all", Self::TAG, Levels::Blocks)
    }

    /// Creates one.
    async fn create(store: &Store) -> shared::Result<()> {
        let id = store.next_id(Self::KIND).await?;
        let mut write = Write::new(Author { by: 0, at: Time(AT) });
        write.create(id, &Self {})?;
        store.commit(write).await
    }
}

impl<const N: usize> Entity for OfKind<N> {
    const KIND: Kind = Kind::new(Self::TAG);

    fn points(&self, id: u32, _: u32) -> Vec<(Listing, Point)> {
        vec![(Self::all(), Point::new(AT, id))]
    }

    fn title(&self) -> Title {
        Title::default()
    }
}

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ContentionOptions {
    /// Of how many kinds the entities are
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=4))]
    kinds: u64,
    /// Writes of each kind offered in a second, whether or not the ones before are done
    #[arg(long, default_value_t = 300)]
    rate: u64,
    /// For how many seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// For how many milliseconds a transaction holds its items
    #[arg(long, default_value_t = 25)]
    hold: u64,
    /// From how many Lambda instances, each of which learns of conflicts for itself
    #[arg(long, default_value_t = 20)]
    instances: u64,
}

/// Offers writes at a steady rate, counts what is there afterwards, and tells how long they took.
pub async fn run(
    ContentionOptions { kinds, rate, seconds, hold, instances }: ContentionOptions,
) -> Result<()> {
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

    let writes = kinds * rate * seconds;
    let bar = ProgressBar::new(writes);
    let mut tasks = JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(kinds * rate)?);
    for n in 0..writes {
        ticks.tick().await;
        stores.rotate_left(1);
        let Some(store) = stores.first().cloned() else { break };
        let bar = bar.clone();
        tasks.spawn(async move {
            let begun = Instant::now();
            match n % kinds {
                0 => OfKind::<0>::create(&store).await?,
                1 => OfKind::<1>::create(&store).await?,
                2 => OfKind::<2>::create(&store).await?,
                _ => OfKind::<3>::create(&store).await?,
            }
            bar.inc(1);
            shared::Result::Ok(begun.elapsed())
        });
    }
    let answers = tasks.join_all().await;
    bar.finish_and_clear();
    let mut times: Vec<_> = answers.into_iter().filter_map(Result::ok).collect();
    times.sort_unstable();
    let all = [OfKind::<0>::all(), OfKind::<1>::all(), OfKind::<2>::all(), OfKind::<3>::all()];
    let logs = TAGS.map(|tag| log_of(Kind::new(tag)));
    let mut totals = [0, 0];
    for (total, listings) in totals.iter_mut().zip([all, logs]) {
        for listing in listings {
            *total += quiet.total(&[listing], Window::ALL).await?.count;
        }
    }
    let [total, logged] = totals;
    let attempts = transactions.load(Ordering::Relaxed) as f64 / writes as f64;
    let (answered, p50, p99) = (times.len() as u64, percentile(&times, 50), percentile(&times, 99));
    println!(
        "{writes} writes of {kinds} kinds offered at {rate}/s each by {instances} instances, items held for {hold} ms:"
    );
    println!(
        "{answered} answered, {total} there, {logged} logged, {attempts:.2} attempts a write, p50 {p50:.0?}, p99 {p99:.0?}"
    );
    ensure!(
        answered == writes && total == writes && logged == writes,
        "{} were not answered or are not there",
        writes - answered
    );
    ensure!(p99 <= MAX_P99, "99% took {p99:.0?}, more than {MAX_P99:.0?}");
    Ok(())
}
