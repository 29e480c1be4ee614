//! How long it takes to export a million follow-ups, and the memory of the function that does it: the program of its zip, with a
//! Lambda Runtime API, a DynamoDB and a storage that are of this process.

use super::deployed::{Instance, environment, request, unpack};
use super::records::loaded;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testing::root;
use testing::storage::Storage;
use testing::template::Template;
use xtask::package;
use xtask::progress::Step;

/// The longest that a million rows may take.
const MAX_TIME: Duration = Duration::from_secs(180);
/// The most memory that the function may have had.
const MAX_PEAK: u64 = 256_000_000;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ExportOptions {
    /// The number of follow-ups
    #[arg(long, default_value_t = 1_000_000)]
    follows: u32,
    /// The number of customers
    #[arg(long, default_value_t = 5000)]
    customers: u32,
}

/// Loads, exports, counts the rows, and fails past the bars.
pub async fn run(ExportOptions { follows, customers }: ExportOptions) -> Result<()> {
    package::build(&["transfer"], package::ARM64).await?;
    let folder = root().join("target/export");
    let (bootstrap, _) = unpack("transfer", &root().join(package::ZIPS), &folder).await?;
    let (stack, storage) = (loaded(follows, customers).await?, Storage::start().await?);

    let token = stack.session(1).await;
    let mut instance = Instance::start(
        &bootstrap,
        &environment(&Template::read()?, &stack.table, &stack.endpoint, Some(&storage)),
        None,
    )
    .await?;
    let begun = Instant::now();
    let export = request("POST /api/transfer/export", "", Some(&json!({ "kind": "follow" })), &token)?;
    let id = instance.invoke(&export).await?.data()?.get("job_id").and_then(Value::as_u64);
    let id = id.context("no job")?;
    let ask = request("GET /api/transfer/job", &format!("job_id={id}"), None, &token)?;
    let step = Step::counted("exporting");
    let mut steps = 0;
    let job = loop {
        let job = instance.invoke(&ask).await?.data()?.get_mut(0).map(Value::take).context("no job")?;
        steps += 1;
        let number = |key: &str| job.get(key).and_then(Value::as_u64).unwrap_or_default();
        step.bar().set_length(number("rows"));
        step.bar().set_position(number("done_rows"));
        match job.get("state").and_then(Value::as_str) {
            Some("running") => {}
            Some("done") => break job,
            _ => anyhow::bail!("{job}"),
        }
    };
    step.done();
    let (time, peak) = (begun.elapsed(), instance.peak_memory()?);
    instance.end().await?;
    let file = storage.bucket().get(&format!("exports/{id}/file")).await?.context("no file")?;
    // No text of the demo data has a line feed in it.
    let lines = file.iter().filter(|byte| **byte == b'\n').count() as u64;
    let rows = job.get("rows").and_then(Value::as_u64).unwrap_or_default();
    println!(
        "{rows} rows, {:.1} MB, in {:.1} s and {steps} requests; {:.1} MB of memory",
        file.len() as f64 / 1e6,
        time.as_secs_f64(),
        peak as f64 / 1e6
    );
    ensure!(rows >= u64::from(follows), "{rows} rows");
    ensure!(lines == rows + 1, "{lines} lines of {rows} rows");
    ensure!(time <= MAX_TIME && peak <= MAX_PEAK, "more than {MAX_TIME:?} or {MAX_PEAK} bytes");
    Ok(())
}
