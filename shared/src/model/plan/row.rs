//! A plan as entries carry it, and as answers show it.

use super::Plan;
use crate::model::{CustomerName, Person, Projected, ReferenceRole, References, RelatedIds, RelatedNames};
use crate::store::Author;
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

impl Projected for Plan {
    type Row = PlanRow;

    fn edition(&self) -> u32 {
        self.edition
    }

    fn brief(&self) -> Self {
        Self { note: None, ..self.clone() }
    }

    fn add_related(&self, related: &mut RelatedIds) {
        related.customers.insert(self.customer);
        related.employees.extend([self.employee, self.operator]);
    }

    fn row(self, id: u32, names: &RelatedNames) -> PlanRow {
        PlanRow {
            id,
            customers_id: self.customer,
            user_id: self.employee,
            time: self.at,
            done: self.is_done(),
            note: self.note,
            done_time: self.done,
            customers: names.customer(self.customer),
            user: names.employee(self.employee),
            operator: names.employee(self.operator),
            version: self.edition,
        }
    }

    fn references(&self) -> References {
        let employees = vec![(ReferenceRole::Assignee, vec![self.employee])];
        References { customer: Some(self.customer), organization: None, employees }
    }

    fn reverted(&self, was: Self, _: Author) -> Self {
        let Self { operator, created, edition, .. } = *self;
        Self { operator, created, edition: edition.saturating_add(1), ..was }
    }
}
