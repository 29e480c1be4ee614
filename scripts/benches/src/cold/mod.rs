//! What Lambda and DynamoDB see of the functions as they are deployed: the program of each zip, started as Lambda
//! starts it, with a Lambda Runtime API and a DynamoDB behind TLS that are both of this process.
//!
//! The time to a first answer is of this machine, so that it is compared with that of the least that a function with
//! a table can be, measured in turn with it. That makes one call to the database, and so it is compared with the first
//! answer that makes as few: one record, or what there is of one day. A list makes four to ten calls more, which is
//! told beside it. What a cold start on AWS has on top, fetching the zip and starting a virtual machine, goes by the size
//! of the zip.
//!
//! Calls side by side open a connection each, which is most of the processor's time of a first list. One connection for
//! all of them would make it shorter here (5.0 instead of 6.1 ms), but three times as long as soon as the database needs
//! 3 ms for a call, as DynamoDB does (51 instead of 17 ms): the calls of a list are for being made at once.

mod own;
mod starts;
mod tls;

use crate::deployed::{Environment, Instance, Quota, environment, unpack};
use anyhow::{Context, Result, ensure};
use demo::Size;
use starts::{LIST, Start, starts};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use testing::storage::Storage;
use testing::template::Template;
use testing::{Stack, root};
use xtask::package;
use xtask::progress::Step;

/// The most that a zip may have.
const MAX_ZIP: u64 = 3_000_000;
/// The most that the zip of `docs` may have, in which the API's description is.
const MAX_ZIP_OF_DOCS: u64 = 5_000_000;
/// The most that a zip may have of a function that makes exports: workbooks are zips of XML, and what writes them is in it.
const MAX_ZIP_WITH_EXPORTS: u64 = 4_000_000;
/// The most memory that a function may have had.
const MAX_PEAK: u64 = 20_000_000;
/// How much longer than the least function one may take to its first answer.
const MAX_RATIO: f64 = 1.5;
/// The longest own time of a warm answer.
const MAX_OWN: Duration = Duration::from_micros(500);

/// The package of the least function.
const MINIMAL: &str = "minimal";
/// Packages that do not log how long the database took: the least one, and one that has no database.
const WITHOUT_LOG: [&str; 2] = [MINIMAL, "console"];
/// Megabytes of the smallest function that Lambda has.
const SMALL: u32 = 128;
/// Warm answers of each run.
const WARM: u32 = 50;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ColdOptions {
    /// Cold starts of each function
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// A function as it is deployed.
struct Function {
    name: String,
    zip: u64,
    bootstrap: PathBuf,
}

/// What was seen of starts alike.
#[derive(Default)]
struct Seen {
    first: Vec<Duration>,
    /// The time of a processor up to the first answer.
    first_work: Vec<Duration>,
    warm: Vec<Duration>,
    own: Vec<Duration>,
    warm_work: Vec<Duration>,
    peak: u64,
}

/// Builds, measures and prints all functions; then once more with the processor of a small function.
pub async fn run(ColdOptions { runs }: ColdOptions) -> Result<()> {
    let template = Template::read()?;
    let mut names = vec![MINIMAL];
    names.extend(template.functions.iter().map(|function| function.name.as_str()));
    package::build(&[MINIMAL], package::ARM64).await?;
    package::zips(&template, package::ARM64).await?;

    let folder_of_zips = root().join("target/cold");
    let stack = Stack::start().await;
    let step = Step::counted("loading demo data");
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    demo::load(stack.app.store.clone(), Size::default(), now, step.bar()).await?;
    step.done();
    let token = stack.session(1).await;
    let mut functions = Vec::new();
    for name in names {
        let (bootstrap, zip) = unpack(name, &root().join(package::ZIPS), &folder_of_zips).await?;
        functions.push(Function { name: name.to_owned(), zip, bootstrap });
    }
    let starts = starts(&functions, &token)?;
    let authorities = folder_of_zips.join("authorities.pem");
    let database = tls::serve(stack.endpoint.trim_start_matches("http://").to_owned(), &authorities).await?;
    let storage = Storage::start().await?;
    let mut environment = environment(&template, &stack.table, &database, Some(&storage));
    // Whom they trust, because the database is behind TLS.
    environment.push(("SSL_CERT_FILE".to_owned(), authorities.display().to_string()));

    let mut failures = String::new();
    println!("on this machine, {runs} cold starts each, in turn:");
    let seen = measure(&environment, &starts, runs, None).await?;
    print(&starts, &seen);
    judge(&starts, &seen, Some(MAX_OWN), &mut failures)?;
    println!();
    own::run(&environment, &template, &functions, &token, &mut failures).await?;
    match Quota::of(SMALL) {
        Ok(quota) => {
            println!(
                "\nwith the share of a processor of a Lambda function of {SMALL} MB, also at its start:"
            );
            let seen = measure(&environment, &starts, runs, Some(&quota)).await?;
            print(&starts, &seen);
            judge(&starts, &seen, None, &mut failures)?;
        }
        Err(error) => println!("\nnot measured with the share of a processor of a small function: {error:#}"),
    }
    ensure!(failures.is_empty(), "past the bars:\n{failures}");
    println!("\nall within the bars");
    Ok(())
}

/// Measures the functions in turn, so that whatever else the machine does is in the way of all alike.
async fn measure(
    environment: &Environment,
    starts: &[Start<'_>],
    runs: u32,
    quota: Option<&Quota>,
) -> Result<Vec<Seen>> {
    let step = Step::counted("starting functions");
    step.bar().set_length(u64::from(runs) * starts.len() as u64);
    let mut seen: Vec<Seen> = starts.iter().map(|_| Seen::default()).collect();
    for _ in 0..runs {
        for (start, seen) in starts.iter().zip(&mut seen) {
            let name = &start.function.name;
            step.show(name);
            one(environment, start, quota, seen).await.with_context(|| format!("function {name}"))?;
            step.bar().inc(1);
        }
    }
    step.done();
    Ok(seen)
}

/// One cold start, and warm answers after it.
async fn one(
    environment: &Environment,
    start: &Start<'_>,
    quota: Option<&Quota>,
    seen: &mut Seen,
) -> Result<()> {
    let mut instance = Instance::start(&start.function.bootstrap, environment, quota).await?;
    let answer = instance.invoke(&start.event).await?;
    seen.first.push(answer.ended - instance.started);
    let first_work = instance.processor_time()?;
    seen.first_work.push(first_work);
    let logs = !WITHOUT_LOG.contains(&start.function.name.as_str());
    if logs {
        instance.database_time().await?;
    }
    for _ in 0..WARM {
        let answer = instance.invoke(&start.event).await?;
        let time = answer.ended - answer.begun;
        seen.warm.push(time);
        if logs {
            seen.own.push(time.saturating_sub(instance.database_time().await?));
        }
    }
    seen.warm_work.push((instance.processor_time()? - first_work) / WARM);
    if let Some(event) = &start.heavy {
        instance.invoke(event).await?;
    }
    seen.peak = seen.peak.max(instance.peak_memory()?);
    instance.end().await
}

fn print(starts: &[Start<'_>], seen: &[Seen]) {
    println!(
        "{:<14} {:>8} {:>8} {:>8} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "", "zip MB", "first ms", "max", "ratio", "CPU ms", "warm ms", "own ms", "CPU ms", "peak MB"
    );
    for (start, this) in starts.iter().zip(seen) {
        println!(
            "{:<14} {:>8.2} {:>8.1} {:>8.1} {:>6.2} {:>8.1} {:>8.2} {:>8} {:>8.2} {:>8.1}",
            format!("{} {}", start.function.name, start.what),
            megabytes(start.function.zip),
            milliseconds(median(&this.first)),
            milliseconds(this.first.iter().max().copied().unwrap_or_default()),
            ratio(this, seen),
            milliseconds(median(&this.first_work)),
            milliseconds(median(&this.warm)),
            // See `WITHOUT_LOG`.
            if this.own.is_empty() {
                "-".to_owned()
            } else {
                format!("{:.2}", milliseconds(median(&this.own)))
            },
            milliseconds(median(&this.warm_work)),
            megabytes(this.peak),
        );
    }
}

/// Notes what is past its bar.
fn judge(
    starts: &[Start<'_>],
    seen: &[Seen],
    max_own: Option<Duration>,
    failures: &mut String,
) -> Result<()> {
    for (Start { function: Function { name, zip, .. }, what, .. }, this) in starts.iter().zip(seen) {
        let max_zip = match name.as_str() {
            "docs" => MAX_ZIP_OF_DOCS,
            "sweeper" | "transfer" => MAX_ZIP_WITH_EXPORTS,
            _ => MAX_ZIP,
        };
        if *zip > max_zip {
            writeln!(failures, "  {name}: the zip has {zip} bytes, more than {max_zip}")?;
        }
        if this.peak > MAX_PEAK {
            writeln!(failures, "  {name} {what}: {} bytes of memory, more than {MAX_PEAK}", this.peak)?;
        }
        let ratio = ratio(this, seen);
        if ratio > MAX_RATIO && *what != LIST {
            writeln!(
                failures,
                "  {name}: first answer after {ratio:.2} times {MINIMAL}, more than {MAX_RATIO}"
            )?;
        }
        let own = median(&this.own);
        if max_own.is_some_and(|max| own > max) {
            writeln!(failures, "  {name} {what}: own time {own:.0?}, more than {MAX_OWN:.0?}")?;
        }
    }
    Ok(())
}

/// How much longer than the least function, which is the first, one takes to its first answer.
fn ratio(this: &Seen, seen: &[Seen]) -> f64 {
    let least = seen.first().map(|least| median(&least.first)).unwrap_or_default();
    median(&this.first).div_duration_f64(least)
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
