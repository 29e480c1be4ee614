//! What a page of a counted listing costs, apart from the records on it: on dynoxide, which counts capacity as AWS
//! does.

use anyhow::{Result, ensure};
use shared::store::{Author, Cost, Entity, Meter, Order, Slice, Store, Window, Write};
use shared::time::Time;
use testing::template::Template;
use testing::{Thing, database};
use xtask::progress::Step;

/// The most that a page may cost anywhere.
const MAX_RCU: f64 = 25.0;
/// The most that it may cost compared with the same page of a thousand points.
const MAX_RATIO: f64 = 2.0;
/// The most round trips up to the ids of a page.
const MAX_DEPTH: u32 = 4;
/// The most that creating a record may cost.
const MAX_WCU: f64 = 30.0;
/// Rows on a page.
const COUNT: u32 = 20;

const DAY: u32 = 86_400;
/// When the newest point is: 2021-08-01 12:34:56, in the middle of every slot.
const NOW: u32 = 1_627_821_296;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ListingOptions {
    /// The numbers of points spread over two years; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    sizes: Vec<u32>,
    /// Leave out the crowded listings: an hour, a second, and every second
    #[arg(long)]
    spread_only: bool,
}

/// How points lie in time.
struct Shape {
    name: String,
    points: u32,
    at: fn(u32, u32) -> u32,
}

/// What a page cost.
struct Row {
    window: &'static str,
    page: u64,
    total: u64,
    cost: Cost,
}

/// Measures all shapes and sizes.
pub async fn run(options: ListingOptions) -> Result<()> {
    let mut shapes: Vec<_> = options
        .sizes
        .iter()
        .map(|points| Shape { name: format!("{points} in two years"), points: *points, at: spread })
        .collect();
    if !options.spread_only {
        let crowded = |name: &str, points, at| Shape { name: name.to_owned(), points, at };
        shapes.push(crowded("100000 in one hour", 100_000, |n, _| NOW - n % 3600));
        shapes.push(crowded("10000 on one second", 10_000, |_, _| NOW - 5 * DAY));
        shapes.push(crowded("1000000, one a second", 1_000_000, |n, _| NOW - n));
    }
    println!(
        "{:<24} {:<6} {:>8} {:>9} {:>7} {:>6} {:>6} {:>6}",
        "points", "window", "page", "total", "RCU", "ratio", "calls", "depth"
    );
    let mut base: Vec<Row> = Vec::new();
    let mut failures = Vec::new();
    for shape in &shapes {
        let store = load(shape).await?;
        let rows = pages(&store).await?;
        for row in &rows {
            // The same window of the first shape, at the page that is as deep or the deepest it has.
            let same = base.iter().rev().find(|other| other.window == row.window && other.page <= row.page);
            let ratio = same.map_or(1.0, |same| row.cost.rcu / same.cost.rcu);
            let Row { window, page, total, cost } = row;
            let Cost { rcu, calls, depth, .. } = cost;
            let name = &shape.name;
            println!(
                "{name:<24} {window:<6} {page:>8} {total:>9} {rcu:>7.1} {ratio:>6.2} {calls:>6} {depth:>6}"
            );
            if *rcu > MAX_RCU || ratio > MAX_RATIO || *depth > MAX_DEPTH {
                failures.push(format!(
                    "{name}, {window}, page {page}: {rcu} RCU, ratio {ratio:.2}, depth {depth}"
                ));
            }
        }
        let created = create(&store).await?;
        println!("{:<24} {:<6} {:>41.1} WCU", shape.name, "create", created.wcu);
        if created.wcu > MAX_WCU {
            failures.push(format!("{}: creating one record took {} WCU", shape.name, created.wcu));
        }
        if base.is_empty() {
            base = rows;
        }
    }
    ensure!(failures.is_empty(), "past the bars:\n  {}", failures.join("\n  "));
    println!(
        "all within {MAX_RCU} RCU, {MAX_RATIO} times the smallest, {MAX_DEPTH} round trips, {MAX_WCU} WCU"
    );
    Ok(())
}

/// Evenly over two years, with some jitter.
fn spread(n: u32, points: u32) -> u32 {
    let step = 2 * 365 * DAY / points;
    NOW - n * step - n.wrapping_mul(2_654_435_761) % step.max(1)
}

/// A table in memory with the points of a shape, each that of a record.
async fn load(shape: &Shape) -> Result<Store> {
    let client = database::client(&database::embedded(None).await?);
    database::create_table(&client, "bench", &Template::read()?.table).await?;
    let store = Store::new(client, "bench");
    let step = Step::counted(&format!("loading {}", shape.name));
    step.bar().set_length(u64::from(shape.points) * 3);
    // Old records first, as they come.
    let writes = (0..shape.points).rev().zip(1..).map(|(n, id)| {
        let mut write = Write::new(Author::SYSTEM);
        let thing =
            Thing { at: (shape.at)(n, shape.points), group: id % 90, amount: 100, ..Thing::default() };
        write.create(id, &thing).map(|()| write)
    });
    store.load(writes, |items| step.bar().inc(items)).await?;
    step.done();
    Ok(store)
}

/// The pages 1 and 1,000 and the last of a week, a year and all of time.
async fn pages(store: &Store) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    // Windows end in the middle of a slot too, as every window up to now does.
    let last = |days: u32| Window { from: NOW - days * DAY + 1234, to: NOW };
    for (window, span) in [("week", last(7)), ("year", last(365)), ("all", Window::ALL)] {
        let total = store.total(&[Thing::ALL], span).await?.count;
        let pages = total.div_ceil(u64::from(COUNT)).max(1);
        let mut wanted = vec![1, 1000.min(pages), pages];
        wanted.dedup();
        for page in wanted {
            let meter = Meter::default();
            let metered = store.metered(meter.clone());
            let skip = (page - 1) * u64::from(COUNT);
            let found =
                metered.page(&[Thing::ALL], span, Order::Descending, Slice { skip, take: COUNT }).await?;
            let expected = total.saturating_sub(skip).min(u64::from(COUNT));
            ensure!(
                found.total == total && found.entries.len() as u64 == expected,
                "{window}, page {page}: {found:?}"
            );
            rows.push(Row { window, page, total, cost: meter.cost() });
        }
    }
    Ok(rows)
}

/// One more record, now.
async fn create(store: &Store) -> Result<Cost> {
    let meter = Meter::default();
    let store = store.metered(meter.clone());
    let mut write = Write::new(Author { by: 0, at: Time(NOW) });
    let id = 2_000_000 + store.next_id(Thing::KIND).await?;
    write
        .create(id, &Thing { name: Some("one more".to_owned()), at: NOW, amount: 100, ..Thing::default() })?;
    store.commit(write).await?;
    Ok(meter.cost())
}
