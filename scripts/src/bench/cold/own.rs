//! The own time of every operation, in a warm instance of its function.
//!
//! It is the time from the event to the answer, as Lambda sees it, without that in which calls to the database were under
//! way, as the function logs it. So it is an upper bound of what the function itself takes of a processor; what the SDK
//! and TLS do for a call is the call's. The time of a processor has that as well.

use super::event;
use super::instance::Instance;
use super::{Environment, Function, median, milliseconds};
use crate::bench::operations::{Area, Ids, WRITES, reads, writes};
use crate::progress::Step;
use crate::template::{DEFAULT_PATH, Template};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// The most that an operation may take of its own.
const MAX: Duration = Duration::from_millis(1);
/// What hashes a password, which is to take long.
const HASHING: [&str; 3] = ["POST /api/user/login", "POST /api/user/password", "POST /api/user/user"];
/// How often a read is done.
const READS: usize = 20;
/// Rows on a page.
const PAGE: &str = "count=20&page=1";

/// One warm answer.
struct Took {
    own: Duration,
    work: Duration,
}

/// Measures every operation, prints what each took, and notes what is past the bar.
pub async fn run(
    environment: &Environment,
    template: &Template,
    functions: &[Function],
    token: &str,
    failures: &mut String,
) -> Result<()> {
    let step = Step::counted("calling every operation");
    let mut warm = Warm { environment, template, functions, instances: BTreeMap::new() };
    let mut took: Vec<(String, Vec<Took>)> = Vec::new();
    let docs = template.routes.iter().filter(|route| route.function == "docs" && route.path != DEFAULT_PATH);
    let docs = docs.map(|route| (format!("GET {}", route.path), "", String::new()));
    let lists = reads(Area::Customers).into_iter().chain(reads(Area::Records));
    let lists = lists.map(|read| (read.operation.to_owned(), read.what, format!("{PAGE}&{}", read.query)));
    for (operation, what, query) in docs.chain(lists) {
        step.show(&operation);
        let event = event::request(&operation, &query, None, token)?;
        let mut times = Vec::new();
        for _ in 0..READS {
            times.push(warm.call(&operation, &event).await?.0);
        }
        took.push((format!("{operation} {what}"), times));
    }
    let mut ids = Ids::default();
    for n in 0..WRITES {
        for (operation, what, body) in writes(n) {
            step.show(operation);
            let event = event::request(operation, "", Some(&ids.fill(operation, body)?), token)?;
            let (time, answer) = warm.call(operation, &event).await?;
            ids.keep(what, &answer);
            let name = format!("{operation} {what}");
            match took.iter_mut().find(|(other, _)| *other == name) {
                Some((_, times)) => times.push(time),
                None => took.push((name, vec![time])),
            }
        }
    }
    for (_, instance) in warm.instances {
        instance.end().await?;
    }
    step.done();

    println!("{:<58} {:>8} {:>8}", "every operation, in a warm instance", "own ms", "CPU ms");
    for (name, times) in took {
        let own = median(&times.iter().map(|time| time.own).collect::<Vec<_>>());
        let work = median(&times.iter().map(|time| time.work).collect::<Vec<_>>());
        let hashes = HASHING.iter().any(|operation| name.starts_with(&format!("{operation} ")));
        let note = if hashes { "  hashes a password" } else { "" };
        println!("{name:<58} {:>8.2} {:>8.2}{note}", milliseconds(own), milliseconds(work));
        if own > MAX && !hashes {
            writeln!(failures, "  {name}: own time {own:.0?}, more than {MAX:.0?}")?;
        }
    }
    Ok(())
}

/// An instance of each function that was called. Its first answer is cold, which does not move a median.
struct Warm<'a> {
    environment: &'a Environment,
    template: &'a Template,
    functions: &'a [Function],
    instances: BTreeMap<&'a str, Instance>,
}

impl Warm<'_> {
    /// Calls an operation of the function that its route names, and answers with the `data` of its answer.
    async fn call(&mut self, operation: &str, event: &str) -> Result<(Took, serde_json::Value)> {
        let (method, path) = operation.split_once(' ').context("a method and a path")?;
        let mut routes = self.template.routes.iter();
        let route =
            routes.find(|route| route.path == path && ["ANY", method].contains(&route.method.as_str()));
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
        let took = Took { own: time.saturating_sub(database), work: instance.processor_time()? - before };
        Ok((took, answer.data()?))
    }
}
