//! `/api/stats/event`: follow-ups by event: where customers get stuck.

use futures_util::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;
use shared::Error;
use shared::http::reference::Operation;
use shared::http::{Call, HttpResult, Reply};
use shared::model::Follow;
use shared::time::Time;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EventCount", description = "一种事件的跟进次数")]
struct Row {
    /// 事件：1接入、2走访拜访、3电话拜访、4签约、5售后
    event: u8,
    /// 跟进次数
    follow_count: u64,
}

/// How many follow-ups of each event there were in a window of time.
pub async fn get(call: Call) -> HttpResult {
    let window = call.query.window(call.now, Time::a_week_before)?;
    let read = async |event: u8| {
        let total = call.store.branch().total(&[Follow::of_event(event)], window).await?;
        Ok::<_, Error>(Row { event, follow_count: total.count })
    };
    let rows = try_join_all((1..=5).map(read)).await?;
    Ok(Reply::data(rows))
}

pub fn get_doc() -> Operation {
    Operation::data::<Vec<Row>>("统计各种事件的跟进次数")
        .about("五种事件各一行，没有的是0；start_time和end_time是跟进的时间。")
        .week()
        .additive()
}
