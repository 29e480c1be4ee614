//! `/api/stats/follow`: follow-ups of one organization.

use crate::member::{Member, members, nested};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, id};
use shared::http::{Call, HttpResult, Params};
use shared::model::Follow;
use shared::time::{Time, as_text};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FollowCount", description = "一个单位的跟进次数")]
struct Row {
    /// 单位id
    organization_id: Option<u32>,
    /// 次数
    follow_count: u64,
    /// 这段时间里最早的一次跟进
    #[serde(serialize_with = "as_text")]
    min_sign_time: Time,
}

/// How many follow-ups an organization had in a window of time, and when the first was.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let id = call.query.required("organization_id", Params::id)?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    let found = members(&call.store, &[Some(id)], Follow::of_organization, window).await?;
    let total = found.len();
    let rows = page.slice().of(found).into_iter().map(|Member { organization, total, first }| Row {
        organization_id: organization,
        follow_count: total.count,
        min_sign_time: first,
    });
    Ok(nested(rows.collect::<Vec<_>>(), total, page))
}

pub fn get_doc() -> Operation {
    Operation::nested::<Row>("统计跟进次数")
        .about("start_time和end_time是跟进的时间；没有记录时是空数组。")
        .params([id("organization_id", "客户单位id").required()])
        .week()
}
