//! `scripts/bench`: what things cost, measured.

mod contention;
mod listing;
mod search;

use anyhow::Result;
use clap::Subcommand;

/// What is measured.
#[derive(Subcommand, Debug)]
pub enum Bench {
    /// Capacity units and round trips of one counted listing, by size, window and page; fails past its bars
    Listing(listing::Options),
    /// Capacity units of looking for customers, and of writing them; fails past its bars
    Search(search::Options),
    /// How long many writers on one listing take, and whether any is lost; fails past its bars
    Contention(contention::Options),
}

/// Measures, prints a table, and fails if something is past its bar.
pub async fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Listing(options) => listing::run(options).await,
        Bench::Search(options) => search::run(options).await,
        Bench::Contention(options) => contention::run(options).await,
    }
}
