//! Questions for figures.

use super::question::{COUNT, Parameter, Question, Shape, second};
use shared::time::{DayEdge, Interval, Time};

/// Of how many organizations.
const ORGANIZATIONS: i32 = 50;

/// How many follow-ups some organizations had from one day to another.
pub fn by_organization(from: &str, to: &str) -> Question {
    let ids: Vec<_> = (1..=ORGANIZATIONS).collect();
    let statement = format!(
        "WITH found AS MATERIALIZED (
            SELECT organization_id, count(*) AS n, min(at) AS first FROM follow
            WHERE organization_id = ANY ($2) AND at BETWEEN $3::bigint AND $4::bigint
            GROUP BY organization_id)
        SELECT (SELECT count(*) FROM found) AS total, organization_id, g.name, n, first
        FROM found JOIN organization g ON g.id = organization_id
        ORDER BY n DESC, organization_id LIMIT {COUNT} OFFSET $1::bigint"
    );
    Question {
        what: "follow-ups by organization, a month",
        path: "/api/stats/follow",
        query: format!("organization_ids={ids:?}&start_time={from}&end_time={to}").replace(' ', ""),
        shape: Shape::ByOrganization,
        plain: statement.clone(),
        tuned: statement,
        parameters: vec![
            Parameter::Ids(ids),
            Parameter::Time(second(from, DayEdge::Start).0.into()),
            Parameter::Time(second(to, DayEdge::End).0.into()),
        ],
    }
}

/// How many follow-ups there were in each month from one day to another.
pub fn trend(from: &str, to: &str) -> Question {
    let [first, last] = [second(from, DayEdge::Start), second(to, DayEdge::End)];
    let times = Interval::Month.starts(first, last).map(|Time(start)| i64::from(start)).collect();
    let months = |count: &str| {
        format!(
            "SELECT start AS time, ({count}) AS n FROM (
                SELECT start, lead(start, 1, $2::bigint + 1) OVER (ORDER BY start) AS next
                FROM unnest($1::bigint[]) start) month
            ORDER BY start"
        )
    };
    Question {
        what: "trend of 12 months",
        path: "/api/stats/trend",
        query: format!("by=month&start_time={from}&end_time={to}"),
        shape: Shape::Trend,
        plain: months("SELECT count(*) FROM follow WHERE at >= start AND at < next"),
        // Months are whole days.
        tuned: months(
            "SELECT coalesce(sum(n), 0)::bigint FROM day_count
            WHERE list = 3 AND key = 0 AND day >= start / 86400 AND day < next / 86400",
        ),
        parameters: vec![Parameter::Times(times), Parameter::Time(last.0.into())],
    }
}
