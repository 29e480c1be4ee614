//! A customer in an answer.

use super::Customer;
use crate::Result;
use crate::model::{Person, RelatedIds, RelatedNames, Status};
use crate::store::Store;
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::Serialize;

/// A customer in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "客户")]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow {
    /// 客户id
    id: u32,
    /// 类型，由前端定义
    r#type: i64,
    /// 昵称
    nick_name: String,
    /// 姓名
    real_name: String,
    /// 头像
    avatar: String,
    /// 手机号
    phone_number: String,
    /// 职务
    job: String,
    /// 性别，0未知、1男、2女
    #[schemars(extend("enum" = [0, 1, 2]))]
    sex: u8,
    /// 创建时间
    #[serde(serialize_with = "as_text")]
    create_time: Time,
    /// 修改时间
    #[serde(serialize_with = "as_text")]
    update_time: Time,
    /// 状态，列表只包含1
    status: Status,
    /// 单位id
    #[serde(rename = "organization_id")]
    #[schemars(extend("x-additive" = true))]
    organization_id: Option<u32>,
    /// 单位名称，没有单位时是空字符串
    #[schemars(extend("x-additive" = true))]
    organization: String,
    /// 录入的人；以前的版本没有记下来，是null
    #[schemars(extend("x-additive" = true))]
    creator: Option<Person>,
    /// 负责人的员工id，null是公海客户；修改客户时不改变
    #[serde(rename = "owner_id")]
    #[schemars(extend("x-additive" = true))]
    owner_id: Option<u32>,
    /// 负责人，公海客户是null
    #[schemars(extend("x-additive" = true))]
    owner: Option<Person>,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}

impl CustomerRow {
    /// The rows of customers with their ids, with the names of who entered them and of their owners. At most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn of(store: &Store, customers: Vec<(u32, Customer)>) -> Result<Vec<Self>> {
        let people = customers.iter().flat_map(|(_, it)| it.creator.into_iter().chain(it.owner));
        let names = RelatedIds::of_employees(people).names(store).await?;
        Ok(customers.into_iter().map(|(id, customer)| Self::new(id, customer, &names)).collect())
    }

    /// The row of a customer.
    fn new(id: u32, customer: Customer, names: &RelatedNames) -> Self {
        Self {
            id,
            r#type: customer.kind,
            nick_name: customer.nick_name,
            real_name: customer.real_name,
            avatar: customer.avatar,
            phone_number: customer.phone_number,
            job: customer.job,
            sex: customer.sex,
            create_time: customer.created,
            update_time: customer.updated,
            status: customer.status,
            organization_id: customer.organization,
            organization: customer.organization_name,
            creator: names.known(customer.creator),
            owner_id: customer.owner,
            owner: names.known(customer.owner),
            version: customer.edition,
        }
    }
}
