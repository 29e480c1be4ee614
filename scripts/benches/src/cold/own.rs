//! The own time of every operation, in a warm instance of its function.
//!
//! It is the time from the event to the answer, as Lambda sees it, without that in which calls to the database were under
//! way, as the function logs it. So it is an upper bound of what the function itself takes of a processor; what the SDK
//! and TLS do for a call is the call's. The time of a processor has that as well.

use super::{Function, median, milliseconds};
use crate::deployed::{Environment, Instance, request};
use crate::operations::{Area, Ids, WRITES, reads, writes};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use testing::template::{DEFAULT_PATH, Template};
use xtask::progress::Step;

/// The most that an operation may take of its own.
const MAX: Duration = Duration::from_millis(1);
/// What takes longer, and why.
const LONGER: [(&str, &str); 4] = [
    ("POST /api/user/login", "hashes a password"),
    ("POST /api/user/password", "hashes a password"),
    ("POST /api/user/user", "hashes a password"),
    ("POST /api/history/erase", "waits for the storage"),
];
/// How often a read is done.
const READS: usize = 20;
/// Rows on a page.
const PAGE: &str = "count=20&page=1";

/// One warm answer: its own time, and the time of a processor.
type Took = (Duration, Duration);

/// Measures every operation, prints what each took, and notes what is past the bar.
pub async fn run(
    environment: &Environment,
    template: &Template,
    functions: &[Function],
    token: &str,
    failures: &mut String,
) -> Result<()> {
    let mut warm = Warm { environment, template, functions, token, instances: BTreeMap::new() };
    let step = Step::counted("calling every operation");
    let mut took = warm.reads(&step).await?;
    took.extend(warm.writes(&step).await?);
    step.done();
    for (_, instance) in warm.instances {
        instance.end().await?;
    }

    println!("{:<58} {:>8} {:>8}", "every operation, in a warm instance", "own ms", "CPU ms");
    for (operation, what, times) in took {
        let (own, work): (Vec<_>, Vec<_>) = times.into_iter().unzip();
        let (own, work) = (median(&own), median(&work));
        let longer = LONGER.iter().find(|(other, _)| *other == operation).map(|(_, why)| *why);
        let (name, note) = (format!("{operation} {what}"), longer.unwrap_or_default());
        println!("{name:<58} {:>8.2} {:>8.2}  {note}", milliseconds(own), milliseconds(work));
        if own > MAX && longer.is_none() {
            writeln!(failures, "  {name}: own time {own:.0?}, more than {MAX:.0?}")?;
        }
    }
    Ok(())
}

/// What each operation took: its name, what is asked of it, and every answer.
type All = Vec<(String, &'static str, Vec<Took>)>;

/// An instance of each function that was called. Its first answer is cold, which does not move a median.
struct Warm<'a> {
    environment: &'a Environment,
    template: &'a Template,
    functions: &'a [Function],
    token: &'a str,
    instances: BTreeMap<&'a str, Instance>,
}

impl Warm<'_> {
    async fn reads(&mut self, step: &Step) -> Result<All> {
        let docs = self.template.routes.iter();
        let docs = docs.filter(|route| route.function == "docs" && route.path != DEFAULT_PATH);
        let docs = docs.map(|route| (format!("GET {}", route.path), "", String::new()));
        let lists = reads(Area::Customers).into_iter().chain(reads(Area::Records));
        let lists =
            lists.map(|read| (read.operation.to_owned(), read.what, format!("{PAGE}&{}", read.query)));
        let mut all = All::new();
        for (operation, what, query) in docs.chain(lists) {
            step.show(&operation);
            let event = request(&operation, &query, None, self.token)?;
            let mut times = Vec::new();
            for _ in 0..READS {
                times.push(self.call(&operation, &event).await?.0);
            }
            all.push((operation, what, times));
        }
        Ok(all)
    }

    async fn writes(&mut self, step: &Step) -> Result<All> {
        let (mut all, mut ids) = (All::new(), Ids::default());
        for n in 0..WRITES {
            for (operation, what, body) in writes(n) {
                step.show(operation);
                let event = request(operation, "", Some(&ids.fill(operation, body)?), self.token)?;
                let (time, answer) = self.call(operation, &event).await?;
                ids.keep(what, &answer);
                match all
                    .iter_mut()
                    .find(|(other, whatever, _)| (other.as_str(), *whatever) == (operation, what))
                {
                    Some((.., times)) => times.push(time),
                    None => all.push((operation.to_owned(), what, vec![time])),
                }
            }
        }
        Ok(all)
    }

    /// Calls an operation of the function that its route names, and answers with the `data` of its answer.
    async fn call(&mut self, operation: &str, event: &str) -> Result<(Took, Value)> {
        let (_, path) = operation.split_once(' ').context("a method and a path")?;
        let route = self.template.routes.iter().find(|route| route.path == path);
        let name = &route.with_context(|| format!("no route for {operation}"))?.function;
        if !self.instances.contains_key(name.as_str()) {
            let function = self.functions.iter().find(|function| function.name == *name);
            let function = function.with_context(|| format!("no function {name}"))?;
            let instance = Instance::start(&function.bootstrap, self.environment, None).await?;
            self.instances.insert(name, instance);
        }
        let instance = self.instances.get_mut(name.as_str()).context("it was just put there")?;
        let before = instance.processor_time()?;
        let answer = instance.invoke(event).await.with_context(|| operation.to_owned())?;
        let (time, database) = (answer.ended - answer.begun, instance.database_time().await?);
        let own = time.saturating_sub(database);
        Ok(((own, instance.processor_time()? - before), answer.data()?))
    }
}
