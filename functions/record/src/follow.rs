//! `/api/record/follow` and `/api/record/delfollow`: the follow-ups.

use crate::fields::RecordFields;
use shared::http::reference::{Operation, choice, id, ids, text, time, url};
use shared::http::{Call, HttpResult, Params, Reply};
use shared::model::{Follow, FollowRow};
use shared::time::Time;

/// 1 first contact, 2 visit, 3 call, 4 signing, 5 service.
pub const EVENTS: [(&str, u8); 5] = [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)];
/// What they are called.
pub const EVENT_NAMES: [&str; 5] = ["接入", "走访拜访", "电话拜访", "签约", "售后"];

/// Follow-ups, the newest first: one by its id, or those of a customer or of all in a window of time.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    if let Some(id) = call.query.id("follow_id")?.value() {
        return call.record::<Follow>(id, page).await;
    }
    let window = call.query.window(call.now, Time::a_week_before)?;
    let customer = call.query.id("customers_id")?.value();
    let listing = customer.map_or(Follow::ALL, Follow::of_customer);
    call.records::<Follow>(&[listing], window, page).await
}

pub fn get_doc() -> Operation {
    Operation::rows::<FollowRow>("查询跟进记录")
        .about("按跟进的时间从新到旧排列；start_time和end_time也是跟进的时间。")
        .params([
            id("follow_id", "跟进记录id；传了就只查这一条，不看其他条件"),
            id("customers_id", "客户id；不传则返回所有客户的跟进记录"),
        ])
        .week()
}

/// Edits a follow-up.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("follow_id", Params::id)?;
    let old = call.edited::<Follow>(id, |follow| follow.activity.edition).await?;
    let event = call.body.required_or("event", |body, field| body.choice(field, &EVENTS), Some(old.event))?;
    let gain = call.body.text("gain")?.apply(old.gain.clone());
    let attach = call.body.attachment(&["event_attach", "attach"])?.apply(old.attach.clone());
    let note = call.body.remark(&["event_note", "note"])?.apply(old.note.clone());
    let mut write = call.write();
    let RecordFields { activity, organization } =
        RecordFields::edit(&call, &old.activity, old.organization).await?;
    write.replace(&old, &Follow { activity, organization, event, gain, attach, note })?;
    call.commit(write, Reply::done("修改成功")).await
}

pub fn post_doc() -> Operation {
    Operation::edits("修改跟进记录", "修改成功", id("follow_id", "跟进记录id")).params([
        id("customers_id", "客户id").kept(),
        id("organization_id", "客户单位id"),
        ids("follower_id", "跟进者的id，至少一个").kept().filled(),
        time("record_time", "跟进的时间").kept(),
        choice("event", &EVENTS, "事件").means(&EVENT_NAMES).kept(),
        text("gain", "这次跟进的收获"),
        url("event_attach", "附件地址，比如聊天截图").or(&["attach"]),
        text("event_note", "跟进备注").or(&["note"]),
    ])
}

/// Deletes a follow-up.
pub async fn delete(call: Call) -> HttpResult {
    call.delete::<Follow>("follow_id").await
}

pub fn delete_doc() -> Operation {
    Operation::deletes("删除跟进记录", "follow_id", "跟进记录id")
}
