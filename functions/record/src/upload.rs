//! `/api/record/upload`: a follow-up, a change of demand, or both at once.

use crate::follow::EVENTS;
use crate::sent::Sent;
use serde_json::{Map, Value};
use shared::http::{Call, Reply};
use shared::model::{Demand, Follow};
use shared::store::Kind;
use shared::{Error, Result};

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
    let mut ids = Map::new();
    if let Some(event) = event {
        let follow = Follow { occasion: occasion.clone(), organization, event, gain, attach, note };
        let id = call.store.next_id(Kind::Follow).await?;
        write.create(id, &follow)?;
        ids.insert("follow_id".to_owned(), Value::from(id));
    }
    if let Some(content) = content {
        let (attach, note) = (content_attach, content_note);
        let demand = Demand { occasion, organization, content, attach, note };
        let id = call.store.next_id(Kind::Demand).await?;
        write.create(id, &demand)?;
        ids.insert("demand_id".to_owned(), Value::from(id));
    }
    call.commit(write, Reply::done("创建成功").with(ids)).await
}
