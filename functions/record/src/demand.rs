//! `/api/record/demand` and `/api/record/deldemand`: the changes of demand.

use crate::fields::{INVOLVED, RecordFields};
use shared::http::reference::{Operation, id, id_or_all, ids, text, time, url};
use shared::http::{Call, Edited, HttpResult, Params, Reply};
use shared::model::{Demand, DemandRow, RecordQuery, projected};
use shared::store::{Order, Window};
use shared::time::Time;

/// Changes of demand, the newest first: one by its id, or those in a window of time that pass all filters. Without any filter
/// they are those of the customer with the newest change in the window.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    if let Some(id) = call.query.id("demand_id")?.value() {
        return call.record::<Demand>(id, page).await;
    }
    let customer = call.query.id_or_all("customers_id")?.value();
    let filters = [
        customer.flatten().map(Demand::by_customer),
        call.query.id("organization_id")?.value().map(Demand::by_organization),
        call.query.id("user_id")?.value().map(Demand::by_employee),
    ];
    let window = call.query.window(call.now, Time::a_week_before)?;
    let mut filters: Vec<_> = filters.into_iter().flatten().collect();
    if customer.is_none() && filters.is_empty() {
        filters.extend(newest_customer(&call, window).await?.map(Demand::by_customer));
    }
    call.records(RecordQuery { timeline: Demand::timeline(), window, filters }, page).await
}

pub fn get_doc() -> Operation {
    Operation::rows::<DemandRow>("查询需求变更记录")
        .about("按变更的时间从新到旧排列；start_time和end_time也是变更的时间；各个条件同时满足。")
        .params([
            id("demand_id", "需求变更记录id；传了就只查这一条，不看其他条件"),
            id_or_all(
                "customers_id",
                "客户id；all是所有客户；不传又没有其他条件时，返回这段时间里最新一条需求变更的那个客户的记录",
            ),
            id("organization_id", "记录的单位id").additive(),
            id("user_id", "员工id：跟进人或记录人").additive(),
        ])
        .week()
}

async fn newest_customer(call: &Call, window: Window) -> HttpResult<Option<u32>> {
    let newest = call.store.first(&[Demand::ALL], window, Order::Descending).await?;
    Ok(newest.map(|entry| projected::<Demand>(&entry)).transpose()?.map(|demand| demand.activity.customer))
}

/// Edits a change of demand.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("demand_id", Params::id)?;
    let old = call.edited::<Demand>(id).await?;
    let content = call.body.required_or("content", Params::text, Some(old.content.clone()))?;
    let attach = call.body.url("demand_attach")?.apply(old.attach.clone());
    let note = call.body.text("demand_note")?.apply(old.note.clone());
    let mut write = call.write();
    let RecordFields { activity, organization } =
        RecordFields::edit(&call, &old.activity, old.organization).await?;
    write.replace(&old, &Demand { activity, organization, content, attach, note })?;
    call.commit(write, Reply::done("修改成功").with(Edited::of(&old))).await
}

pub fn post_doc() -> Operation {
    let edits = id("demand_id", "需求变更记录id").or(&["id"]);
    Operation::edits("修改需求变更记录", "修改成功", edits)
        .row::<DemandRow>()
        .params([
            id("customers_id", "客户id").kept(),
            id("organization_id", "客户单位id"),
            ids("follower_id", "跟进者的id，至少一个").kept().filled(),
            time("record_time", "需求变更的时间").kept().additive().or(&["recordTime"]),
            text("content", "需求变更内容").kept().or(&["demand_content"]),
            url("demand_attach", "附件地址，比如聊天截图").or(&["content_attach", "attach"]),
            text("demand_note", "需求备注").or(&["content_note", "note"]),
        ])
        .for_involved(INVOLVED)
}

/// Deletes a change of demand.
pub async fn delete(call: Call) -> HttpResult {
    call.delete::<Demand>("demand_id").await
}

pub fn delete_doc() -> Operation {
    Operation::deletes("删除需求变更记录", "demand_id", "需求变更记录id").for_involved(INVOLVED)
}
