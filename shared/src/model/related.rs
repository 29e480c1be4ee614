//! The names that the rows of records show, read for a whole page in one round trip.

use super::{Customer, Employee, EmployeeName, Organization, OrganizationCard, keys};
use crate::store::{Store, Stored};
use crate::{Error, Result};
use futures_util::future::try_join4;
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
    /// Organizations that are shown with their details.
    pub organizations: BTreeSet<u32>,
    /// Organizations of which only the name is shown.
    pub organization_names: BTreeSet<u32>,
}

/// The names of all [`RelatedIds`].
#[derive(Debug, Clone, Default)]
pub struct RelatedNames {
    customers: HashMap<u32, CustomerName>,
    employees: HashMap<u32, EmployeeName>,
    organizations: HashMap<u32, RecordOrganization>,
    organization_names: HashMap<u32, String>,
}

/// The most customers, and the most organizations, whose names are kept for later: the details of these may be long.
const KEPT: (usize, usize) = (20_000, 1000);

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
    /// These employees, and nothing else.
    pub fn of_employees(employees: impl IntoIterator<Item = u32>) -> Self {
        Self { employees: employees.into_iter().collect(), ..Self::default() }
    }

    /// Their names, in one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn names(&self, store: &Store) -> Result<RelatedNames> {
        let ids = |ids: &BTreeSet<u32>| ids.iter().copied().collect::<Vec<_>>();
        let (customers, organizations) = (ids(&self.customers), ids(&self.organizations));
        let branches = [store.branch(), store.branch(), store.branch(), store.branch()];
        let [of_customers, of_employees, of_organizations, of_names] = &branches;
        let (customers, employees, organizations, organization_names) = try_join4(
            of_customers.entities::<Customer>(&customers),
            of_employees.projections(&Employee::NAMES, &self.employees),
            of_organizations.entities::<Organization>(&organizations),
            organization_names(of_names, &self.organization_names),
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
            organization_names,
        })
    }
}

/// The names of organizations. Those that were last written before [`Organization::NAMES`] was there, and no repair has come
/// since, have cards: a round trip more.
async fn organization_names(store: &Store, ids: &BTreeSet<u32>) -> Result<HashMap<u32, String>> {
    let mut names = store.projections(&Organization::NAMES, ids).await?;
    let missing: Vec<_> = ids.iter().copied().filter(|id| !names.contains_key(id)).collect();
    if missing.is_empty() {
        return Ok(names);
    }
    let keys: Vec<_> = missing.iter().map(|id| keys::organization_card(*id)).collect();
    let mut cards = store.get_all(&keys).await?;
    for (id, key) in missing.into_iter().zip(&keys) {
        names.extend(cards.take::<OrganizationCard>(key)?.map(|card| (id, card.value.name)));
    }
    Ok(names)
}

impl Person {
    /// The employee `user_id`, who is called `name`.
    pub fn new(user_id: u32, name: EmployeeName) -> Self {
        Self { user_id, name }
    }
}

impl RelatedNames {
    /// Adds the names of `related` that are not there yet, in one round trip. What is there from before may be forgotten.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn complete(&mut self, store: &Store, mut related: RelatedIds) -> Result<()> {
        let (customers, organizations) = KEPT;
        if self.customers.len() > customers || self.organizations.len() > organizations {
            *self = Self::default();
        }
        related.customers.retain(|id| !self.customers.contains_key(id));
        related.employees.retain(|id| !self.employees.contains_key(id));
        related.organizations.retain(|id| !self.organizations.contains_key(id));
        related.organization_names.retain(|id| !self.organization_names.contains_key(id));
        let Self { customers, employees, organizations, organization_names } = related.names(store).await?;
        self.customers.extend(customers);
        self.employees.extend(employees);
        self.organizations.extend(organizations);
        self.organization_names.extend(organization_names);
        Ok(())
    }

    /// An employee.
    pub fn employee(&self, id: u32) -> Person {
        Person::new(id, self.employees.get(&id).cloned().unwrap_or_default())
    }

    /// Employees, in their order.
    pub fn employees(&self, ids: &[u32]) -> Vec<Person> {
        ids.iter().map(|id| self.employee(*id)).collect()
    }

    /// An employee, if there is one: whoever entered a record, or owns a customer.
    pub fn known(&self, id: Option<u32>) -> Option<Person> {
        id.map(|id| self.employee(id))
    }

    /// A customer.
    pub fn customer(&self, id: u32) -> CustomerName {
        self.customers.get(&id).cloned().unwrap_or_default()
    }

    /// The name of an organization; empty for none.
    pub fn organization_name(&self, id: Option<u32>) -> String {
        id.and_then(|id| self.organization_names.get(&id)).cloned().unwrap_or_default()
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
