//! `/api/stats/trend`: what was done from day to day, week to week or month to month.

use futures_util::future::try_join3;
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, choice, id};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Contract, Demand, Follow};
use shared::money;
use shared::store::{Listing, Window};
use shared::time::{Interval, Time, as_text};

/// The most intervals of an answer.
const MOST: usize = 60;

/// By what time is cut.
const INTERVALS: [(&str, Interval); 3] =
    [("day", Interval::Day), ("week", Interval::Week), ("month", Interval::Month)];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TrendPoint", description = "一天、一周或者一个月里做了什么")]
struct Row {
    /// 开始的时间，在时间范围之前开始的也是；一周从星期一开始
    #[serde(serialize_with = "as_text")]
    time: Time,
    /// 跟进次数
    follow_count: u64,
    /// 需求变更次数
    demand_count: u64,
    /// 签约次数
    sign_count: u64,
    /// 签约金额
    sign_amount: String,
}

/// Follow-ups, changes of demand and signed contracts in each interval of a window of time: of everybody, of an organization, or
/// of an employee.
pub async fn get(call: Call) -> HttpResult {
    let window = call.query.window(call.now, Time::a_week_before)?;
    let times = times(&call.query, window)?;
    let [follows, demands, contracts] = listings(&call.query)?;
    // What begins before the window is counted from there on.
    let starts: Vec<u32> = times.iter().map(|time| time.0.max(window.from)).collect();
    let store = &call.store;
    let (of_follows, of_demands, of_contracts) = (store.branch(), store.branch(), store.branch());
    let (follows, demands, contracts) = try_join3(
        of_follows.totals(&follows, &starts, window.to),
        of_demands.totals(&demands, &starts, window.to),
        of_contracts.totals(&contracts, &starts, window.to),
    )
    .await?;
    let totals = follows.into_iter().zip(demands).zip(contracts);
    let rows = times.into_iter().zip(totals).map(|(time, ((follows, demands), signed))| Row {
        time,
        follow_count: follows.count,
        demand_count: demands.count,
        sign_count: signed.count,
        sign_amount: money::shown(signed.sum),
    });
    Ok(Reply::data(rows.collect::<Vec<_>>()))
}

/// When the intervals begin that have to do with a window.
fn times(query: &Params, window: Window) -> HttpResult<Vec<Time>> {
    let interval = query.required("by", |query, field| query.choice(field, &INTERVALS))?;
    if window.is_empty() {
        return Ok(Vec::new());
    }
    let times: Vec<_> = interval.starts(Time(window.from), Time(window.to)).take(MOST + 1).collect();
    match times.len() <= MOST {
        true => Ok(times),
        false => Err(Failure::invalid("start_time", format!("最多{MOST}段：请缩短时间，或者按周、按月统计"))),
    }
}

/// The listings of follow-ups, changes of demand and signed contracts that are counted.
fn listings(query: &Params) -> HttpResult<[Listing; 3]> {
    let (organization, employee) = (query.id("organization_id")?.value(), query.id("user_id")?.value());
    match (organization, employee) {
        (None, None) => Ok([Follow::ALL, Demand::ALL, Contract::BY_SIGNING]),
        (Some(id), None) => Ok([
            Follow::of_organization(Some(id)),
            Demand::of_organization(Some(id)),
            Contract::signed_by(id),
        ]),
        (None, Some(id)) => {
            Ok([Follow::of_employee(id), Demand::of_employee(id), Contract::signed_of_employee(id)])
        }
        (Some(_), Some(_)) => Err(Failure::invalid("user_id", "organization_id和user_id只能传一个")),
    }
}

pub fn get_doc() -> Operation {
    Operation::data::<Vec<Row>>("统计趋势")
        .about("每一段都有一行，没有的是0；最多60段。start_time和end_time是跟进、变更和签约的时间；第一段和最后一段只计时间范围内的。")
        .params([
            choice("by", &INTERVALS, "每一段").means(&["天", "周，从星期一开始", "月"]).required(),
            id("organization_id", "客户单位id"),
            id("user_id", "员工id：跟进人、记录人，或者合同的跟进人、创建人"),
        ])
        .check(|query, _| listings(query).map(drop))
        .week()
        .additive()
}
