//! Saving a customer: whoever creates or edits one, be it a request or an import, does it here.

use super::{Allowance, Customer, OwnerLimit};
use crate::log::short;
use crate::model::{MissingReference, OrganizationCard, ReferenceRole, References, follow_rename, keys};
use crate::store::{Entity, Holders, ReadItems, Record, Store, Stored, UniqueValue, Write};
use crate::{Error, Result};
use futures_util::future::try_join;

/// A customer that a write creates or replaces.
pub struct SavedCustomer {
    /// Their id.
    pub id: u32,
    /// The organization that they come to with the write.
    organization: Option<u32>,
}

impl SavedCustomer {
    /// After the commit: gives the customer the newest name of the organization that they have come to, in case it was
    /// renamed meanwhile. If this fails or never happens, the rename's second walk does it.
    pub async fn follow_rename(&self, store: &Store) {
        if let Some(organization) = self.organization
            && let Err(cause) = follow_rename(store, organization, self.id).await
        {
            tracing::warn!(
                cause = short(cause),
                organization,
                customer = self.id,
                "a rename is left to its second walk"
            );
        }
    }
}

/// By which rules a customer is saved.
#[derive(Debug, Clone, Copy, Default)]
pub struct SaveOptions {
    /// The id of a new customer, where one was reserved before.
    pub id: Option<u32>,
    /// Whether they may have the phone number of another customer.
    pub allow_duplicate: bool,
    /// How many visible customers an employee may own.
    pub owner_limit: OwnerLimit,
}

/// Lets `write` create the customer `new`, or replace `old` by `new`, with the name of their organization and their phone
/// number. One round trip, and two more under a limit of customers. After the commit: [`SavedCustomer::follow_rename`].
///
/// # Errors
/// [`Error::MissingReferences`] if the customer comes to an organization that does not exist or was deleted, or is created for
/// an owner who does not exist,
/// [`Error::Taken`] if another customer has the phone number, [`Error::SharedByTooMany`] if too many have it,
/// [`Error::TooManyOwned`] if the owner would have more customers than they may,
/// [`Error::Busy`] if the database does not answer.
pub async fn save_customer(
    store: &Store,
    write: &mut Write,
    old: Option<&Stored<Customer>>,
    mut new: Customer,
    options: SaveOptions,
) -> Result<SavedCustomer> {
    let (for_items, for_id) = (store.branch(), store.branch());
    let id = async {
        match old {
            Some(old) => Ok(old.id),
            None => match options.id {
                Some(id) => owner(&new).look_up(&for_id, &[]).await.map(|_| id),
                None => owner(&new).look_up_new::<Customer>(&for_id).await,
            },
        }
    };
    let (mut context, id) = try_join(Context::read(&for_items, old, &new), id).await?;
    store.join();
    let organization = context.set_organization(&mut new)?;
    context.hold_phone(write, id, old, &new, options.allow_duplicate)?;
    if let Some((owner, limit)) = gaining(old, &new).zip(options.owner_limit) {
        Allowance::new(owner, limit).take(store, write).await?;
    }
    match old {
        Some(old) => write.replace(old, &new)?,
        None => write.create(id, &new)?,
    }
    Ok(SavedCustomer { id, organization })
}

/// Lets `write` replace `old` by `new`, of whom nothing personal is left, and who gives their phone number up; `kept` is kept
/// of the old version. At most one round trip.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub(in crate::model) async fn replace_forgotten(
    store: &Store,
    write: &mut Write,
    old: &Stored<Customer>,
    kept: &Customer,
    new: &Customer,
) -> Result<()> {
    let mut context = Context::read(store, Some(old), new).await?;
    context.hold_phone(write, old.id, Some(old), new, true)?;
    write.replace_keeping(old, kept, new)
}

/// What else the write depends on: the card of the customer's organization, where it must be known, and the holders of the
/// phone numbers that are claimed or released.
struct Context {
    organization: Option<(u32, Option<Record<OrganizationCard>>)>,
    /// Whether the customer comes to the organization with this write.
    is_new_there: bool,
    items: ReadItems,
}

impl Context {
    async fn read(store: &Store, old: Option<&Stored<Customer>>, new: &Customer) -> Result<Self> {
        let old = old.map(|old| &old.record.value);
        let is_new_there = old.is_none_or(|old| old.organization != new.organization);
        // A customer who was hidden may have missed a rename of the organization.
        let is_shown_again = old.is_some_and(|old| old.status != new.status);
        let organization = new.organization.filter(|_| is_new_there || is_shown_again);
        let card = organization.map(keys::organization_card);
        let (old_phone, new_phone) = (phones(old), phones(Some(new)));
        let phones =
            old_phone.iter().chain(&new_phone).filter(|_| old_phone != new_phone).map(UniqueValue::key);
        let keys: Vec<_> = card.iter().cloned().chain(phones).collect();
        let mut items = store.get_all(&keys).await?;
        let card = card.map(|key| items.take::<OrganizationCard>(&key)).transpose()?;
        Ok(Self { organization: organization.zip(card), is_new_there, items })
    }

    /// Gives the customer the organization's name. An organization that the customer comes to must not be hidden. Answers the
    /// organization whose name was read.
    fn set_organization(&mut self, new: &mut Customer) -> Result<Option<u32>> {
        if new.organization.is_none() {
            new.organization_name.clear();
        }
        let Some((id, card)) = self.organization.take() else { return Ok(None) };
        let card = card.filter(|card| !self.is_new_there || card.value.status.is_enabled());
        let missing = || {
            let role = ReferenceRole::Organization;
            Error::MissingReferences(MissingReference { role, ids: vec![id] }, Vec::new())
        };
        new.organization_name = card.ok_or_else(missing)?.value.name;
        Ok(Some(id))
    }

    /// Releases the old phone number and claims the new one, unless they are spelled the same.
    fn hold_phone(
        &mut self,
        write: &mut Write,
        id: u32,
        old: Option<&Stored<Customer>>,
        new: &Customer,
        allow_duplicate: bool,
    ) -> Result<()> {
        let (old_phones, new_phones) = (phones(old.map(|old| &old.record.value)), phones(Some(new)));
        if old_phones == new_phones {
            return Ok(());
        }
        let claimed = new.unique_values().pop();
        for value in old_phones.iter().filter(|value| Some(*value) != claimed.as_ref()) {
            let holders = self.items.take::<Holders>(&value.key())?;
            if holders.as_ref().is_some_and(|holders| holders.value.has(id)) {
                write.share(value, holders.as_ref(), id, false)?;
            }
        }
        let Some(claimed) = claimed else { return Ok(()) };
        let holders = self.items.take::<Holders>(&claimed.key())?;
        let mut others = holders.as_ref().and_then(|holders| holders.value.other_than(Some(id)));
        for value in new_phones.iter().filter(|value| **value != claimed) {
            let former = self.items.take::<Holders>(&value.key())?;
            others = others.or(former.and_then(|holders| holders.value.other_than(Some(id))));
        }
        if let Some(id) = others.filter(|_| !allow_duplicate) {
            return Err(Error::Taken { unique: Customer::PHONE, id });
        }
        write.share(&claimed, holders.as_ref(), id, true)
    }
}

/// The owner who has one visible customer more by this.
fn gaining(old: Option<&Stored<Customer>>, new: &Customer) -> Option<u32> {
    let is_shown = new.status.is_enabled() && old.is_none_or(|old| !old.status.is_enabled());
    new.owner.filter(|_| is_shown)
}

/// The owner of a new customer, unless it is whoever creates them.
fn owner(new: &Customer) -> References {
    let owner = new.owner.filter(|_| new.owner != new.creator);
    References {
        employees: vec![(ReferenceRole::Owner, owner.into_iter().collect())],
        ..References::default()
    }
}

/// The phone number that a customer holds, as it is compared, and as it was in version 0.1 if that was otherwise: there its
/// holders may still stand.
fn phones(customer: Option<&Customer>) -> Vec<UniqueValue> {
    let values = |customer: &Customer| {
        let mut values = [customer.unique_values(), customer.former_values()].concat();
        values.dedup();
        values
    };
    customer.map(values).unwrap_or_default()
}
