//! Many writers on the newest nodes of one listing, by simulation: how many shards which rate needs. No database runs, the clock is
//! simulated, and the same seed gives the same figures.
//!
//! The writers do what `store/transaction.rs` and `store/listing/shard.rs` do. A transaction adds to all its nodes on one shard, so
//! one item for each shard stands for all of them. A transaction holds it for a while; another that comes meanwhile is cancelled.

use super::percentile;
use fastrand::Rng;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Microseconds of a millisecond.
const MS: u64 = 1_000;
/// How long a process spreads after a conflict: `SPREAD_MS` of `listing/shard.rs`.
const SPREAD: u64 = 10_000 * MS;
/// How long a write is tried: `BUSY_LIMIT` of `store/table.rs`.
const LIMIT: u64 = 8_000 * MS;
/// The ceilings of the first pause and of all pauses: `jittered` of `store/transaction.rs`.
const PAUSES: [u64; 2] = [20 * MS, 500 * MS];
/// How long the answer to a cancelled transaction takes.
const REFUSAL: u64 = 5 * MS;
/// Write units of a transaction that creates a follow-up with two employees.
const UNITS: f64 = 48.0;
/// Over how many shards a process spreads first, where that grows: `SHARDS` of `listing/shard.rs`.
const FIRST: u32 = 16;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ShardsOptions {
    /// Writes a second
    #[arg(long, value_delimiter = ',', default_value = "100,300,1000,3000")]
    rates: Vec<u64>,
    /// Shards of a node
    #[arg(long, value_delimiter = ',', default_value = "1,4,16,64,256")]
    shards: Vec<u32>,
    /// For how many milliseconds a transaction holds its items
    #[arg(long, default_value_t = 25)]
    hold: u64,
    /// For how many seconds writes come
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// From how many Lambda instances, each of which learns of conflicts for itself
    #[arg(long, default_value_t = 20)]
    instances: usize,
    /// Writes come at even distances, as in `scripts/bench contention`, and not at random
    #[arg(long)]
    even: bool,
    /// A process spreads over all shards at once, and not over 16 first, half as many more with each further conflict and a
    /// sixth fewer with each success
    #[arg(long)]
    at_once: bool,
    /// Of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Simulates each rate with each number of shards, and prints a table.
pub fn run(options: &ShardsOptions) {
    println!("  rate shards answered  p50 ms  p99 ms attempts units/write lost used page RCU");
    for rate in &options.rates {
        for shards in &options.shards {
            let mut simulation = Simulation::new(options, *shards);
            simulation.run(*rate);
            let Simulation { mut times, attempts, held, .. } = simulation;
            times.sort_unstable();
            let at = |percent| percentile(&times, percent) / MS;
            let (writes, answered) = ((rate * options.seconds) as f64, times.len() as f64);
            let used = held.iter().filter(|held| **held > 0).count() as u64;
            println!(
                "{rate:>6} {shards:>6} {:>7.2}% {:>7} {:>7} {:>8.2} {:>11.0} {:>3.0}% {used:>4} {:>8.0}",
                answered / writes * 100.0,
                at(50),
                at(99),
                attempts / writes,
                attempts / writes * UNITS,
                (attempts - answered) / attempts * 100.0,
                page(used, *rate),
            );
        }
    }
}

/// Read units of a page of what is newest, more than with one shard. The nodes of the last hours are not merged yet: of
/// `Levels::Blocks` one coarse node and four of 34 minutes, with 64 counters, and one for each of up to 32 seconds, with a dozen.
fn page(shards: u64, rate: u64) -> f64 {
    let more = |shards: u64| shards.saturating_sub(1);
    (more(shards) * 5 * 320 + more(shards.min(rate)) * 32 * 70) as f64 / 4096.0
}

/// A process, as `Shards` remembers it.
#[derive(Clone)]
struct Process {
    spread_until: u64,
    /// Over how many shards it spreads, where that grows.
    shards: u32,
    /// How many of its transactions add to each shard now.
    in_use: Vec<u32>,
}

/// A write that is under way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Writer {
    begun: u64,
    attempt: u32,
    process: usize,
    shard: u32,
    /// Whether its transaction was done: it waits for the answer.
    is_done: bool,
}

struct Simulation<'a> {
    options: &'a ShardsOptions,
    rng: Rng,
    /// Until when each shard is held; 0 if it never was.
    held: Vec<u64>,
    processes: Vec<Process>,
    /// How long each write took that was answered.
    times: Vec<u64>,
    attempts: f64,
}

impl<'a> Simulation<'a> {
    fn new(options: &'a ShardsOptions, shards: u32) -> Self {
        let (rng, held) = (Rng::with_seed(options.seed), vec![0; shards as usize]);
        let process = Process { spread_until: 0, shards: FIRST, in_use: vec![0; shards as usize] };
        let processes = vec![process; options.instances.max(1)];
        Self { options, rng, held, processes, times: Vec::new(), attempts: 0.0 }
    }

    fn run(&mut self, rate: u64) {
        let (mut left, mut next) = (rate * self.options.seconds, 0);
        let mut due: BinaryHeap<Reverse<(u64, Writer)>> = BinaryHeap::new();
        loop {
            if left > 0 && due.peek().is_none_or(|Reverse((at, _))| next <= *at) {
                let process = self.rng.usize(0..self.processes.len());
                let shard = self.pick(process, next);
                due.push(Reverse((next, Writer { begun: next, attempt: 0, process, shard, is_done: false })));
                left -= 1;
                // What comes at random has exponential gaps.
                let gap = if self.options.even { 1.0 } else { -(1.0 - self.rng.f64()).ln() };
                next += (gap * 1e6 / rate as f64) as u64;
                continue;
            }
            let Some(Reverse((now, writer))) = due.pop() else { break };
            if !writer.is_done {
                due.extend(self.attempt(writer, now).map(Reverse));
                continue;
            }
            self.times.push(now - writer.begun);
            if let Some(process) = self.processes.get_mut(writer.process) {
                process.shards = (process.shards - process.shards / 6).max(FIRST);
            }
            self.release(writer);
        }
    }

    /// One attempt. Answers when the writer is heard of next, unless it gives up.
    fn attempt(&mut self, writer: Writer, now: u64) -> Option<(u64, Writer)> {
        self.attempts += 1.0;
        let held = self.held.get_mut(writer.shard as usize)?;
        if *held <= now {
            *held = now + self.options.hold * MS;
            return Some((*held, Writer { is_done: true, ..writer }));
        }
        let told = now + REFUSAL;
        let most = self.held.len() as u32;
        let process = self.processes.get_mut(writer.process)?;
        let spreads = told < process.spread_until;
        process.shards = if spreads { (process.shards + process.shards / 2).min(most) } else { FIRST };
        process.spread_until = told + SPREAD;
        // The shard of the attempt before is given back once the next one is picked.
        let shard = self.pick(writer.process, told);
        self.release(writer);
        let [first, longest] = PAUSES;
        let again = told + self.rng.u64(0..=(first << writer.attempt.min(8)).min(longest));
        let writer = Writer { shard, attempt: writer.attempt + 1, ..writer };
        let gives_up = again - writer.begun > LIMIT;
        if gives_up {
            self.release(writer);
        }
        (!gives_up).then_some((again, writer))
    }

    /// `Shards::pick`.
    fn pick(&mut self, process: usize, now: u64) -> u32 {
        let Some(process) = self.processes.get_mut(process) else { return 0 };
        let all = self.held.len() as u32;
        let shards = if self.options.at_once { all } else { process.shards.min(all) };
        let shards = if now < process.spread_until { shards } else { 1 };
        let first = self.rng.u32(0..shards);
        let used = |shard: &u32| process.in_use.get(*shard as usize).copied();
        let shard = (first..shards).chain(0..first).min_by_key(used).unwrap_or(0);
        process.in_use.get_mut(shard as usize).into_iter().for_each(|used| *used += 1);
        shard
    }

    fn release(&mut self, Writer { process, shard, .. }: Writer) {
        let used = self.processes.get_mut(process).and_then(|process| process.in_use.get_mut(shard as usize));
        used.into_iter().for_each(|used| *used -= 1);
    }
}
