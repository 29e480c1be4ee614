//! What was measured of one question, as a row of the table and as JSON.

use crate::percentile;
use serde_json::{Value, json};
use std::time::Duration;

/// How long one of them took to answer each time, in milliseconds.
#[derive(Debug, Default)]
pub struct Times(Vec<f64>);

impl Times {
    /// Adds one.
    pub fn push(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1000.0);
    }

    /// Half of them took no longer, and 99 of a hundred.
    fn shares(&self) -> [f64; 2] {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        [50, 99].map(|percent| percentile(&sorted, percent))
    }
}

/// One question at one page, or one write.
#[derive(Debug, Default)]
pub struct Figures {
    /// What it is.
    pub what: String,
    /// Which page, or nothing.
    pub page: &'static str,
    /// How many there are on all pages, of a list.
    pub total: Option<u64>,
    /// Round trips of ours one after the other, the most that were needed.
    pub depth: u32,
    /// Of ours.
    pub ours: Times,
    /// Of PostgreSQL with plain statements.
    pub plain: Times,
    /// Of PostgreSQL with totals by day and an index of names.
    pub tuned: Times,
}

impl Figures {
    /// Prints what stands above the rows.
    pub fn print_head() {
        println!(
            "{:<44} {:<6} {:>8} {:>5} {:>16} {:>16} {:>16} {:>7} {:>7}",
            "p50 and p99 in milliseconds",
            "page",
            "total",
            "trips",
            "ours",
            "plain",
            "tuned",
            "/ plain",
            "/ tuned"
        );
    }

    /// Prints it.
    pub fn print(&self) {
        let Self { what, page, total, depth, ours, plain, tuned } = self;
        let [ours, plain, tuned] = [ours, plain, tuned].map(Times::shares);
        let shown = |[p50, p99]: [f64; 2]| format!("{p50:.2} {p99:>7.2}");
        let total = total.map(|it| it.to_string()).unwrap_or_default();
        // Chinese characters are two columns wide.
        let width = 44 - what.chars().filter(|it| !it.is_ascii()).count();
        println!(
            "{what:<width$} {page:<6} {total:>8} {depth:>5} {:>16} {:>16} {:>16} {:>7.2} {:>7.2}",
            shown(ours),
            shown(plain),
            shown(tuned),
            ours[0] / plain[0],
            ours[0] / tuned[0],
        );
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let Self { what, page, total, depth, ours, plain, tuned } = self;
        let shown = |times: &Times| {
            let [p50, p99] = times.shares();
            json!({ "p50": p50, "p99": p99 })
        };
        json!({
            "what": what, "page": page, "total": total, "depth": depth, "rounds": ours.0.len(),
            "ours": shown(ours), "plain": shown(plain), "tuned": shown(tuned),
        })
    }
}
