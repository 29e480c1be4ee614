//! `/api/stats/sign`: contracts signed and what they are worth, by organization.

use crate::member::{Member, members, names};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, choice, ids};
use shared::http::{Call, HttpResult, Reply};
use shared::model::Contract;
use shared::store::{GroupOrder, GroupTotal, Slice, Store, Window};
use shared::time::{Time, as_text};
use shared::{Result, money};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignCount", description = "一个单位的签约金额和次数")]
struct Row {
    /// 单位id
    organization_id: u32,
    /// 单位名称
    #[schemars(extend("x-additive" = true))]
    organization: String,
    /// 金额
    sign_amount: String,
    /// 次数
    sign_count: u64,
    /// 这段时间里最早的一次签约
    #[serde(serialize_with = "as_text")]
    min_sign_time: Time,
}

/// Which organizations come first.
const ORDERS: [(&str, GroupOrder); 3] = [
    ("min_sign_time", GroupOrder::First),
    ("sign_amount", GroupOrder::Sum),
    ("sign_count", GroupOrder::Count),
];

/// Contracts that were signed in a window of time, by organization: those that are named, or all. The one whose first
/// contract is the latest comes first, or the one with the highest amount, or with the most contracts.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    let order = call.query.choice("order", &ORDERS)?.value().unwrap_or(GroupOrder::First);
    let organizations = call.query.ids("organization_ids")?.value().filter(|ids| !ids.is_empty());
    let (found, total) = match organizations {
        Some(ids) => of_organizations(&call.store, ids, window, order, page.slice()).await?,
        None => of_all(&call.store, window, order, page.slice()).await?,
    };
    let names = names(&call.store, &found).await?;
    let rows = found.into_iter().map(|Member { organization, total, first }| Row {
        organization_id: organization.unwrap_or_default(),
        organization: names.organization_name(organization),
        sign_amount: money::shown(total.sum),
        sign_count: total.count,
        min_sign_time: first,
    });
    Ok(Reply::list(rows.collect::<Vec<_>>(), total, page))
}

/// A slice of all organizations, and how many there are.
async fn of_all(
    store: &Store,
    window: Window,
    order: GroupOrder,
    slice: Slice,
) -> Result<(Vec<Member>, u64)> {
    let found = store.groups(&Contract::SIGNED, Contract::signed_by, window, order, slice).await?;
    let member =
        |GroupTotal { group, total, first }| Member { organization: Some(group), total, first: Time(first) };
    Ok((found.groups.into_iter().map(member).collect(), found.total))
}

/// A slice of those of `ids` that signed anything, and how many there are.
async fn of_organizations(
    store: &Store,
    ids: Vec<u32>,
    window: Window,
    order: GroupOrder,
    slice: Slice,
) -> Result<(Vec<Member>, u64)> {
    let ids: Vec<_> = ids.into_iter().map(Some).collect();
    let listing = |id: Option<u32>| Contract::signed_by(id.unwrap_or_default());
    let mut found = members(store, &ids, listing, window).await?;
    found.sort_by_key(|member| (order.rank(member.total, member.first.0), member.organization));
    let total = found.len() as u64;
    Ok((slice.of(found), total))
}

pub fn get_doc() -> Operation {
    Operation::rows::<Row>("统计签约金额、次数")
        .about("start_time和end_time是签约时间，没有签约时间的合同不计；没有签约的单位不出现，total是单位的个数。")
        .params([
            ids("organization_ids", "客户单位id；不传则返回所有单位"),
            choice("order", &ORDERS, "排列，相同时按单位id从小到大")
                .means(&["最早的一次签约从新到旧", "金额从高到低", "次数从多到少"])
            .default("min_sign_time")
            .additive(),
        ])
        .week()
}
