//! Looking up the records that a write refers to.
//!
//! All of them are looked up in one round trip, in which the ids of new records are reserved too. The write does not depend on
//! what was found: a customer or an organization may be hidden before it is done, as they may be right after it. A condition
//! would be on an item that all writers share, and on AWS such conditions conflict.

use super::{Customer, Employee, MissingReference, OrganizationCard, ReferenceRole, Status, keys};
use crate::store::{Entity, Key, Kind, Store};
use crate::{Error, Patch, Result};
use futures_util::future::{try_join_all, try_join3};
use std::collections::BTreeSet;

/// The ids that a write refers to. An edit leaves out the ids that it does not change: they need not exist any more.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// The customer.
    pub customer: Option<u32>,
    /// The organization.
    pub organization: Option<u32>,
    /// Employees, by the part that they play.
    pub employees: Vec<(ReferenceRole, Vec<u32>)>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct LookedUp {
    /// The organization of the customer, if the write refers to a customer and they have one.
    pub customers_organization: Option<u32>,
    /// A new id for each kind that was asked for.
    pub new_ids: Vec<u32>,
}

impl References {
    /// The id that an edit sends, unless the record `has` it already: then it need not exist any more.
    pub fn new_id(sent: Patch<u32>, has: Option<u32>) -> Option<u32> {
        sent.value().filter(|id| has != Some(*id))
    }

    /// As [`References::new_id`], of several.
    pub fn new_ids(sent: Patch<Vec<u32>>, has: Option<&Vec<u32>>) -> Vec<u32> {
        let mut ids = sent.value().unwrap_or_default();
        ids.retain(|id| has.is_none_or(|has| !has.contains(id)));
        ids
    }

    /// Those that the record that is edited does not have `before`.
    pub fn without(mut self, before: &Self) -> Self {
        self.customer = self.customer.filter(|id| before.customer != Some(*id));
        self.organization = self.organization.filter(|id| before.organization != Some(*id));
        for (role, ids) in &mut self.employees {
            let had = |id: &u32| before.employees.iter().any(|(had, ids)| had == role && ids.contains(id));
            ids.retain(|id| !had(id));
        }
        self
    }

    /// Looks all of them up, and reserves an id of each of `new_kinds`.
    ///
    /// # Errors
    /// [`Error::MissingReferences`] if one does not exist or was deleted, [`Error::Busy`] if the database does not answer.
    pub async fn look_up(&self, store: &Store, new_kinds: &[Kind]) -> Result<LookedUp> {
        self.look_up_with(store, new_kinds, Status::is_enabled).await
    }

    /// Looks all of them up; they may be hidden.
    ///
    /// # Errors
    /// [`Error::MissingReferences`] if one does not exist, [`Error::Busy`] if the database does not answer.
    pub async fn look_up_hidden(&self, store: &Store) -> Result<()> {
        self.look_up_with(store, &[], |_| true).await.map(drop)
    }

    async fn look_up_with(
        &self,
        store: &Store,
        new_kinds: &[Kind],
        is_accepted: fn(Status) -> bool,
    ) -> Result<LookedUp> {
        let customer = self.customer.map(|id| (id, Key::entity(Customer::KIND, id)));
        let card = self.organization.map(|id| (id, keys::organization_card(id)));
        let item_keys: Vec<_> = customer.iter().chain(&card).map(|(_, key)| key.clone()).collect();
        let employees: BTreeSet<_> = self.employees.iter().flat_map(|(_, ids)| ids).copied().collect();
        let [for_items, for_employees, for_ids] = [store.branch(), store.branch(), store.branch()];
        let (mut found, known, new_ids) = try_join3(
            for_items.get_all(&item_keys),
            for_employees.projections(&Employee::NAMES, &employees),
            try_join_all(new_kinds.iter().map(|kind| for_ids.branch().into_next_id(*kind))),
        )
        .await?;
        store.join();

        let mut missing = Vec::new();
        let mut customers_organization = None;
        if let Some((id, key)) = customer {
            let customer = found.take::<Customer>(&key)?.map(|customer| customer.value);
            match customer.filter(|customer| is_accepted(customer.status)) {
                Some(customer) => customers_organization = customer.organization,
                None => missing.push(MissingReference { role: ReferenceRole::Customer, ids: vec![id] }),
            }
        }
        if let Some((id, key)) = card {
            let card = found.take::<OrganizationCard>(&key)?;
            if !card.is_some_and(|card| is_accepted(card.value.status)) {
                missing.push(MissingReference { role: ReferenceRole::Organization, ids: vec![id] });
            }
        }
        for (role, ids) in &self.employees {
            let ids: Vec<_> = ids.iter().copied().filter(|id| !known.contains_key(id)).collect();
            missing.extend((!ids.is_empty()).then_some(MissingReference { role: *role, ids }));
        }
        let mut missing = missing.into_iter();
        if let Some(first) = missing.next() {
            return Err(Error::MissingReferences(first, missing.collect()));
        }
        Ok(LookedUp { customers_organization, new_ids })
    }

    /// As [`References::look_up`], for a new `T`: answers its id.
    ///
    /// # Errors
    /// As [`References::look_up`].
    pub async fn look_up_new<T: Entity>(&self, store: &Store) -> Result<u32> {
        let found = self.look_up(store, &[T::KIND]).await?;
        found.new_ids.first().copied().ok_or_else(|| Error::internal("no id was reserved"))
    }
}
