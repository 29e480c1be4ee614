//! The program of the function's zip checks files of many rows, and files that are made to hurt.

use super::super::deployed::{Instance, environment, request, unpack};
use super::super::records::loaded;
use super::{file, is_at_work, number, organizations, send};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testing::root;
use testing::storage::Storage;
use testing::template::Template;
use xtask::package;

/// The longest that a check may take.
const MAX_TIME: Duration = Duration::from_secs(20);
/// The most memory that the function may have had.
const MAX_PEAK: u64 = 256_000_000;
/// Files that unpack to far more than they are.
const BOMBS: [&str; 2] = ["bomb-sheet.xlsx", "million-columns.xlsx"];

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct CheckOptions {
    /// The number of rows
    #[arg(long, default_value_t = 100_000)]
    rows: u32,
}

/// Checks, and fails past the bars.
pub async fn run(CheckOptions { rows: count }: CheckOptions) -> Result<()> {
    package::build(&["transfer"], package::ARM64).await?;
    let (bootstrap, _) =
        unpack("transfer", &root().join(package::ZIPS), &root().join("target/import")).await?;
    let (stack, storage) = (loaded(1000, 2000).await?, Storage::start().await?);
    let environment = environment(&Template::read()?, &stack.table, &stack.endpoint, Some(&storage));
    let token = stack.session(1).await;
    let rows = file::rows(count, &organizations(&stack).await?);
    let mut files = vec![("csv", file::csv(&rows)), ("xlsx", file::xlsx(&rows)?)];
    for bomb in BOMBS {
        files.push((bomb, std::fs::read(root().join("functions/transfer/tests/fixtures").join(bomb))?));
    }
    for (name, bytes) in files {
        let mut instance = Instance::start(&bootstrap, &environment, None).await?;
        let body = json!({ "kind": "customers", "name": name, "size": bytes.len() });
        let announce = request("POST /api/transfer/import", "", Some(&body), &token)?;
        let announced = instance.invoke(&announce).await?.data()?;
        send(&announced, &bytes).await?;
        let id = announced.get("job_id").and_then(Value::as_u64).context("no job")?;
        let begun = Instant::now();
        let check = request("POST /api/transfer/check", "", Some(&json!({ "job_id": id })), &token)?;
        instance.invoke(&check).await?.data()?;
        let ask = request("GET /api/transfer/job", &format!("job_id={id}"), None, &token)?;
        let mut steps = 0;
        let row = loop {
            let row = instance.invoke(&ask).await?.data()?.get_mut(0).map(Value::take).context("no job")?;
            steps += 1;
            if !is_at_work(&row) {
                break row;
            }
        };
        let (time, peak) = (begun.elapsed(), instance.peak_memory()?);
        instance.end().await?;
        let check = row.get("check").cloned().unwrap_or_default();
        let what = match row.get("state").and_then(Value::as_str) {
            Some("ready") => format!("{} of {} rows are good", number(&check, "good"), number(&row, "rows")),
            _ => format!("refused: {}", row.get("message").and_then(Value::as_str).unwrap_or_default()),
        };
        println!(
            "{name}, {:.1} MB: {:.1} s and {steps} requests, {:.1} MB of memory; {what}",
            bytes.len() as f64 / 1e6,
            time.as_secs_f64(),
            peak as f64 / 1e6
        );
        let is_bomb = BOMBS.contains(&name);
        ensure!(is_bomb || number(&check, "good") == u64::from(count), "{check}");
        ensure!(!is_bomb || row.get("state") == Some(&json!("waiting")), "{row}");
        ensure!(time <= MAX_TIME && peak <= MAX_PEAK, "more than {MAX_TIME:?} or {MAX_PEAK} bytes");
    }
    Ok(())
}
