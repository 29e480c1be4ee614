//! A customer's page: the customer, their organization, and the newest records.

use super::{
    Area, Contract, ContractRow, Customer, CustomerRow, Demand, DemandRow, Follow, FollowRow, Organization,
    OrganizationRow, Plan, PlanRow, Projected, RecordsWithNames, Satisfaction, SatisfactionRow,
};
use crate::store::{Entity, Listing, Order, Slice, Store, Window};
use crate::{Error, Result};
use futures_util::future::{try_join, try_join5};
use schemars::JsonSchema;
use serde::Serialize;

/// So many records of each kind are shown.
const NEWEST: u32 = 5;

/// What a customer's page shows. Kinds that somebody may not see are left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "客户的页面：资料、单位和各种最新的记录，没有权限的是null")]
pub struct CustomerOverview {
    /// 客户，也可以是隐藏的
    customer: CustomerRow,
    /// 客户的单位，没有时是null
    organization: Option<OrganizationRow>,
    /// 跟进记录
    follow: Option<Newest<FollowRow>>,
    /// 需求变更记录
    demand: Option<Newest<DemandRow>>,
    /// 满意度记录
    satisfy: Option<Newest<SatisfactionRow>>,
    /// 客户的单位的合同
    contract: Option<Newest<ContractRow>>,
    /// 计划，未完成的和已完成的，按计划的时间从新到旧
    plan: Option<Newest<PlanRow>>,
}

/// The newest records of a kind, and how many there are.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Newest{R}", description = "最新的几条记录和总数，包括将来的")]
pub struct Newest<R> {
    /// 最新的五条，从新到旧
    data: Vec<R>,
    /// 总数
    total: u64,
}

/// The customer, the organization and its contracts.
type Parties = (CustomerRow, Option<OrganizationRow>, Option<Newest<ContractRow>>);

impl CustomerOverview {
    /// The page of the customer `id`, who may be hidden, for somebody who may see what is of the areas that `may_see` says.
    /// Four round trips.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such customer, [`Error::Stale`] if a record with long texts was written meanwhile,
    /// [`Error::Busy`] if the database does not answer.
    pub async fn read(store: &Store, id: u32, may_see: impl Fn(Area) -> bool) -> Result<Self> {
        let records = may_see(Area::Record);
        let (parties, follow, demand, satisfy, plan) = try_join5(
            parties(store.branch(), id, may_see(Area::Contract)),
            newest::<Follow>(store.branch(), records.then(|| Follow::of_customer(id))),
            newest::<Demand>(store.branch(), records.then(|| Demand::of_customer(id))),
            newest::<Satisfaction>(
                store.branch(),
                may_see(Area::Feedback).then(|| Satisfaction::of_customer(id)),
            ),
            newest::<Plan>(store.branch(), records.then(|| Plan::of_customer(id))),
        )
        .await?;
        store.join();
        let (customer, organization, contract) = parties;
        Ok(Self { customer, organization, follow, demand, satisfy, contract, plan })
    }
}

impl<R> Newest<R> {
    const NONE: Self = Self { data: Vec::new(), total: 0 };
}

/// The customer, and what depends on their organization.
async fn parties(store: Store, id: u32, with_contracts: bool) -> Result<Parties> {
    let customer = store.entity::<Customer>(id).await?.ok_or(Error::NotFound(Customer::KIND))?;
    let organization = customer.organization;
    let (for_rows, for_contracts) = (store.branch(), store.branch());
    let rows = async {
        let ids: Vec<_> = organization.into_iter().collect();
        let organizations = for_rows.entities::<Organization>(&ids).await?;
        let customer = CustomerRow::of(&for_rows, vec![(id, customer.record.value)]).await?;
        Result::Ok((customer, OrganizationRow::of(&for_rows, &organizations).await?))
    };
    let contracts = organization.filter(|_| with_contracts).map(Contract::of_organization);
    let ((customer, organizations), contracts) =
        try_join(rows, newest::<Contract>(for_contracts, contracts)).await?;
    store.join();
    let customer = customer.into_iter().next().ok_or_else(|| Error::internal("no row of a customer"))?;
    let contracts = contracts.or_else(|| with_contracts.then_some(Newest::NONE));
    Ok((customer, organizations.into_iter().next(), contracts))
}

/// The newest records in a listing, with names.
async fn newest<T: Projected>(store: Store, listing: Option<Listing>) -> Result<Option<Newest<T::Row>>> {
    let Some(listing) = listing else { return Ok(None) };
    let slice = Slice { skip: 0, take: NEWEST };
    let found = store.page(&[listing], Window::ALL, Order::Descending, slice).await?;
    let records = RecordsWithNames::<T>::of_entries(&store, &found.entries).await?;
    Ok(Some(Newest { data: records.rows(), total: found.total }))
}
