//! `/api/feedback/satisfy` and `/api/feedback/delsatisfy`: how satisfied customers are.

use serde_json::json;
use shared::http::{Call, NO_RECORD, Params, Reply};
use shared::model::Satisfaction;
use shared::store::Kind;
use shared::time::Time;
use shared::{Error, Result};

/// How satisfied a customer was in a window of time, the newest first.
pub async fn get(call: Call) -> Result<Reply> {
    let page = call.query.page()?;
    let customer = call.query.id("customers_id")?.required()?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    call.records::<Satisfaction>(&[Satisfaction::of_customer(customer)], window, page).await
}

/// Creates without `satisfy_id`, edits with it.
pub async fn post(call: Call) -> Result<Reply> {
    let done = Reply::done("录入成功");
    let old = match call.body.id("satisfy_id")?.optional() {
        Some(id) => Some(call.edited::<Satisfaction>(id, NO_RECORD, |old| old.occasion.edition).await?),
        None => None,
    };
    let before = old.as_ref().map(|old| &old.record.value);
    let (occasion, references) = call.occasion(before.map(|old| &old.occasion))?;
    let new = Satisfaction {
        occasion,
        value: value(&call.body, before.map(|old| old.value))?,
        attach: call.body.attach(&["attach"], before.and_then(|old| old.attach.clone()))?,
        note: call.body.remark(&["note"], before.and_then(|old| old.note.clone()))?,
    };
    let mut write = call.write();
    references.look_up(&call.store, &mut write).await?;
    let Some(old) = old else {
        let id = call.store.next_id(Kind::Satisfaction).await?;
        write.create(id, &new)?;
        return call.commit(write, done.with(json!({ "id": id }))).await;
    };
    write.replace(&old, &new)?;
    call.commit(write, done).await
}

fn value(body: &Params, old: Option<i8>) -> Result<i8> {
    let value = body.int("value")?.required_or(old.map(i64::from))?;
    let value = i8::try_from(value).ok().filter(|value| (-10..=10).contains(value));
    value.ok_or_else(|| Error::invalid("value", "value必须是-10到10的整数"))
}

/// Deletes one.
pub async fn delete(call: Call) -> Result<Reply> {
    call.delete::<Satisfaction>("satisfy_id").await
}
