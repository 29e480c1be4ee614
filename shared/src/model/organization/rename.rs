//! Renaming an organization: its customers are found by its name, so each of them has to get the new one.
//!
//! The organization and a [`Rename`] are written in one transaction. Then a walk goes through the customers, oldest edit
//! first, and writes each in a commit of its own, on condition that the customer is as it was read. A customer that is edited
//! meanwhile moves towards the newest end, so the walk misses none. Until its turn a customer is found by the old name and
//! shows it.
//!
//! **Customers who come meanwhile.** No write of a customer has a condition on the organization, which all customers share:
//! on AWS such conditions conflict. So somebody may read the old name, and write a customer with it after the walk is done.
//! They look at the name again after their commit ([`follow_rename`]). In case they die before that, a second walk goes through
//! the customers that were edited since the rename began, once the longest request that could have read the old name is over.
//!
//! **Who walks.** The writer does, for as long as its request may take. A lease, which every batch renews, keeps others away.
//! Once it has ended, the next search for a name or the sweeper takes over. Taking the lease is a conditional write, so only
//! one of many does.

use super::OrganizationCard;
use crate::model::{Customer, Status, keys};
use crate::store::{Author, Entity, Expect, Key, Point, Record, Store, Write};
use crate::time::Time;
use crate::{Error, Result};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A rename under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// The last customer that the walk has passed, or one before; none at first. All up to them have the new name.
    after: Option<Point>,
    /// Nobody else takes over before this moment, in seconds since 1970 UTC: the end of the lease of the process that walks,
    /// or the beginning of the second walk.
    until: i64,
    /// The second walk, during the first. A rename that version 0.1 has written needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second: Option<SecondWalk>,
}

/// The walk through the customers who may have come with the old name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct SecondWalk {
    /// The oldest edit that it looks at.
    from: Time,
    /// When it begins, in seconds since 1970 UTC.
    begins: i64,
}

/// Seconds after which no request goes on any more, with a margin for clocks that differ: Lambda ends it after 29.
const LONGEST_REQUEST: u32 = 60;
/// Seconds of a lease: a process that has not renewed it is thought dead.
const LEASE: i64 = 10;
/// Customers between two renewals of the lease.
const BATCH: u32 = 100;
/// Customers that are written at once.
const AT_ONCE: usize = 12;
/// For how long a customer that others keep editing is tried again.
const STALE_LIMIT: Duration = Duration::from_secs(8);

impl Rename {
    /// A rename that begins at `now`, which is `epoch` in seconds since 1970 UTC.
    pub fn begun(now: Time, epoch: i64) -> Self {
        let from = Time(now.0.saturating_sub(LONGEST_REQUEST));
        let begins = epoch.saturating_add(i64::from(LONGEST_REQUEST));
        Self { after: None, until: epoch.saturating_add(LEASE), second: Some(SecondWalk { from, begins }) }
    }

    /// What is left once the walk has come to its end; nothing after the second.
    fn next_walk(&self) -> Option<Self> {
        self.second.map(|SecondWalk { from, begins }| Self {
            after: from.0.checked_sub(1).map(|score| Point::new(score, u32::MAX)),
            until: begins,
            second: None,
        })
    }
}

/// Takes over the renames whose lease has ended, for at most `time_limit`; it is `epoch` now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn resume_renames(store: &Store, epoch: i64, time_limit: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut all = Ok(());
    for (organization, mut rename) in store.numbered::<Rename>(keys::RENAMES).await? {
        if rename.value.until > epoch {
            continue;
        }
        let leased = Rename { until: epoch.saturating_add(LEASE), ..rename.value.clone() };
        if save(store, organization, &mut rename, Some(leased)).await? {
            // One that cannot go on does not stop the others.
            let time_limit = time_limit.saturating_sub(begun.elapsed());
            all = continue_rename(store, organization, rename, epoch, time_limit).await.and(all);
        }
    }
    all
}

/// Goes on with a rename whose lease the caller has, until the walk is done, another process has taken over, or the time is
/// up.
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
    let of = [Status::Enabled, Status::Disabled].map(|status| Customer::of(status, organization));
    loop {
        let mut customers = store.after(&of, rename.value.after, BATCH).await?;
        if customers.is_empty() {
            // A query may run between the two halves of an edit, after an entry was deleted and before the new one is
            // put: it is the end only if there is still nobody.
            customers = store.after(&of, rename.value.after, BATCH).await?;
        }
        let points: Vec<_> = customers.iter().map(|entry| entry.point).collect();
        let in_time = points.into_iter().take_while(|_| begun.elapsed() < time_limit);
        let renamed = in_time.map(|point| async move {
            follow_rename(store, organization, point.id).await?;
            Result::Ok(point)
        });
        // They end in any order, but all that have begun have ended.
        let after = iter(renamed)
            .buffer_unordered(AT_ONCE)
            .try_fold(rename.value.after, async |after, point| Ok(after.max(Some(point))))
            .await?;

        let now = epoch.saturating_add(i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX));
        let paused = begun.elapsed() >= time_limit;
        let is_tail = !customers.is_empty() && (customers.len() as u64) < u64::from(BATCH);
        if is_tail && !paused && now + LEASE / 2 < rename.value.until {
            // New customers keep coming. Writing down where the walk is would take so long that it would never end.
            rename.value.after = after;
            continue;
        }
        let until = if paused { 0 } else { now.saturating_add(LEASE) };
        let next = match customers.is_empty() {
            true => rename.value.next_walk(),
            false => Some(Rename { after, until, ..rename.value.clone() }),
        };
        let goes_on = !paused && !customers.is_empty();
        if !save(store, organization, &mut rename, next).await? || !goes_on {
            return Ok(());
        }
    }
}

/// Writes down what is left of a rename, or that nothing is. Answers whether nobody else has done so since it was read.
async fn save(
    store: &Store,
    organization: u32,
    rename: &mut Record<Rename>,
    next: Option<Rename>,
) -> Result<bool> {
    let key = keys::rename(organization);
    let expect = Expect::Revision(rename.revision);
    let mut write = Write::new(Author::SYSTEM);
    match &next {
        Some(next) => write.put(&key, next, expect)?,
        None => write.delete(&key, expect),
    }
    match store.commit(write).await {
        // The organization was renamed once more, or another process has taken over.
        Err(Error::Stale) => Ok(false),
        Err(error) => Err(error),
        Ok(()) => {
            rename.revision = rename.revision.saturating_add(1);
            rename.value = next.unwrap_or_default();
            Ok(true)
        }
    }
}

/// Gives a customer the newest name of the organization, if they still belong to it: one who is passed by a walk, or has just
/// come to the organization.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn follow_rename(store: &Store, organization: u32, customer: u32) -> Result<()> {
    let begun = Instant::now();
    let key = keys::organization_card(organization);
    loop {
        let mut found = store.get_all(&[Key::entity(Customer::KIND, customer), key.clone()]).await?;
        let card = found.take::<OrganizationCard>(&key)?;
        let Some(card) = card else { return Ok(()) };
        let due = |old: &Customer| {
            old.organization == Some(organization) && old.organization_name != card.value.name
        };
        let old = found.take_entity::<Customer>(customer)?.filter(|old| due(old));
        let Some(old) = old else { return Ok(()) };
        let new = Customer { organization_name: card.value.name, ..old.record.value.clone() };
        let mut write = Write::new(Author { by: 0, at: store.now() });
        // On condition that the customer is as it was read. The name may have changed once more since: then the walk of that
        // rename comes to this customer later, or has written it already.
        write.rename(&old, &new)?;
        match store.commit(write).await {
            Err(Error::Stale) if begun.elapsed() < STALE_LIMIT => {}
            other => return other,
        }
    }
}
