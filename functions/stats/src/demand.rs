//! `/api/stats/demand`: changes of demand, by organization.

use crate::member::{Member, names, nested, with_most};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, ids_or_none};
use shared::http::{Call, HttpResult, Params};
use shared::model::Demand;
use shared::time::{Time, as_text};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DemandCount", description = "一个单位的需求变更次数")]
struct Row {
    /// 单位id，null是没有单位的记录
    organization_id: Option<u32>,
    /// 单位名称，没有单位时是空字符串
    #[schemars(extend("x-additive" = true))]
    organization: String,
    /// 次数
    demand_count: u64,
    /// 这段时间里最早的一次
    #[serde(rename = "m_recordTime", serialize_with = "as_text")]
    first: Time,
}

/// Changes of demand in a window of time, of the organizations that are named: the one with the most comes first. `null`
/// or 0 names what is of no organization.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let ids = call.query.required("organization_ids", Params::ids_or_none)?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    let (found, total) = with_most(&call.store, &ids, Demand::of_organization, window, page.slice()).await?;
    let names = names(&call.store, &found).await?;
    let rows = found.into_iter().map(|Member { organization, total, first }| Row {
        organization_id: organization,
        organization: names.organization_name(organization),
        demand_count: total.count,
        first,
    });
    Ok(nested(rows.collect::<Vec<_>>(), total, page))
}

pub fn get_doc() -> Operation {
    Operation::nested::<Row>("统计需求变更次数")
        .about(
            "按次数从多到少排列；start_time和end_time是变更的时间；没有记录的单位不出现，total是单位的个数。",
        )
        .params([ids_or_none("organization_ids", "客户单位id；null或0是没有单位的记录").required()])
        .week()
}
