//! `/api/history/erase`: forgetting a person.

use shared::http::reference::{Operation, id};
use shared::http::{Call, HttpResult, Params, Reply};
use shared::model::{Customer, Erased, erase_customer};
use shared::store::{Author, Entity};

/// Takes a customer's name, phone number and all texts about them out of everything; calls again go on where this one ends.
pub async fn post(call: Call) -> HttpResult {
    let customer = call.body.required("customers_id", Params::id)?;
    let author = Author { by: call.me()?.employee.id, at: call.now };
    // What is begun then still has time to end.
    let time_limit = call.store.time_left() / 2;
    let erased = erase_customer(&call.store, call.bucket()?, customer, author, time_limit).await?;
    call.commit(call.write(), Reply::done("操作成功").with(erased)).await
}

pub fn post_doc() -> Operation {
    Operation::done_with::<Erased>("清除个人信息", "操作成功")
        .about("清除一个客户的姓名、手机号、头像、职务，以及所有与他有关的记录（包括已删除的、后来改成别人的）里的文字和附件，连同它们的历史；记录、总数和统计不变。不能恢复。left大于0时请再次调用，直到left是0。")
        .params([id("customers_id", "客户id").required()])
        .finds_one(Customer::KIND)
        .additive()
}
