//! `/api/stats/sign`: contracts signed and what they are worth, by organization.

use crate::member::{Member, members};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, ids};
use shared::http::{Call, HttpResult, Reply};
use shared::model::Contract;
use shared::money;
use shared::time::{Time, as_text};
use std::cmp::Reverse;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignCount", description = "一个单位的签约金额和次数")]
struct Row {
    /// 单位id
    organization_id: u32,
    /// 金额
    sign_amount: String,
    /// 次数
    sign_count: u64,
    /// 这段时间里最早的一次签约
    #[serde(serialize_with = "as_text")]
    min_sign_time: Time,
}

/// Contracts that were signed in a window of time, by organization: those that are named, or all. The one whose first
/// contract is the latest comes first.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    let organizations = call.query.ids("organization_ids")?.value().filter(|ids| !ids.is_empty());
    let row = |organization_id, count, sum, first| Row {
        organization_id,
        sign_amount: money::shown(sum),
        sign_count: count,
        min_sign_time: first,
    };
    let Some(ids) = organizations else {
        let found = call.store.groups(&Contract::SIGNED, Contract::signed_by, window, page.slice()).await?;
        let rows = found
            .groups
            .iter()
            .map(|group| row(group.group, group.total.count, group.total.sum, Time(group.first)));
        return Ok(Reply::list(rows.collect::<Vec<_>>(), found.total, page));
    };
    let ids: Vec<_> = ids.into_iter().map(Some).collect();
    let listing = |id: Option<u32>| Contract::signed_by(id.unwrap_or_default());
    let mut found = members(&call.store, &ids, listing, window).await?;
    found.sort_by_key(|member| (Reverse(member.first), member.organization));
    let total = found.len() as u64;
    let rows = page.slice().of(found).into_iter().map(|Member { organization, total, first }| {
        row(organization.unwrap_or_default(), total.count, total.sum, first)
    });
    Ok(Reply::list(rows.collect::<Vec<_>>(), total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<Row>("统计签约金额、次数")
        .about("按最早的一次签约从新到旧排列；start_time和end_time是签约时间，没有签约时间的合同不计；没有签约的单位不出现，total是单位的个数。")
        .params([ids("organization_ids", "客户单位id；不传则返回所有单位")])
        .week()
}
