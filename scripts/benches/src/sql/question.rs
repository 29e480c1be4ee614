//! What is asked, of our API and of PostgreSQL, and the statements that answer it.

use super::rows::{CUSTOMER_COLUMNS, FOLLOW_COLUMNS};
use shared::time::{DayEdge, Time};
use std::fmt::Write;
use tokio_postgres::types::ToSql;

/// Rows on a page.
pub const COUNT: u64 = 20;

/// A question.
pub struct Question {
    /// What it is.
    pub what: &'static str,
    /// Path and query of our API, without page and count.
    pub path: &'static str,
    /// See [`Question::path`].
    pub query: String,
    /// What the rows are.
    pub shape: Shape,
    /// What a plain hand writes.
    pub plain: String,
    /// What uses totals by day and the index of names.
    pub tuned: String,
    /// The parameters of both statements. Of a list the one before them is how many rows are left out.
    pub parameters: Vec<Parameter>,
}

/// What is in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A page of customers.
    Customers,
    /// A page of follow-ups.
    Follows,
    /// A page of organizations with their follow-ups.
    ByOrganization,
    /// Follow-ups in each interval.
    Trend,
}

impl Shape {
    /// Whether it has pages.
    pub fn is_paged(self) -> bool {
        self != Self::Trend
    }
}

/// A parameter of a statement.
pub enum Parameter {
    /// An id.
    Id(u32),
    /// Ids.
    Ids(Vec<i32>),
    /// A time in seconds.
    Time(i64),
    /// Times.
    Times(Vec<i64>),
    /// A text.
    Text(String),
}

impl Parameter {
    /// As statements take it.
    pub fn as_sql(&self) -> Box<dyn ToSql + Sync + Send + '_> {
        match self {
            Self::Id(id) => Box::new(id.cast_signed()),
            Self::Ids(ids) => Box::new(ids),
            Self::Time(time) => Box::new(time),
            Self::Times(times) => Box::new(times),
            Self::Text(text) => Box::new(text),
        }
    }
}

/// The first or the last second of a day.
pub fn second(day: &str, edge: DayEdge) -> Time {
    Time::parse(day, edge).unwrap_or(Time(0))
}

/// The statements of a list, newest first: its page, with the total beside every row.
pub struct Find {
    /// Selects `id` and `at`, by which the list is ordered, of everything in the list, whenever it was.
    pub found: &'static str,
    /// Whether that is looked through once for page and total, and not page and total each from an index.
    pub once: bool,
    /// The first and the last second, as they stand in the statements.
    pub window: [&'static str; 2],
    /// What the tuned statement uses.
    pub tuned: Tuned,
}

/// What makes totals and middle pages fast.
#[derive(Clone, Copy)]
pub enum Tuned {
    /// Nothing: the plain statement is what there is.
    AsPlain,
    /// The totals by day of a list of this number, with this key.
    ByDay(u8, &'static str),
    /// The index of runs of one or two characters, for the run that the parameter 2 is.
    ByGram,
}

impl Find {
    /// The plain statement and the tuned one.
    pub fn statements(&self, shape: Shape) -> [String; 2] {
        [self.plain(shape), self.tuned(shape)]
    }

    fn plain(&self, shape: Shape) -> String {
        let Self { found, once, window: [from, to], .. } = self;
        let materialized = if *once { "MATERIALIZED" } else { "NOT MATERIALIZED" };
        let mut statement = format!(
            "WITH found AS {materialized} ({found}),
            page AS MATERIALIZED (
                SELECT id, at FROM found WHERE at BETWEEN {from} AND {to}
                ORDER BY at DESC, id DESC LIMIT {COUNT} OFFSET $1::bigint)"
        );
        let total = format!("(SELECT count(*) FROM found WHERE at BETWEEN {from} AND {to})");
        add_rows(&mut statement, shape, &total);
        statement
    }

    fn tuned(&self, shape: Shape) -> String {
        match self.tuned {
            Tuned::AsPlain => self.plain(shape),
            Tuned::ByDay(list, key) => self.by_day(shape, list, key),
            Tuned::ByGram => by_gram(shape),
        }
    }

    /// The days are added up from the newest on until the page begins in one of them. What of the first and the last day is not in
    /// the window is counted in the index.
    fn by_day(&self, shape: Shape, list: u8, key: &str) -> String {
        let Self { found, window: [from, to], .. } = self;
        let mut statement = format!(
            "WITH found AS NOT MATERIALIZED ({found}),
            later AS MATERIALIZED (
                SELECT count(*) AS n FROM found WHERE at > {to} AND at < ({to} / 86400 + 1) * 86400),
            earlier AS MATERIALIZED (
                SELECT count(*) AS n FROM found WHERE at < {from} AND at >= {from} / 86400 * 86400),
            days AS MATERIALIZED (
                SELECT day, n, sum(n) OVER (ORDER BY day DESC) AS until FROM day_count
                WHERE list = {list} AND key = {key} AND day BETWEEN {from} / 86400 AND {to} / 86400),
            start AS MATERIALIZED (
                SELECT (day + 1)::bigint * 86400 AS before, $1::bigint + later.n - (until - days.n) AS left_out
                FROM days, later WHERE until > $1::bigint + later.n ORDER BY day DESC LIMIT 1),
            page AS MATERIALIZED (
                SELECT id, at FROM found WHERE at >= {from} AND at < (SELECT before FROM start)
                ORDER BY at DESC, id DESC LIMIT {COUNT} OFFSET (SELECT left_out FROM start))"
        );
        let total =
            "((SELECT max(until) FROM days) - (SELECT n FROM later) - (SELECT n FROM earlier))::bigint";
        add_rows(&mut statement, shape, total);
        statement
    }
}

/// From the nearer end of the list.
fn by_gram(shape: Shape) -> String {
    let mut statement = format!(
        "WITH whole AS MATERIALIZED (
            SELECT coalesce((SELECT n FROM gram_count WHERE gram = $2), 0)::bigint AS n),
        page AS MATERIALIZED (
            (SELECT customer_id AS id, updated AS at FROM customer_gram
            WHERE gram = $2 AND $1::bigint <= (SELECT n / 2 FROM whole)
            ORDER BY updated DESC, customer_id DESC LIMIT {COUNT} OFFSET $1::bigint)
            UNION ALL
            (SELECT customer_id AS id, updated AS at FROM customer_gram
            WHERE gram = $2 AND $1::bigint > (SELECT n / 2 FROM whole)
            ORDER BY updated, customer_id LIMIT (SELECT least({COUNT}, n - $1::bigint) FROM whole)
            OFFSET (SELECT greatest(n - $1::bigint - {COUNT}, 0) FROM whole)))"
    );
    add_rows(&mut statement, shape, "(SELECT n FROM whole)");
    statement
}

/// Adds what reads the rows on the page, with all names that they show.
fn add_rows(statement: &mut String, shape: Shape, total: &str) {
    let (columns, tables) = match shape {
        Shape::Customers => (
            CUSTOMER_COLUMNS,
            "JOIN customer c USING (id)
            LEFT JOIN organization g ON g.id = c.organization_id
            LEFT JOIN employee m ON m.id = c.creator_id
            LEFT JOIN employee o ON o.id = c.owner_id",
        ),
        _ => (
            FOLLOW_COLUMNS,
            "JOIN follow f USING (id)
            JOIN customer c ON c.id = f.customer_id
            LEFT JOIN organization h ON h.id = c.organization_id
            LEFT JOIN organization g ON g.id = f.organization_id
            JOIN employee o ON o.id = f.operator_id
            CROSS JOIN LATERAL (
                SELECT array_agg(e.nick_name ORDER BY n) AS nick_names,
                    array_agg(e.real_name ORDER BY n) AS real_names,
                    array_agg(e.phone ORDER BY n) AS phones
                FROM unnest(f.follower_ids) WITH ORDINALITY AS u (id, n) JOIN employee e USING (id)) p",
        ),
    };
    let order = "ORDER BY page.at DESC, page.id DESC";
    // Writing to a string does not fail.
    let _ = write!(statement, " SELECT {total} AS total, {columns} FROM page {tables} {order}");
}
