//! `/api/record/demand` and `/api/record/deldemand`: the changes of demand.

use crate::fields::{INVOLVED, RecordFields};
use shared::http::reference::{Operation, id, id_or_all, ids, text, time, url};
use shared::http::{Call, Column, Edited, Filters, HttpResult, List, ListParams, Params, Reply};
use shared::model::{Demand, DemandRow, RecordKind, RecordList, RecordQuery, projected};
use shared::store::{Order, Store, Window};
use shared::time::Time;

/// Changes of demand, the newest first: one by its id, or those in a window of time that pass all filters. Without any filter
/// they are those of the customer with the newest change in the window.
pub async fn get(call: Call) -> HttpResult {
    call.record_list(DemandList).await
}

/// The list of changes of demand.
pub struct DemandList;

impl List for DemandList {
    type Query = RecordList<Demand>;

    const KIND: RecordKind = RecordKind::Demand;

    const COLUMNS: &'static [Column] = &[
        Column::number("需求变更记录id", "id"),
        Column::text("变更时间", "recordTime"),
        Column::number("客户id", "customers_id"),
        Column::text("客户昵称", "customers.nickName"),
        Column::text("客户姓名", "customers.realName"),
        Column::text("客户单位", "customers.organization"),
        Column::number("单位id", "organization_id"),
        Column::text("单位", "customers_group.groupName"),
        Column::text("需求内容", "content"),
        Column::text("备注", "note"),
        Column::text("附件", "attach"),
        Column::ids("跟进人id", "follower_id"),
        Column::people("跟进人", "follower"),
        Column::number("记录人id", "operator_id"),
        Column::person("记录人", "operator"),
        Column::text("记录时间", "createTime"),
        Column::number("版本", "version"),
    ];

    fn operation() -> Operation {
        get_doc()
    }

    async fn query(store: &Store, params: &ListParams<'_>) -> HttpResult<RecordList<Demand>> {
        if let Some(id) = params.id("demand_id")?.value() {
            return Ok(RecordList::One(id));
        }
        let customer = params.id_or_all("customers_id")?.value();
        let filters = [
            customer.flatten().map(Demand::by_customer),
            params.id("organization_id")?.value().map(Demand::by_organization),
            params.id("user_id")?.value().map(Demand::by_employee),
        ];
        let window = params.window(Time::a_week_before)?;
        let mut filters: Vec<_> = filters.into_iter().flatten().collect();
        if customer.is_none() && filters.is_empty() {
            filters.extend(newest_customer(store, window).await?.map(Demand::by_customer));
        }
        Ok(RecordList::Found(RecordQuery { time_order: Demand::time_order(), window, filters }))
    }

    /// Without any filter the list is that of one customer, who may be another one later.
    async fn fixed(store: &Store, params: &ListParams<'_>, mut filters: Filters) -> HttpResult<Filters> {
        let narrowing = ["demand_id", "customers_id", "organization_id", "user_id"];
        if !narrowing.iter().any(|name| filters.contains_key(*name)) {
            let customer = newest_customer(store, params.window(Time::a_week_before)?).await?;
            filters.extend(customer.map(|customer| ("customers_id".to_owned(), customer.into())));
        }
        Ok(filters)
    }
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

async fn newest_customer(store: &Store, window: Window) -> HttpResult<Option<u32>> {
    let newest = store.first(&[Demand::ALL], window, Order::Descending).await?;
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
