//! `/api/stats/follow`: follow-ups, by organization.

use crate::member::{Member, names, nested, with_most};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, id, ids_or_none};
use shared::http::{Call, HttpResult, Params};
use shared::model::Follow;
use shared::time::{Time, as_text};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FollowCount", description = "一个单位的跟进次数")]
struct Row {
    /// 单位id，null是没有单位的记录
    organization_id: Option<u32>,
    /// 单位名称，没有单位时是空字符串
    #[schemars(extend("x-additive" = true))]
    organization: String,
    /// 次数
    follow_count: u64,
    /// 这段时间里最早的一次跟进
    #[serde(serialize_with = "as_text")]
    min_sign_time: Time,
}

/// How many follow-ups organizations had in a window of time, and when the first was: the one with the most comes first.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let ids = organizations(&call.query)?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    let (found, total) = with_most(&call.store, &ids, Follow::of_organization, window, page.slice()).await?;
    let names = names(&call.store, &found).await?;
    let rows = found.into_iter().map(|Member { organization, total, first }| Row {
        organization_id: organization,
        organization: names.organization_name(organization),
        follow_count: total.count,
        min_sign_time: first,
    });
    Ok(nested(rows.collect::<Vec<_>>(), total, page))
}

/// The organizations that are named, by one parameter or the other, or by both.
fn organizations(query: &Params) -> HttpResult<Vec<Option<u32>>> {
    let Some(mut ids) = query.ids_or_none("organization_ids")?.value() else {
        return Ok(vec![Some(query.required("organization_id", Params::id)?)]);
    };
    let one = query.id("organization_id")?.value();
    if one.is_some() && !ids.contains(&one) {
        ids.push(one);
    }
    Ok(ids)
}

pub fn get_doc() -> Operation {
    Operation::nested::<Row>("统计跟进次数")
        .about(
            "按次数从多到少排列；start_time和end_time是跟进的时间；没有记录的单位不出现，total是单位的个数。organization_id和organization_ids至少传一个。",
        )
        .params([
            id("organization_id", "客户单位id"),
            ids_or_none("organization_ids", "客户单位id；null或0是没有单位的记录").additive(),
        ])
        .one_of(&["organization_id", "organization_ids"])
        .week()
}
