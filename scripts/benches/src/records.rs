//! What a list of follow-ups costs with the names of all whom it mentions: through the function's own router, on
//! dynoxide, which counts capacity as AWS does.

use super::Cost;
use anyhow::{Result, ensure};
use demo::{RecordCounts, Size};
use std::fmt::Write;
use testing::Stack;
use xtask::progress::Step;

/// The most that a page may cost anywhere, its session included.
const MAX_RCU: f64 = 65.0;
/// The most that it may cost compared with the fewest records.
const MAX_RATIO: f64 = 2.0;
/// The most round trips one after the other.
const MAX_DEPTH: f64 = 6.0;
/// Rows on a page.
const COUNT: u64 = 20;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct RecordsOptions {
    /// The numbers of follow-ups in two years; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    follows: Vec<u32>,
    /// The number of customers
    #[arg(long, default_value_t = 5000)]
    customers: u32,
}

/// A page, and what it cost.
struct Row {
    list: &'static str,
    page: &'static str,
    total: u64,
    rows: u64,
    cost: Cost,
}

/// A company with so many follow-ups of so many customers.
pub async fn loaded(follows: u32, customers: u32) -> Result<Stack> {
    let stack = Stack::start().await;
    let records = RecordCounts { follows, ..RecordCounts::default() };
    let size = Size { customers, organizations: (customers / 20).max(86), records, ..Size::default() };
    let step = Step::counted(&format!("loading {follows} follow-ups"));
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    demo::load(stack.app.store.clone(), size, now, step.bar()).await?;
    step.done();
    Ok(stack)
}

/// Measures all sizes.
pub async fn run(RecordsOptions { follows, customers }: RecordsOptions) -> Result<()> {
    println!(
        "{:>9} {:<14} {:<7} {:>8} {:>5} {:>6} {:>6} {:>6}",
        "follows", "", "page", "total", "rows", "RCU", "ratio", "depth"
    );
    let mut base: Vec<Row> = Vec::new();
    let mut failures = String::new();
    for follows in follows {
        let stack = loaded(follows, customers).await?;
        let rows = pages(&stack).await?;
        for Row { list, page, total, rows, cost } in &rows {
            // Where there were fewer rows for so few records, a full page of them is what it is compared with.
            let same =
                base.iter().find(|other| other.list == *list && other.page == *page && other.rows >= *rows);
            let like = same.or(base.first()).map_or(cost.rcu, |like| like.cost.rcu);
            let ratio = cost.rcu / like;
            let Cost { rcu, depth, .. } = cost;
            println!(
                "{follows:>9} {list:<14} {page:<7} {total:>8} {rows:>5} {rcu:>6.1} {ratio:>6.2} {depth:>6}"
            );
            if *rcu > MAX_RCU || ratio > MAX_RATIO || *depth > MAX_DEPTH {
                writeln!(
                    failures,
                    "  {follows} follow-ups, {list}, page {page}: {cost:?}, {ratio:.2} times"
                )?;
            }
        }
        if base.is_empty() {
            base = rows;
        }
    }
    ensure!(failures.is_empty(), "past the bars:\n{failures}");
    println!("all within {MAX_RCU} RCU, {MAX_RATIO} times the smallest, {MAX_DEPTH} round trips");
    Ok(())
}

/// The first, the middle and the last page of every list; first of all a full one.
async fn pages(stack: &Stack) -> Result<Vec<Row>> {
    let client = stack.client(record::FUNCTION).with("session", &stack.session(1).await);
    let all = "start_time=1970-01-01&end_time=2105-12-31";
    let lists = [
        ("all of time", "follow", all.to_owned()),
        ("a year", "follow", "start_time=2020-08-01".to_owned()),
        ("a week", "follow", String::new()),
        ("of a customer", "follow", format!("customers_id=7&{all}")),
        ("newest demand", "demand", all.to_owned()),
    ];
    let mut rows = Vec::new();
    for (list, route, query) in lists {
        let get = |page: u64| {
            let (client, uri) =
                (client.clone(), format!("/api/record/{route}?count={COUNT}&page={page}&{query}"));
            async move { client.get(&uri).await }
        };
        let (total, ..) = get(1).await.page();
        let pages = total.div_ceil(COUNT).max(1);
        let mut at = vec![("first", 1), ("middle", pages.div_ceil(2)), ("last", pages)];
        at.dedup_by_key(|(_, number)| *number);
        for (page, number) in at {
            let answer = get(number).await;
            let expected = total.saturating_sub((number - 1) * COUNT).min(COUNT);
            let there = answer.ok().as_array().map_or(0, Vec::len) as u64;
            ensure!(there == expected, "{list}, page {number}: {there} rows");
            rows.push(Row { list, page, total, rows: there, cost: Cost::of(&answer) });
        }
    }
    Ok(rows)
}
