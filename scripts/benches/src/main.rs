//! `scripts/bench`: what things cost, measured.

mod beside;
mod cold;
mod contention;
mod cost;
mod deployed;
mod detail;
mod export;
mod handover;
mod import;
mod listing;
mod load;
mod operations;
mod records;
mod rename;
mod search;
mod shards;
mod siblings;
mod sql;
mod stats;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use testing::Answer;
use xtask::program;

/// Measures what things cost, and fails past the bars
#[derive(Parser)]
#[command(bin_name = "scripts/bench", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

/// What is measured.
#[derive(Subcommand, Debug)]
enum Bench {
    /// Capacity units, calls and round trips of every operation, by the number of records; fails past its bars
    Cost(cost::CostOptions),
    /// Capacity units and round trips of one counted listing, by size, window and page; fails past its bars
    Listing(listing::ListingOptions),
    /// Throughput and percentiles of a mixed day over HTTP, on the release build
    #[command(name = "load")]
    UnderLoad(load::LoadOptions),
    /// Capacity units of looking for customers, and of writing them; fails past its bars
    Search(search::SearchOptions),
    /// Capacity units of statistics, by records and by organizations; fails past its bars
    Stats(stats::StatsOptions),
    /// Capacity units and round trips of lists of follow-ups with the names in them; fails past its bars
    Records(records::RecordsOptions),
    /// How long exporting a million follow-ups takes, and how much memory; fails past its bars
    Export(export::ExportOptions),
    /// How long checking a large file takes, how fast and at what cost rows are saved, and whether each is accounted for
    Import(import::ImportOptions),
    /// Capacity units and time of editing an organization with a detail of 4,000 characters; fails past its bars
    Detail,
    /// How long renaming an organization takes until its last customer is found by the new name; fails past its bars
    Rename(rename::RenameOptions),
    /// How long it takes to hand over all customers of an employee
    Handover(handover::HandoverOptions),
    /// How long renaming an organization takes while others create customers in it; fails past its bars
    Siblings(siblings::SiblingsOptions),
    /// How long many writers on one listing take, and whether any is lost; fails past its bars
    Contention(contention::ContentionOptions),
    /// How many shards of a counter which rate of writes needs, and what they cost: a simulation, without a database
    Shards(shards::ShardsOptions),
    /// How fast a hand-written PostgreSQL answers the same questions, in turns with ours; fails if an answer is another
    Sql(sql::SqlOptions),
    /// How fast the follow-ups of a week are beside an older version, in turns; fails past its bar
    Beside(beside::BesideOptions),
    /// Zip sizes, cold starts, warm answers and memory of the functions as they are deployed; fails past its bars
    Cold(cold::ColdOptions),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    program::run(async { run(arguments.bench).await.map(|()| ExitCode::SUCCESS) })
}

/// Measures, prints a table, and fails if something is past its bar.
async fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Cost(options) => cost::run(options).await,
        Bench::Listing(options) => listing::run(options).await,
        Bench::UnderLoad(options) => load::run(options).await,
        Bench::Search(options) => search::run(options).await,
        Bench::Stats(options) => stats::run(options).await,
        Bench::Records(options) => records::run(options).await,
        Bench::Detail => detail::run().await,
        Bench::Export(options) => export::run(options).await,
        Bench::Import(options) => import::run(options).await,
        Bench::Handover(options) => handover::run(options).await,
        Bench::Rename(options) => rename::run(options).await,
        Bench::Siblings(options) => siblings::run(options).await,
        Bench::Contention(options) => contention::run(options).await,
        Bench::Shards(options) => {
            shards::run(&options);
            Ok(())
        }
        Bench::Sql(options) => sql::run(options).await,
        Bench::Beside(options) => beside::run(options).await,
        Bench::Cold(options) => cold::run(options).await,
    }
}

/// What so many percent of these, which are sorted, are at most; nothing if there are none.
fn percentile<T: Copy + Default>(sorted: &[T], percent: usize) -> T {
    sorted.get(sorted.len() * percent / 100).or(sorted.last()).copied().unwrap_or_default()
}

/// What an answer costs the table, or several on average.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    rcu: f64,
    wcu: f64,
    calls: f64,
    depth: f64,
}

impl Cost {
    fn of(answer: &Answer) -> Self {
        let shared::store::Cost { rcu, wcu, calls, depth } = answer.cost();
        Self { rcu, wcu, calls: calls.into(), depth: depth.into() }
    }

    /// The more of each.
    fn max(self, other: Self) -> Self {
        Self {
            rcu: self.rcu.max(other.rcu),
            wcu: self.wcu.max(other.wcu),
            calls: self.calls.max(other.calls),
            depth: self.depth.max(other.depth),
        }
    }
}
