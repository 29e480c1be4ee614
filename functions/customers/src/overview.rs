//! `/api/customers/overview`: a customer's page.

use shared::http::reference::{Operation, id};
use shared::http::{Call, HttpResult, Params, Reply};
use shared::model::{Customer, CustomerOverview};
use shared::store::Entity;

/// A customer with their organization and the newest records of every kind that the caller may see.
pub async fn get(call: Call) -> HttpResult {
    let id = call.query.required("customers_id", Params::id)?;
    Ok(Reply::data(CustomerOverview::read(&call.store, id, |area| call.may_enter(area)).await?))
}

pub fn get_doc() -> Operation {
    Operation::data::<CustomerOverview>("查询客户的页面")
        .about("客户、客户的单位，以及各种记录最新的五条和总数，不限时间，包括将来的；合同是客户的单位的。没有权限的记录是null；计划还没有，总是null。隐藏的客户也能查到。")
        .params([id("customers_id", "客户id").required()])
        .finds_one(Customer::KIND)
        .additive()
}
