//! Lists with filters, compared with plain vectors.

use crate::encoded::encoded;
use crate::{Answer, Client};
use fastrand::Rng;
use serde_json::Value;

/// All of time, without a window of a week or a year.
pub const ALWAYS: &str = "start_time=1970-01-01&end_time=2105-12-31";

/// A value of a filter, and which rows it lets pass.
pub struct TestFilter {
    /// The parameter and its value.
    pub query: String,
    /// Whether a row passes.
    pub passes: Box<dyn Fn(&Value) -> bool>,
}

impl TestFilter {
    /// The filter `name` with this value.
    pub fn new(name: &str, value: impl ToString, passes: impl Fn(&Value) -> bool + 'static) -> Self {
        Self { query: format!("{name}={}", encoded(&value.to_string())), passes: Box::new(passes) }
    }
}

/// A list with a window.
#[derive(Clone, Copy)]
pub struct TestList<'a> {
    /// Who reads it.
    pub client: &'a Client,
    /// Its path, with parameters that it always has, if it has any.
    pub path: &'a str,
    /// The key of the time that it is ordered by.
    pub time: &'a str,
}

impl TestList<'_> {
    async fn get(&self, query: &str) -> Answer {
        let sign = if self.path.contains('?') { '&' } else { '?' };
        self.client.get(&format!("{}{sign}{query}", self.path)).await
    }

    /// All rows, whenever they are of.
    pub async fn all(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let answer = self.get(&format!("{ALWAYS}&count=100&page={page}")).await;
            rows.extend(answer.ok().as_array().expect("rows").clone());
            if rows.len() as u64 >= answer.page().0 {
                break;
            }
        }
        rows
    }

    /// Asks with every combination of `filters`, of which each answers a value by chance, in all of time and in a window. Every
    /// page and every total must be what a plain vector of `rows` has.
    pub async fn is_that_of(
        &self,
        rows: &[Value],
        filters: &[&dyn Fn(&mut Rng) -> TestFilter],
        random: &mut Rng,
    ) {
        for combination in 0..1_u32 << filters.len() {
            let chosen = filters.iter().enumerate().filter(|(n, _)| combination >> n & 1 == 1);
            let chosen: Vec<_> = chosen.map(|(_, filter)| filter(random)).collect();
            let passing = rows.iter().filter(|row| chosen.iter().all(|filter| (filter.passes)(row)));
            let mut passing: Vec<_> = passing.filter(|row| row[self.time].is_string()).collect();
            passing.sort_by_key(|row| (row[self.time].as_str(), row["id"].as_u64()));
            passing.reverse();
            let query: Vec<_> = chosen.iter().map(|filter| filter.query.as_str()).collect();
            let query = query.join("&");
            self.pages_are(&passing, &format!("{query}&{ALWAYS}"), random).await;
            let mut time = || {
                random.choice(rows).and_then(|row| row[self.time].as_str()).unwrap_or("2021-07-01 00:00:00")
            };
            let (a, b) = (time(), time());
            let (from, to) = (a.min(b), a.max(b));
            passing.retain(|row| row[self.time].as_str().is_some_and(|time| (from..=to).contains(&time)));
            let window = format!("start_time={}&end_time={}", encoded(from), encoded(to));
            self.pages_are(&passing, &format!("{query}&{window}"), random).await;
        }
    }

    async fn pages_are(&self, expected: &[&Value], query: &str, random: &mut Rng) {
        let count = random.usize(1..=40);
        for page in 1..=expected.len() / count + 1 {
            let answer = self.get(&format!("{query}&count={count}&page={page}")).await;
            let shown = answer.ok().as_array().expect("rows");
            let on_page = expected.iter().skip((page - 1) * count).take(count);
            let same = shown.iter().eq(on_page.copied()) && answer.page().0 == expected.len() as u64;
            assert!(
                same,
                "{}, {query}, page {page} of {count}: {:?} of {}, not of {}",
                self.path,
                answer.ids(),
                answer.page().0,
                expected.len()
            );
        }
    }
}
