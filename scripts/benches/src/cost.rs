//! What every operation costs, by the number of records that there are: through the functions' own routers, on dynoxide,
//! which counts capacity as AWS does.

use super::Cost;
use super::operations::{Area, Ids, Read, WRITES, operations, reads, writes};
use anyhow::{Context, Result, ensure};
use clap::builder::PossibleValuesParser;
use demo::{RecordCounts, Size};
use docs::FUNCTIONS;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use testing::encoded::encoded_query;
use testing::{Answer, Stack, root};
use xtask::progress::Step;

/// The most that any answer may cost compared with the fewest records, but for what is known to grow.
const MAX_RATIO: f64 = 2.0;
/// Round trips that any answer may need more than with the fewest records: a finer counter, where a page is deep.
const MORE_DEPTH: f64 = 1.0;
/// Rows on a page.
const COUNT: u64 = 20;
/// How many pages between the first and the last are read; of each figure the most is shown.
const SPREAD: u64 = 20;
/// More customers, with 48 items each, or records, with 32, than fit into the memory of a usual machine.
const LARGE: u32 = 300_000;
/// Customers of a company whose other records are counted.
const CUSTOMERS: u32 = 5000;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct CostOptions {
    /// How many customers there are, or records of each other kind; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    sizes: Vec<u32>,
    /// Only what depends on customers, or only what depends on the other records
    #[arg(long, value_enum)]
    only: Option<Area>,
    /// Which other records there are so many of; of the rest there are as few as the first size
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(RecordCounts::KINDS))]
    #[arg(default_values = RecordCounts::KINDS)]
    kinds: Vec<String>,
    /// A file for the figures, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What it cost.
struct Row {
    /// The operation, and of what.
    list: String,
    /// Which page, or nothing.
    page: &'static str,
    rows: u64,
    total: u64,
    cost: Cost,
    grows: bool,
}

/// Measures all sizes.
pub async fn run(CostOptions { sizes, only, kinds, json }: CostOptions) -> Result<()> {
    let few = sizes.first().copied().context("no size")?;
    let (mut figures, mut failures, mut called) = (Vec::new(), Vec::new(), BTreeSet::new());
    for area in [Area::Customers, Area::Records] {
        if only.is_some_and(|only| only != area) {
            continue;
        }
        println!(
            "{:<62} {:>8} {:>8} {:>5} {:>6} {:>6} {:>5} {:>5} {:>6}",
            format!("{area:?}"),
            "of",
            "total",
            "rows",
            "RCU",
            "WCU",
            "calls",
            "depth",
            "ratio"
        );
        let mut base: Vec<Row> = Vec::new();
        for size in &sizes {
            let stack = loaded(area, *size, RecordCounts::some(&kinds, *size, few)).await?;
            let measured = Measured { stack, rows: Vec::new() }.all(area, &mut called).await?;
            for row in &measured {
                // Where there were fewer rows for so few records, a full page is what it is compared with.
                let alike = || base.iter().filter(|other| other.list == row.list);
                let same = || alike().find(|other| other.page == row.page);
                let full = |other: &&Row| other.rows >= row.rows;
                let like = same().filter(full).or(alike().find(full)).or(same());
                let missing = like.map_or(0, |like| row.rows.saturating_sub(like.rows));
                let fewest = like.map_or(row.cost.rcu, |like| like.cost.rcu + 1.2 * missing as f64);
                let ratio = if fewest > 0.0 { row.cost.rcu / fewest } else { 1.0 };
                let Row { list, page, rows, total, cost, grows } = row;
                let name = format!("{list}{page}");
                let Cost { rcu, wcu, calls, depth } = cost;
                println!(
                    "{name:<62} {size:>8} {total:>8} {rows:>5} {rcu:>6.1} {wcu:>6.1} {calls:>5} {depth:>5} {ratio:>6.2}"
                );
                // A page without rows asks for no names.
                let like = like.filter(|like| like.rows > 0 || *rows == 0);
                let deeper = like.is_some_and(|like| *depth > like.cost.depth + MORE_DEPTH);
                if deeper || (!grows && ratio > MAX_RATIO) {
                    failures.push(format!("  {name} of {size}: {cost:?}, {ratio:.2} times"));
                }
                figures.push(json!({
                    "operation": name, "size": size, "total": total, "rows": rows, "rcu": rcu, "wcu": wcu,
                    "calls": calls, "depth": depth, "ratio": ratio,
                }));
            }
            remove_file()?;
            if base.is_empty() {
                base = measured;
            }
        }
    }
    if let Some(file) = json {
        fs::write(&file, format!("{:#}\n", Value::from(figures)))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if only.is_none() {
        let missing: Vec<_> =
            operations()?.into_iter().filter(|operation| !called.contains(operation)).collect();
        ensure!(missing.is_empty(), "not measured: {}", missing.join(", "));
    }
    ensure!(failures.is_empty(), "past the bars:\n{}", failures.join("\n"));
    println!("all within {MAX_RATIO} times the fewest, {MORE_DEPTH} round trip more");
    Ok(())
}

/// A company with so many customers, or with those records.
async fn loaded(area: Area, size: u32, records: RecordCounts) -> Result<Stack> {
    let stack = if size > LARGE {
        remove_file()?;
        Stack::on_disk(&file()).await
    } else {
        Stack::start().await
    };
    let stack = stack.with_storage().await;
    let size = match area {
        Area::Customers => Size { customers: size, organizations: (size / 20).max(86), ..Size::default() },
        Area::Records => {
            Size { customers: CUSTOMERS, organizations: CUSTOMERS / 20, records, ..Size::default() }
        }
    };
    let step = Step::counted(&format!("loading {size:?}"));
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    demo::load(stack.app.store.clone(), size, now, step.bar()).await?;
    step.done();
    Ok(stack)
}

/// The database of what does not fit into memory.
fn file() -> PathBuf {
    root().join("target/bench.db")
}

/// Deletes it, with what SQLite keeps beside it.
fn remove_file() -> Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let part = PathBuf::from(format!("{}{ending}", file().display()));
        match fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot delete {}", part.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

struct Measured {
    stack: Stack,
    rows: Vec<Row>,
}

impl Measured {
    async fn all(mut self, area: Area, called: &mut BTreeSet<String>) -> Result<Vec<Row>> {
        let session = self.stack.session(1).await;
        for Read { what, operation, query, grows } in reads(area) {
            called.insert(operation.to_owned());
            let path = operation.trim_start_matches("GET ");
            let client = self.stack.client_of(&FUNCTIONS, path, &session);
            let get = |page: u64| {
                let (client, uri) =
                    (client.clone(), format!("{path}?count={COUNT}&page={page}&{}", encoded_query(&query)));
                async move { client.get(&uri).await }
            };
            let first = get(1).await;
            // The feed and a trend tell no total, and have no pages: all rows are in the answer.
            let (total, a_page) = match total(&first) {
                Some(total) => (total, COUNT),
                None => (rows(&first), u64::MAX),
            };
            let pages = total.div_ceil(a_page).max(1);
            let mut at = vec![
                (", first page", vec![1]),
                (", middle page", vec![pages.div_ceil(2)]),
                (", last page", vec![pages]),
            ];
            at.dedup_by_key(|(_, pages)| pages.clone());
            if pages > SPREAD {
                at.push((", any page", (1..=SPREAD).map(|n| pages * n / (SPREAD + 1)).collect()));
            }
            for (page, pages) in at {
                let list = format!("{operation} {what}");
                let mut dearest = Row { list, page, rows: 0, total, cost: Cost::default(), grows };
                for number in pages {
                    let answer = get(number).await;
                    let rows = rows(&answer);
                    let expected = total.saturating_sub((number - 1) * COUNT).min(a_page);
                    ensure!(
                        rows == expected,
                        "{operation}, {what}, page {number}: {rows} rows, not {expected}"
                    );
                    dearest.rows = dearest.rows.max(rows);
                    dearest.cost = dearest.cost.max(Cost::of(&answer));
                }
                self.rows.push(dearest);
            }
        }
        if area == Area::Records {
            self.writes(&session, called).await?;
        }
        Ok(self.rows)
    }

    /// Does every write some times, and keeps the dearest of each.
    async fn writes(&mut self, session: &str, called: &mut BTreeSet<String>) -> Result<()> {
        let mut dearest: BTreeMap<String, (usize, Cost)> = BTreeMap::new();
        let mut ids = Ids::default();
        for n in 0..WRITES {
            for (order, (operation, what, body)) in writes(n).into_iter().enumerate() {
                // An edit is later than what it edits.
                self.stack.advance(60);
                called.insert(operation.to_owned());
                let (method, path) = operation.split_once(' ').context("a method and a path")?;
                let body = ids.fill(operation, body)?;
                let client = self.stack.client_of(&FUNCTIONS, path, session);
                let json = [("content-type", "application/json")];
                let method = method.parse().context("a method")?;
                let answer = client.send(method, path, &json, body.to_string()).await;
                ensure!(answer.status == 200, "{operation}, {what}: {}", answer.body);
                ids.keep(what, answer.ok());
                let cost = Cost::of(&answer);
                let entry = dearest.entry(format!("{operation} {what}")).or_insert((order, cost));
                if cost.wcu > entry.1.wcu {
                    entry.1 = cost;
                }
            }
        }
        let mut dearest: Vec<_> = dearest.into_iter().collect();
        dearest.sort_by_key(|(_, (order, _))| *order);
        let row = |(list, (_, cost))| Row { list, page: "", rows: 0, total: 0, cost, grows: false };
        self.rows.extend(dearest.into_iter().map(row));
        Ok(())
    }
}

/// The total of a list, wherever it stands; of what has no pages, none.
fn total(answer: &Answer) -> Option<u64> {
    let nested = answer.ok().get(1).and_then(|info| info.get("total"));
    answer.body.pointer("/page_info/total").or(nested).and_then(Value::as_u64)
}

/// How many rows there are; two of the statistics have theirs one level down.
fn rows(answer: &Answer) -> u64 {
    let data = answer.ok();
    let data = data.get(0).filter(|first| first.is_array()).unwrap_or(data);
    data.as_array().map_or(0, Vec::len) as u64
}
