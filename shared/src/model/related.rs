//! The names that the rows of records show, read for a whole page in one round trip.

use super::{Customer, Employee, EmployeeName, Organization};
use crate::store::{Store, Stored};
use crate::{Error, Result};
use futures_util::future::try_join3;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// The ids of the records whose names the rows of a page show.
#[derive(Debug, Clone, Default)]
pub struct RelatedIds {
    /// Customers.
    pub customers: BTreeSet<u32>,
    /// Employees.
    pub employees: BTreeSet<u32>,
    /// Organizations.
    pub organizations: BTreeSet<u32>,
}

/// The names of all [`RelatedIds`].
#[derive(Debug, Clone, Default)]
pub struct RelatedNames {
    customers: HashMap<u32, CustomerName>,
    employees: HashMap<u32, EmployeeName>,
    organizations: HashMap<u32, RecordOrganization>,
}

/// An employee in a record of an answer. One who is not in the table has no names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "员工")]
pub struct Person {
    /// 员工id
    #[schemars(extend("x-additive" = true))]
    user_id: u32,
    #[serde(flatten)]
    name: EmployeeName,
}

/// A customer in a record of an answer, also one who is hidden. One who is not in the table has no names.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(description = "客户")]
#[serde(rename_all = "camelCase")]
pub struct CustomerName {
    /// 昵称
    nick_name: String,
    /// 姓名
    real_name: String,
    /// 客户自己的单位名称，没有时是空字符串
    organization: String,
}

/// An organization in a record of an answer, also a deleted one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Group", description = "单位")]
#[serde(rename_all = "camelCase")]
pub struct RecordOrganization {
    /// 单位id
    id: u32,
    /// 单位名称
    group_name: String,
    /// 单位详情
    group_detail: String,
}

impl RelatedIds {
    /// Their names, in one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn names(&self, store: &Store) -> Result<RelatedNames> {
        let ids = |ids: &BTreeSet<u32>| ids.iter().copied().collect::<Vec<_>>();
        let (customers, organizations) = (ids(&self.customers), ids(&self.organizations));
        let branches = [store.branch(), store.branch(), store.branch()];
        let [of_customers, of_employees, of_organizations] = &branches;
        let (customers, employees, organizations) = try_join3(
            of_customers.entities::<Customer>(&customers),
            of_employees.projections(&Employee::NAMES, &self.employees),
            of_organizations.entities::<Organization>(&organizations),
        )
        .await?;
        store.join();
        let name = |(id, json): (u32, String)| {
            Ok((id, serde_json::from_str(&json).map_err(Error::unreadable::<EmployeeName>)?))
        };
        Ok(RelatedNames {
            customers: customers
                .into_iter()
                .map(|customer| (customer.id, CustomerName::from(customer)))
                .collect(),
            employees: employees.into_iter().map(name).collect::<Result<_>>()?,
            organizations: organizations
                .into_iter()
                .map(|organization| (organization.id, RecordOrganization::from(organization)))
                .collect(),
        })
    }
}

impl RelatedNames {
    /// An employee.
    pub fn employee(&self, id: u32) -> Person {
        Person { user_id: id, name: self.employees.get(&id).cloned().unwrap_or_default() }
    }

    /// Employees, in their order.
    pub fn employees(&self, ids: &[u32]) -> Vec<Person> {
        ids.iter().map(|id| self.employee(*id)).collect()
    }

    /// A customer.
    pub fn customer(&self, id: u32) -> CustomerName {
        self.customers.get(&id).cloned().unwrap_or_default()
    }

    /// An organization, if the record has one.
    pub fn organization(&self, id: Option<u32>) -> Option<RecordOrganization> {
        self.organizations.get(&id?).cloned()
    }
}

impl From<Stored<Customer>> for CustomerName {
    fn from(stored: Stored<Customer>) -> Self {
        let customer = stored.record.value;
        Self {
            nick_name: customer.nick_name,
            real_name: customer.real_name,
            organization: customer.organization_name,
        }
    }
}

impl From<Stored<Organization>> for RecordOrganization {
    fn from(stored: Stored<Organization>) -> Self {
        let organization = stored.record.value;
        Self { id: stored.id, group_name: organization.group_name, group_detail: organization.group_detail }
    }
}
