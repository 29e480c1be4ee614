//! A plan as answers show it.

use super::Plan;
use crate::model::{CustomerName, Person, RelatedNames};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::Serialize;

/// A plan in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "计划：谁在什么时候联系哪个客户")]
pub struct PlanRow {
    /// 计划id
    id: u32,
    /// 客户id
    customers_id: u32,
    /// 要去联系的员工的id
    user_id: u32,
    /// 计划的时间
    #[serde(serialize_with = "as_text")]
    time: Time,
    /// 备注
    note: Option<String>,
    /// 是否已完成
    done: bool,
    /// 完成的时间，没有完成时是null
    #[serde(serialize_with = "as_text")]
    done_time: Option<Time>,
    /// 客户
    customers: CustomerName,
    /// 要去联系的员工
    user: Person,
    /// 制定计划的员工
    operator: Person,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    version: u32,
}

impl PlanRow {
    /// How an answer shows the plan `id`.
    pub(super) fn new(id: u32, plan: Plan, names: &RelatedNames) -> Self {
        Self {
            id,
            customers_id: plan.customer,
            user_id: plan.employee,
            time: plan.at,
            done: plan.is_done(),
            note: plan.note,
            done_time: plan.done,
            customers: names.customer(plan.customer),
            user: names.employee(plan.employee),
            operator: names.employee(plan.operator),
            version: plan.edition,
        }
    }
}
