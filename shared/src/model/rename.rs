//! Renaming an organization: its customers are found by its name, so each of them has to learn the new one.
//!
//! The organization and a [`Rename`] are written in one transaction. Then the customers are gone through, oldest edit
//! first, each in a commit of its own, on condition that the name is still the newest. A customer that is edited
//! meanwhile moves towards the newest end, so none is missed; one that comes to the organization meanwhile is written on
//! condition of its [`OrganizationCard`] and so has the new name, or was there before the rename began. Until its turn a
//! customer is found by the old name and shows it.
//!
//! Whoever renames goes on for as long as a request may take. What is left then, or when it dies, is taken up by the
//! next search for a name, and by the sweeper: once whoever was at it has not been heard of for ten seconds. That two do the
//! same is no harm, only work.

use super::{Customer, OrganizationCard};
use crate::store::{Author, Expect, Key, Point, Record, Store, Write};
use crate::time::Time;
use crate::{Error, Result};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A rename under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// Up to which customer of the organization, in the order of their last edits, all know the name.
    after: Option<Point>,
    /// Until when somebody is at work on it whom nobody need help, in seconds since 1970 UTC.
    until: i64,
}

/// Seconds after which somebody who has not been heard of is thought dead.
const LEASE: i64 = 10;
/// Customers between two marks of how far it has come.
const STRETCH: u32 = 100;
/// Customers at once.
const AT_ONCE: usize = 8;

impl Rename {
    /// A rename that begins at `epoch`.
    pub fn begun(epoch: i64) -> Self {
        Self { after: None, until: epoch + LEASE }
    }
}

/// Takes up what nobody is at work on, for at most so long; it is `epoch` now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn resume(store: &Store, epoch: i64, patience: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut all = Ok(());
    for (organization, rename) in store.renames::<Rename>().await? {
        if rename.value.until <= epoch {
            // One that cannot go on is not in the way of the others.
            let patience = patience.saturating_sub(begun.elapsed());
            all = run(store, organization, rename, epoch, patience).await.and(all);
        }
    }
    all
}

/// Goes on with a rename as it was read, until it is done, somebody else is at it, or the time is up.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn run(
    store: &Store,
    organization: u32,
    mut rename: Record<Rename>,
    epoch: i64,
    patience: Duration,
) -> Result<()> {
    let begun = Instant::now();
    let key = Key::rename(organization);
    loop {
        let of = Customer::of(organization);
        let mut customers = store.after(&of, rename.value.after, STRETCH).await?;
        if customers.is_empty() {
            // A query may come between the two halves of an edit, which takes an entry away and puts another: it is
            // the end only if there is still nobody.
            customers = store.after(&of, rename.value.after, STRETCH).await?;
        }
        let ids: Vec<_> = customers.iter().map(|entry| entry.point.id).collect();
        let told = iter(ids.into_iter().map(|id| tell(store, organization, id)));
        told.buffer_unordered(AT_ONCE).try_collect::<()>().await?;

        let last = customers.last().map(|entry| entry.point);
        let paused = begun.elapsed() >= patience;
        let mut write = Write::new(AUTHOR);
        let expect = Expect::Revision(rename.revision);
        let now = epoch.saturating_add(i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX));
        let until = if paused { 0 } else { now.saturating_add(LEASE) };
        match last {
            Some(_) => {
                rename.value = Rename { after: last, until };
                write.put(&key, &rename.value, expect)?;
                rename.revision = rename.revision.saturating_add(1);
            }
            None => write.delete(&key, expect),
        }
        match store.commit(write).await {
            // It was renamed once more, or somebody else has taken it up.
            Err(Error::Stale) => return Ok(()),
            Err(error) => return Err(error),
            Ok(()) if last.is_none() || paused => return Ok(()),
            Ok(()) => {}
        }
    }
}

/// The system itself: customers are not edited by this.
const AUTHOR: Author = Author { employee: 0, at: Time(0) };

/// Sees to it that a customer has the newest name of the organization, if they are still of it.
async fn tell(store: &Store, organization: u32, id: u32) -> Result<()> {
    let begun = Instant::now();
    let key = Key::organization_card(organization);
    loop {
        let mut found = store.get_all(&[Key::entity(crate::store::Kind::Customer, id), key.clone()]).await?;
        let card = found.take::<OrganizationCard>(&key)?;
        let Some(card) = card else { return Ok(()) };
        let customer = found.take_entity::<Customer>(id)?;
        let due = |customer: &Customer| {
            customer.organization == Some(organization) && customer.organization_name != card.value.name
        };
        let Some(customer) = customer.filter(|customer| due(customer)) else { return Ok(()) };
        let renamed =
            Customer { organization_name: card.value.name.clone(), ..customer.record.value.clone() };
        let mut write = Write::new(AUTHOR);
        // Neither the customer nor the name may be another by now.
        write.refresh(&customer, &renamed)?;
        write.check(&key, Expect::Revision(card.revision));
        match store.commit(write).await {
            Err(Error::Stale) if begun.elapsed() < crate::store::PATIENCE => {}
            other => return other,
        }
    }
}
