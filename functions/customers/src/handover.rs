//! `/api/customers/handover`: all customers and open plans of somebody go to somebody else.

use shared::http::reference::{Operation, id, owner};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{HandedOver, ReferenceRole, References, hand_over};

/// Hands all customers and open plans of an employee over; calls again go on where this one ends.
pub async fn post(call: Call) -> HttpResult {
    let from = call.body.required("from_id", Params::id)?;
    let by = call.me()?.employee.id;
    let to = call.body.required("to_id", Params::owner)?.id(by);
    if to == Some(from) {
        return Err(Failure::invalid("to_id", "新负责人不能是原负责人"));
    }
    let employees =
        vec![(ReferenceRole::FormerOwner, vec![from]), (ReferenceRole::NewOwner, to.into_iter().collect())];
    References { employees, ..References::default() }.look_up(&call.store, &[]).await?;
    // What is begun then still has time to end.
    let time_limit = call.store.time_left() / 2;
    let handed_over = hand_over(&call.store, from, to, by, call.epoch, time_limit).await?;
    call.commit(call.write(), Reply::done("操作成功").with(handed_over)).await
}

pub fn post_doc() -> Operation {
    Operation::done_with::<HandedOver>("移交一个员工的所有客户和计划", "操作成功")
        .about("把一个员工的所有客户（包括隐藏的）和没有完成的计划交给另一个员工，或者退回公海，例如员工离职时。对方对同一个客户已有计划，或者退回公海时，计划进入回收站。数量不限，一次做不完的left大于0，请再次调用，直到left是0；不再调用也会在后台继续。期间已经给了别人的客户不再移动。不受每人客户数上限的限制。")
        .params([
            id("from_id", "原负责人").required(),
            owner("to_id", "新负责人，none是退回公海").required(),
        ])
        .additive()
}
