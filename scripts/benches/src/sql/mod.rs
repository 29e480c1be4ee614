//! A hand-written peer: PostgreSQL with the same data, the best indexes that we know of and statements written for each question,
//! asked in turns with our API. Every answer of the one is held against that of the other, value by value.
//!
//! What it is: one client in one process; the session is looked up by both; rows come with all names that they show, an exact
//! total beside them, as JSON. PostgreSQL is Debian's, on a socket of this machine, with a quarter of the memory for itself, and
//! without waiting for any disk. It is asked twice:
//!
//! - *plain*: covering indexes, trigrams and `count(*)`, as a good hand writes them in a day;
//! - *tuned*: with what we know from our own table: totals by day, kept by triggers, from which middle pages begin, and an index of
//!   the runs of one and two characters in names. Its counters are rows that all writers wait for, which this does not measure.
//!
//! What it is not: a forecast of either on AWS. Our table is dynoxide, an emulator in this process, over HTTP; there a round trip
//! to DynamoDB takes 3 to 8 ms (`trips` counts them), and a request of ours is routed, checked and logged. A PostgreSQL there is
//! behind a network, too, waits for its disks at each commit, and costs as much at night as by day. Its writes here keep a
//! log, but no older versions of records, no trash, no answers for retries, and no plans.

mod databases;
mod figures;
mod filling;
mod ours;
mod peer;
mod question;
mod questions;
mod rows;
mod server;
mod statistics;
mod turns;
mod writes;

use anyhow::{Context, Result};
use demo::{RecordCounts, Size};
use figures::Figures;
use filling::Counts;
use ours::Ours;
use peer::Peer;
use questions::questions;
use serde_json::Value;
use server::Server;
use shared::model::{Customer, Employee, Follow, Organization};
use shared::store::{Entity, Store};
use std::fs;
use std::path::PathBuf;
use testing::Stack;
use turns::Contenders;
use xtask::progress::Step;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct SqlOptions {
    /// How many customers there are, and how many follow-ups; a million take an hour and 20 GB of the folder for temporary files
    /// (TMPDIR)
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1000..))]
    records: u32,
    /// How often each question is asked, and each write done
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=5000))]
    rounds: u32,
    /// A file for the figures, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Fills both, and asks both.
pub async fn run(SqlOptions { records, rounds, json }: SqlOptions) -> Result<()> {
    let server = Server::start().await?;
    let stack = loaded(&server, records).await?;
    let (store, now) = (&stack.app.store, stack.app.clock.wall(stack.app.clock.epoch()));
    let counts = counts(store).await?;
    let token = stack.session(1).await;
    databases::make(&server, store, counts, &token).await?;

    let contenders = Contenders {
        ours: Ours::new(&stack, &token),
        plain: Peer::connect(&server, databases::PLAIN, &token, now).await?,
        tuned: Peer::connect(&server, databases::TUNED, &token, now).await?,
    };
    let somebody = store.entity::<Customer>(records / 2).await?.context("nobody is in the middle")?;
    let questions = questions(now, &somebody.phone_number);
    Figures::print_head();
    let mut all = Vec::new();
    let step = Step::counted("asking");
    step.bar().set_length(questions.len() as u64);
    for question in &questions {
        step.show(question.what);
        let figures = contenders.ask(question, rounds).await?;
        step.bar().suspend(|| figures.iter().for_each(Figures::print));
        all.extend(figures);
        step.bar().inc(1);
    }
    step.done();
    let written = contenders.write(store, now, counts, rounds).await?;
    written.iter().for_each(Figures::print);
    all.extend(written);
    for question in &questions {
        contenders.agree(question).await.context("after the writes")?;
    }
    println!("every answer was the same, before the writes and after them");
    if let Some(file) = json {
        let figures: Value = all.iter().map(Figures::json).collect();
        fs::write(&file, format!("{figures:#}\n"))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Our table with the demo's company.
async fn loaded(server: &Server, records: u32) -> Result<Stack> {
    let stack = Stack::on_disk(&server.folder().join("crm.db")).await;
    let counts = RecordCounts::some(&["follows"], records, 0);
    let organizations = (records / 20).max(86);
    let size = Size { customers: records, organizations, records: counts, ..Size::default() };
    let step = Step::counted(&format!("loading {records} customers and follow-ups"));
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    demo::load(stack.app.store.clone(), size, now, step.bar()).await?;
    step.done();
    Ok(stack)
}

/// How many there are: the next ids, which are nobody's.
async fn counts(store: &Store) -> Result<Counts> {
    Ok(Counts {
        employees: store.next_id(Employee::KIND).await?,
        organizations: store.next_id(Organization::KIND).await?,
        customers: store.next_id(Customer::KIND).await?,
        follows: store.next_id(Follow::KIND).await?,
    })
}
