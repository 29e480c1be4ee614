//! `/api/record/upload`: a follow-up, a change of demand, or both at once.

use crate::follow::EVENTS;
use crate::sent::Sent;
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, Rule, choice, id, ids, text, time, url};
use shared::http::{Call, Reply};
use shared::model::{Demand, Follow};
use shared::store::Kind;
use shared::{Error, Result};

/// What was created.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Uploaded", description = "新建的记录", extend("minProperties" = 1))]
struct Created {
    /// 跟进记录id
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    follow_id: Option<u32>,
    /// 需求变更记录id
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    demand_id: Option<u32>,
}

/// Creates a follow-up where there is an `event` and a change of demand where there is `content`, in one transaction.
pub async fn post(call: Call) -> Result<Reply> {
    let body = &call.body;
    let event = body.choice("event", &EVENTS)?.optional();
    let content = body.text("content")?.optional();
    if event.is_none() && content.is_none() {
        return Err(Error::invalid("content", "content和event至少填写一个"));
    }
    let gain = body.text("gain")?.optional();
    let (attach, note) = (body.url("event_attach")?.optional(), body.text("event_note")?.optional());
    let (content_attach, content_note) =
        (body.url("content_attach")?.optional(), body.text("content_note")?.optional());
    let mut write = call.write();
    let Sent { occasion, organization } = Sent::new(&call, &mut write).await?;
    let mut created = Created::default();
    if let Some(event) = event {
        let follow = Follow { occasion: occasion.clone(), organization, event, gain, attach, note };
        let id = call.store.next_id(Kind::Follow).await?;
        write.create(id, &follow)?;
        created.follow_id = Some(id);
    }
    if let Some(content) = content {
        let (attach, note) = (content_attach, content_note);
        let demand = Demand { occasion, organization, content, attach, note };
        let id = call.store.next_id(Kind::Demand).await?;
        write.create(id, &demand)?;
        created.demand_id = Some(id);
    }
    call.commit(write, Reply::done("创建成功").with(created)).await
}

pub fn post_doc() -> Operation {
    Operation::done_with::<Created>("上报跟进记录、需求变更", "创建成功")
        .about("content和event至少传一个：有event时新建跟进记录，有content时新建需求变更记录，两者一起成功或一起失败。")
        .params([
            id("customers_id", "客户id").required(),
            id("organization_id", "客户单位id；不传则用客户自己的单位"),
            ids("follower_id", "跟进者的id，至少一个").required().filled(),
            time("record_time", "拜访时间、需求变更的时间；可以是将来").required(),
            text("content", "需求内容"),
            url("content_attach", "需求的附件地址，比如聊天截图"),
            text("content_note", "需求备注"),
            choice("event", &EVENTS, "跟进的事件：1接入、2走访拜访、3电话拜访、4签约、5售后"),
            text("gain", "这次跟进的收获"),
            url("event_attach", "跟进的附件地址，比如聊天截图"),
            text("event_note", "跟进备注"),
        ])
        .rule(Rule::Any(vec![Rule::Given(vec!["content"]), Rule::Given(vec!["event"])]))
}
