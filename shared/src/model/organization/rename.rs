//! Renaming an organization: its customers are found by its name, so each of them has to get the new one.
//!
//! The organization and a [`Rename`] are written in one transaction. Then a walk goes through the customers, oldest edit
//! first, and writes each in a commit of its own, on condition that the name is still the newest. A customer that is edited
//! meanwhile moves towards the newest end, so the walk misses none. A customer that comes to the organization meanwhile is
//! written on condition of its [`OrganizationCard`]: they have the new name, or were there before the rename began. Until
//! its turn a customer is found by the old name and shows it.
//!
//! The writer walks for as long as a request may take. If it has not finished by then, or dies, the next search for a name
//! or the sweeper takes over, once the writer has not been heard of for ten seconds. Two that walk at the same time do no
//! harm, only work.

use super::OrganizationCard;
use crate::model::{Customer, keys};
use crate::store::{Author, Entity, Expect, Key, Point, Record, Store, Write};
use crate::{Error, Result};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A rename under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// The last customer that the walk has passed; none at first. All up to them have the new name.
    after: Option<Point>,
    /// The lease of the process that walks, in seconds since 1970 UTC. Nobody else takes over before it ends.
    until: i64,
}

/// Seconds of a lease: a process that has not renewed it is thought dead.
const LEASE: i64 = 10;
/// Customers between two renewals of the lease.
const BATCH: u32 = 100;
/// Customers that are written at once.
const AT_ONCE: usize = 8;
/// For how long a customer that others keep editing is tried again.
const STALE_LIMIT: Duration = Duration::from_secs(8);

impl Rename {
    /// A rename that begins at `epoch`.
    pub fn begun(epoch: i64) -> Self {
        Self { after: None, until: epoch + LEASE }
    }
}

/// Takes over the renames whose lease has ended, for at most `time_limit`; it is `epoch` now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn resume_renames(store: &Store, epoch: i64, time_limit: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut all = Ok(());
    for (organization, rename) in store.numbered::<Rename>(keys::RENAMES).await? {
        if rename.value.until <= epoch {
            // One that cannot go on does not stop the others.
            let time_limit = time_limit.saturating_sub(begun.elapsed());
            all = continue_rename(store, organization, rename, epoch, time_limit).await.and(all);
        }
    }
    all
}

/// Goes on with a rename as it was read, until it is done, another process has taken over, or the time is up.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn continue_rename(
    store: &Store,
    organization: u32,
    mut rename: Record<Rename>,
    epoch: i64,
    time_limit: Duration,
) -> Result<()> {
    let begun = Instant::now();
    let key = keys::rename(organization);
    loop {
        let of = Customer::of(organization);
        let mut customers = store.after(&of, rename.value.after, BATCH).await?;
        if customers.is_empty() {
            // A query may run between the two halves of an edit, after an entry was deleted and before the new one is
            // put: it is the end only if there is still nobody.
            customers = store.after(&of, rename.value.after, BATCH).await?;
        }
        let ids: Vec<_> = customers.iter().map(|entry| entry.point.id).collect();
        let renamed = iter(ids.into_iter().map(|id| rename_customer(store, organization, id)));
        renamed.buffer_unordered(AT_ONCE).try_collect::<()>().await?;

        let last = customers.last().map(|entry| entry.point);
        let paused = begun.elapsed() >= time_limit;
        let mut write = Write::new(Author::SYSTEM);
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
            // The organization was renamed once more, or another process has taken over.
            Err(Error::Stale) => return Ok(()),
            Err(error) => return Err(error),
            Ok(()) if last.is_none() || paused => return Ok(()),
            Ok(()) => {}
        }
    }
}

/// Gives a customer the newest name of the organization, if they still belong to it.
async fn rename_customer(store: &Store, organization: u32, id: u32) -> Result<()> {
    let begun = Instant::now();
    let key = keys::organization_card(organization);
    loop {
        let mut found = store.get_all(&[Key::entity(Customer::KIND, id), key.clone()]).await?;
        let card = found.take::<OrganizationCard>(&key)?;
        let Some(card) = card else { return Ok(()) };
        let customer = found.take_entity::<Customer>(id)?;
        let due = |customer: &Customer| {
            customer.organization == Some(organization) && customer.organization_name != card.value.name
        };
        let Some(customer) = customer.filter(|customer| due(customer)) else { return Ok(()) };
        let renamed =
            Customer { organization_name: card.value.name.clone(), ..customer.record.value.clone() };
        let mut write = Write::new(Author::SYSTEM);
        // Neither the customer nor the name may have changed since they were read.
        write.refresh(&customer, &renamed)?;
        write.check(&key, Expect::Revision(card.revision));
        match store.commit(write).await {
            Err(Error::Stale) if begun.elapsed() < STALE_LIMIT => {}
            other => return other,
        }
    }
}
