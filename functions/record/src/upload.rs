//! `/api/record/upload`: a follow-up, a change of demand, or both at once, and the next plan.

use crate::fields::RecordFields;
use crate::follow::{EVENT_NAMES, EVENTS};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Act, Operation, Rule, choice, id, ids, text, time, url};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Demand, Follow, NextPlan, OpenPlan, Plan};
use shared::store::Entity;

/// What was created.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Uploaded", description = "新建的记录", extend("minProperties" = 1))]
struct UploadedIds {
    /// 跟进记录id
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    follow_id: Option<u32>,
    /// 需求变更记录id
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    demand_id: Option<u32>,
    /// 计划id
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", extend("x-additive" = true))]
    plan_id: Option<u32>,
}

/// Creates a follow-up where there is an `event` and a change of demand where there is `content`, in one transaction. A
/// follow-up finishes the caller's open plan for the customer; `next_time` puts the next one in its place.
pub async fn post(call: Call) -> HttpResult {
    let body = &call.body;
    let event = body.choice("event", &EVENTS)?.value();
    let content = body.text("content")?.value();
    let gain = body.text("gain")?.value();
    let (attach, note) = (body.url("event_attach")?.value(), body.text("event_note")?.value());
    check(body)?;
    let (content_attach, content_note) =
        (body.url("content_attach")?.value(), body.text("content_note")?.value());
    let (RecordFields { activity, organization }, references) = RecordFields::read(&call, None)?;

    let next = next_plan(body)?;

    let mut write = call.write();
    let kinds = [
        event.is_some().then_some(Follow::KIND),
        content.is_some().then_some(Demand::KIND),
        next.is_some().then_some(Plan::KIND),
    ];
    let kinds: Vec<_> = kinds.into_iter().flatten().collect();
    // A demand alone is no reason to think that somebody has called.
    let follows_up = (event.is_some() || next.is_some()).then_some((activity.operator, activity.customer));
    let (found, open) = OpenPlan::look_up(&call.store, follows_up, &references, &kinds).await?;
    // A record that names no organization belongs to the customer's.
    let organization = organization.or(found.customers_organization);
    let mut new_ids = found.new_ids.into_iter();
    let mut uploaded = UploadedIds::default();
    if let Some((event, id)) = event.and_then(|event| Some((event, new_ids.next()?))) {
        let follow = Follow { activity: activity.clone(), organization, event, gain, attach, note };
        write.create(id, &follow)?;
        uploaded.follow_id = Some(id);
    }
    if let Some((content, id)) = content.and_then(|content| Some((content, new_ids.next()?))) {
        let (attach, note) = (content_attach, content_note);
        write.create(id, &Demand { activity, organization, content, attach, note })?;
        uploaded.demand_id = Some(id);
    }
    let next = next.and_then(|next| Some((new_ids.next()?, next)));
    uploaded.plan_id = next.as_ref().map(|(id, _)| *id);
    if let Some(open) = open {
        open.finish(&mut write, call.now, next)?;
    }
    call.commit(write, Reply::done("创建成功").with(uploaded)).await
}

/// The plan that comes after this record.
fn next_plan(body: &Params) -> HttpResult<Option<NextPlan>> {
    let note = body.text("next_note")?.value();
    Ok(body.time("next_time")?.value().map(|at| NextPlan { at, note }))
}

/// There has to be something to write, and what is told of a visit would be lost without one. A remark on a demand that is
/// not there is left out, as it always was.
fn check(body: &Params) -> HttpResult<()> {
    if body.text("next_note")?.value().is_some() && body.time("next_time")?.value().is_none() {
        return Err(Failure::invalid("next_time", "填写了下次计划的备注时，时间不能为空"));
    }
    if body.choice("event", &EVENTS)?.value().is_some() {
        return Ok(());
    }
    if body.text("content")?.value().is_none() {
        return Err(Failure::invalid("content", "需求内容和事件至少填写一个"));
    }
    let (gain, note) = (body.text("gain")?.value(), body.text("event_note")?.value());
    if gain.is_some() || note.is_some() || body.url("event_attach")?.value().is_some() {
        return Err(Failure::invalid("event", "填写了跟进的收获、附件或备注时，事件不能为空"));
    }
    Ok(())
}

pub fn post_doc() -> Operation {
    Operation::done_with::<UploadedIds>("上报跟进记录、需求变更", "创建成功")
        .about("content和event至少传一个：有event时新建跟进记录，有content时新建需求变更记录，两者一起成功或一起失败。有event或next_time时，自己对这个客户的未完成的计划同时完成；有next_time时，新的计划代替它。")
        .params([
            id("customers_id", "客户id").required(),
            id("organization_id", "客户单位id；不传则用客户自己的单位"),
            ids("follower_id", "跟进者的id，至少一个").required().filled(),
            time("record_time", "拜访时间、需求变更的时间；可以是将来").required().or(&["recordTime"]),
            text("content", "需求内容"),
            url("content_attach", "需求的附件地址，比如聊天截图"),
            text("content_note", "需求备注"),
            choice("event", &EVENTS, "跟进的事件").means(&EVENT_NAMES),
            text("gain", "这次跟进的收获；要有event"),
            url("event_attach", "跟进的附件地址，比如聊天截图；要有event").called("跟进附件"),
            text("event_note", "跟进备注；要有event").called("跟进备注"),
            time("next_time", "下次联系客户的时间；传了就在同一个事务里新建一个自己的计划").additive(),
            text("next_note", "下次计划的备注；要有next_time").additive(),
        ])
        .check(|body, _| check(body))
        .acts([
            Act::creates("Follow", Rule::Present(vec!["event"])),
            Act::creates("Demand", Rule::Without("content", vec!["event", "gain", "event_attach", "event_note"])),
        ])
}
