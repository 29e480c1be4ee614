//! Saving an organization: whoever creates or edits one, be it a request or an import, does it here.

use super::{Organization, OrganizationCard, Rename, continue_rename};
use crate::model::{Contract, Customer, Status, keys};
use crate::store::{Entity, Expect, Record, Store, Stored, Window, Write};
use crate::{Error, Result};
use futures_util::future::try_join;
use std::time::Duration;

/// What a rename leaves of its request's time.
const ANSWERING: Duration = Duration::from_secs(5);

impl Organization {
    /// Lets `write` create the organization `id` with its card.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be an item.
    pub fn create(&self, write: &mut Write, id: u32) -> Result<()> {
        write.create(id, self)?;
        write.put(&keys::organization_card(id), &OrganizationCard::from(self), Expect::Absent)
    }
}

/// An organization that a write creates or replaces.
pub struct SavedOrganization {
    /// Its id.
    pub id: u32,
    /// The rename that begins with the write, if it is one.
    rename: Option<Record<Rename>>,
}

impl SavedOrganization {
    /// After the commit: gives the customers the new name, as far as the request's time goes; it is `epoch` now, in seconds
    /// since 1970 UTC. The organization is written: whatever is left of the rename, others finish it.
    pub async fn continue_rename(&self, store: &Store, epoch: i64) {
        if let Some(rename) = self.rename.clone() {
            let time_limit = store.time_left().saturating_sub(ANSWERING);
            let _ = continue_rename(store, self.id, rename, epoch, time_limit).await;
        }
    }
}

/// Lets `write` create the organization `new`, or replace `old` by `new`, with its card; it is `epoch` now, in seconds since
/// 1970 UTC. One round trip, unless an edit changes neither name nor status. After the commit:
/// [`SavedOrganization::continue_rename`].
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn save_organization(
    store: &Store,
    write: &mut Write,
    old: Option<&Stored<Organization>>,
    new: &Organization,
    epoch: i64,
) -> Result<SavedOrganization> {
    let Some(old) = old else {
        let id = store.next_id(Organization::KIND).await?;
        new.create(write, id)?;
        return Ok(SavedOrganization { id, rename: None });
    };
    let mut saved = SavedOrganization { id: old.id, rename: None };
    write.replace(old, new)?;
    let card = OrganizationCard::from(new);
    if card == OrganizationCard::from(&old.record.value) {
        return Ok(saved);
    }
    let (card_key, rename_key) = (keys::organization_card(old.id), keys::rename(old.id));
    let mut items = store.get_all(&[card_key.clone(), rename_key.clone()]).await?;
    let before = items.take::<OrganizationCard>(&card_key)?;
    write.put(&card_key, &card, Expect::unchanged(before.as_ref()))?;
    if new.group_name != old.group_name {
        // A rename that is still under way begins anew, with the newest name.
        let before = items.take::<Rename>(&rename_key)?;
        let value = Rename::begun(new.updated, epoch);
        write.put(&rename_key, &value, Expect::unchanged(before.as_ref()))?;
        let revision = before.map_or(1, |before| before.revision.saturating_add(1));
        saved.rename = Some(Record { revision, author: None, value });
    }
    Ok(saved)
}

/// Refuses to hide an organization that customers or contracts belong to. Somebody may still come to it before it is hidden:
/// then they belong to a hidden organization, as after a hiding that was insisted on.
///
/// # Errors
/// [`Error::InUse`] if there are any, [`Error::Busy`] if the database does not answer.
pub async fn check_not_in_use(store: &Store, organization: u32) -> Result<()> {
    let (for_customers, for_contracts) = (store.branch(), store.branch());
    let (customers, contracts) =
        ([Customer::of(Status::Enabled, organization)], [Contract::of_organization(organization)]);
    let (customers, contracts) =
        try_join(for_customers.total(&customers, Window::ALL), for_contracts.total(&contracts, Window::ALL))
            .await?;
    store.join();
    match (customers.count, contracts.count) {
        (0, 0) => Ok(()),
        (customers, contracts) => Err(Error::InUse { customers, contracts }),
    }
}
