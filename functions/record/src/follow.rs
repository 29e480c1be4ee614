//! `/api/record/follow` and `/api/record/delfollow`: the follow-ups.

use crate::fields::{INVOLVED, RecordFields};
use shared::http::reference::{Operation, choice, id, ids, text, time, url};
use shared::http::{Call, Column, Edited, HttpResult, List, ListParams, Params, Reply};
use shared::model::{Follow, FollowRow, RecordKind, RecordList, RecordQuery};
use shared::store::Store;
use shared::time::Time;

/// 1 first contact, 2 visit, 3 call, 4 signing, 5 service.
pub const EVENTS: [(&str, u8); 5] = [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)];
/// What they are called.
pub const EVENT_NAMES: [&str; 5] = ["接入", "走访拜访", "电话拜访", "签约", "售后"];

/// Follow-ups, the newest first: one by its id, or those in a window of time that pass all filters.
pub async fn get(call: Call) -> HttpResult {
    call.record_list(FollowList).await
}

/// The list of follow-ups.
pub struct FollowList;

impl List for FollowList {
    type Query = RecordList<Follow>;

    const KIND: RecordKind = RecordKind::Follow;

    const COLUMNS: &'static [Column] = &[
        Column::number("跟进记录id", "id"),
        Column::text("跟进时间", "recordTime"),
        Column::number("客户id", "customers_id"),
        Column::text("客户昵称", "customers.nickName"),
        Column::text("客户姓名", "customers.realName"),
        Column::text("客户单位", "customers.organization"),
        Column::number("单位id", "organization_id"),
        Column::text("单位", "customers_group.groupName"),
        Column::number("事件代码", "event"),
        Column::word("事件", "event", &["", "接入", "走访拜访", "电话拜访", "签约", "售后"]),
        Column::text("收获", "gain"),
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

    async fn query(_: &Store, params: &ListParams<'_>) -> HttpResult<RecordList<Follow>> {
        if let Some(id) = params.id("follow_id")?.value() {
            return Ok(RecordList::One(id));
        }
        let filters = [
            params.id("customers_id")?.value().map(Follow::by_customer),
            params.id("organization_id")?.value().map(Follow::by_organization),
            params.id("user_id")?.value().map(Follow::by_employee),
            params.choice("event", &EVENTS)?.value().map(Follow::by_event),
        ];
        let window = params.window(Time::a_week_before)?;
        let filters = filters.into_iter().flatten().collect();
        Ok(RecordList::Found(RecordQuery { time_order: Follow::time_order(), window, filters }))
    }
}

pub fn get_doc() -> Operation {
    Operation::rows::<FollowRow>("查询跟进记录")
        .about("按跟进的时间从新到旧排列；start_time和end_time也是跟进的时间；各个条件同时满足。")
        .params([
            id("follow_id", "跟进记录id；传了就只查这一条，不看其他条件"),
            id("customers_id", "客户id；不传则返回所有客户的跟进记录"),
            id("organization_id", "记录的单位id").additive(),
            id("user_id", "员工id：跟进人或记录人").additive(),
            choice("event", &EVENTS, "事件").means(&EVENT_NAMES).additive(),
        ])
        .week()
}

/// Edits a follow-up.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("follow_id", Params::id)?;
    let old = call.edited::<Follow>(id).await?;
    let event = call.body.required_or("event", |body, field| body.choice(field, &EVENTS), Some(old.event))?;
    let gain = call.body.text("gain")?.apply(old.gain.clone());
    let attach = call.body.url("event_attach")?.apply(old.attach.clone());
    let note = call.body.text("event_note")?.apply(old.note.clone());
    let mut write = call.write();
    let RecordFields { activity, organization } =
        RecordFields::edit(&call, &old.activity, old.organization).await?;
    write.replace(&old, &Follow { activity, organization, event, gain, attach, note })?;
    call.commit(write, Reply::done("修改成功").with(Edited::of(&old))).await
}

pub fn post_doc() -> Operation {
    let edits = id("follow_id", "跟进记录id").or(&["id"]);
    Operation::edits("修改跟进记录", "修改成功", edits)
        .row::<FollowRow>()
        .params([
            id("customers_id", "客户id").kept(),
            id("organization_id", "客户单位id"),
            ids("follower_id", "跟进者的id，至少一个").kept().filled(),
            time("record_time", "跟进的时间").kept().or(&["recordTime"]),
            choice("event", &EVENTS, "事件").means(&EVENT_NAMES).kept(),
            text("gain", "这次跟进的收获"),
            url("event_attach", "附件地址，比如聊天截图").or(&["attach"]),
            text("event_note", "跟进备注").or(&["note"]),
        ])
        .for_involved(INVOLVED)
}

/// Deletes a follow-up.
pub async fn delete(call: Call) -> HttpResult {
    call.delete::<Follow>("follow_id").await
}

pub fn delete_doc() -> Operation {
    Operation::deletes("删除跟进记录", "follow_id", "跟进记录id").for_involved(INVOLVED)
}
