//! The ids that a write names.
//!
//! All of them are looked up in one round trip, and what could be taken away before the write is done is a condition of
//! it: the revision of the customer (who may be hidden, or come to another organization), and the revision of the
//! organization's card (it may be deleted). They cost 2 WCU each. Employees are never deleted, so that they need no
//! condition.

use super::{Customer, Employee, OrganizationCard};
use crate::store::{Expect, Key, Kind, Store, Write};
use crate::{Error, Result};
use futures_util::future::try_join;
use std::collections::BTreeSet;

/// The ids that a write names; those that an edit leaves as they are need not be there any more.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// `customers_id`
    pub customer: Option<u32>,
    /// `organization_id`
    pub organization: Option<u32>,
    /// Employees, by the parameters that name them.
    pub employees: Vec<(&'static str, Vec<u32>)>,
}

impl References {
    /// Looks them up, and lets `write` depend on them. Answers the organization of the customer, if one is named.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the parameter that names what does not exist or was deleted, [`Error::Busy`] if the
    /// database does not answer.
    pub async fn look_up(&self, store: &Store, write: &mut Write) -> Result<Option<u32>> {
        let customer = self.customer.map(|id| Key::entity(Kind::Customer, id));
        let card = self.organization.map(Key::organization_card);
        let keys: Vec<_> = customer.iter().chain(&card).cloned().collect();
        let employees: BTreeSet<_> = self.employees.iter().flat_map(|(_, ids)| ids).copied().collect();
        let (of_items, of_employees) = (store.branch(), store.branch());
        let items = of_items.get_all(&keys);
        let (mut found, known) =
            try_join(items, of_employees.coverings(&Employee::CARDS, &employees)).await?;
        store.join();

        let mut organization = None;
        if let Some(key) = customer {
            let customer =
                found.take::<Customer>(&key)?.filter(|customer| customer.value.status.is_enabled());
            let customer = customer.ok_or_else(|| Error::invalid("customers_id", "客户不存在"))?;
            write.check(&key, Expect::Revision(customer.revision));
            organization = customer.value.organization;
        }
        if let Some(key) = card {
            let card = found.take::<OrganizationCard>(&key)?.filter(|card| card.value.status.is_enabled());
            let card = card.ok_or_else(|| Error::invalid("organization_id", "单位不存在"))?;
            write.check(&key, Expect::Revision(card.revision));
        }
        for (field, ids) in &self.employees {
            if let Some(unknown) = ids.iter().find(|id| !known.contains_key(id)) {
                return Err(Error::invalid(field, format!("员工{unknown}不存在")));
            }
        }
        Ok(organization)
    }
}
