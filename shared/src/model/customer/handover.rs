//! All customers of an employee, and then their open plans, go to another one, or to the pool.
//!
//! Thousands of customers do not fit into one transaction. So the handover itself is written first ([`Handover`]), and then each
//! customer in a commit of its own, on condition that they still belong to the employee: whoever was given to somebody
//! meanwhile stays with them. Customers only move towards the newest end of their listing, so walking through it oldest edit
//! first misses none; and who comes back to the employee, being passed, stays.
//!
//! The writer walks for as long as its request may take. If it dies or has no more time, whoever calls again goes on, or the
//! sweeper does once the lease has ended. A limit of customers holds nobody up: what an admin hands over comes in any case, and
//! counts.

use super::Customer;
use crate::model::{Plan, Status, hand_over_plans, keys};
use crate::store::{Author, Expect, Point, Record, Store, Window, Write, jittered};
use crate::{Error, Result};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A handover under way, of all customers of one employee.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Who gets them; nobody: they go to the pool.
    to: Option<u32>,
    /// The admin who hands over.
    by: u32,
    /// The last customer that the walk has passed; none at first.
    after: Option<Point>,
    /// The sweeper does not take over before this moment, in seconds since 1970 UTC.
    until: i64,
}

/// What one call of a handover has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(description = "移交的结果")]
pub struct HandedOver {
    /// 这次移交了的个数
    pub moved: u64,
    /// 还没有移交的个数；大于0时再次调用会继续，不调用也会在后台继续
    pub left: u64,
}

/// Seconds of a lease: a process that has not renewed it is thought dead.
const LEASE: i64 = 30;
/// Customers between two renewals of the lease.
const BATCH: u32 = 100;
/// Customers that are written at once.
const AT_ONCE: usize = 12;
/// For how long a customer that others keep writing is tried again.
const STALE_LIMIT: Duration = Duration::from_secs(8);

/// Hands all customers and open plans of `from` over to somebody, or to nobody, in the name of the admin `by`, for at most
/// `time_limit`; goes on with a handover to the same that is under way. It is `epoch` now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Stale`] if others begin at the same time, [`Error::Busy`] if the database does not answer. What is handed over stays
/// so, and calling again goes on.
pub async fn hand_over(
    store: &Store,
    from: u32,
    to: Option<u32>,
    by: u32,
    epoch: i64,
    time_limit: Duration,
) -> Result<HandedOver> {
    let read = store.get::<Handover>(&keys::handover(from)).await?;
    let until = epoch.saturating_add(LEASE);
    let begun = Handover { to, by, after: None, until };
    let value = match &read {
        Some(read) if read.value.to == to => Handover { until, ..read.value.clone() },
        _ => begun,
    };
    let handover = save(store, from, read.as_ref(), &value).await?;
    walk(store, from, handover, by, epoch, time_limit).await
}

/// Takes over the handovers whose lease has ended, for at most `time_limit`; it is `epoch` now, in seconds since 1970 UTC.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn resume_handovers(store: &Store, epoch: i64, time_limit: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut all = Ok(());
    for (from, handover) in store.numbered::<Handover>(keys::HANDOVERS).await? {
        let Handover { to, by, until, .. } = handover.value;
        if until <= epoch {
            let left = time_limit.saturating_sub(begun.elapsed());
            match hand_over(store, from, to, by, epoch, left).await {
                Ok(_) | Err(Error::Stale) => {}
                // One that cannot go on does not stop the others.
                Err(error) => all = Err(error),
            }
        }
    }
    all
}

/// Walks through the customers of `from` as long as the time allows.
async fn walk(
    store: &Store,
    from: u32,
    mut handover: Record<Handover>,
    by: u32,
    epoch: i64,
    time_limit: Duration,
) -> Result<HandedOver> {
    let begun = Instant::now();
    let owned = [Status::Enabled, Status::Disabled].map(|status| Customer::owned_by(status, Some(from)));
    let mut moved = 0;
    loop {
        let mut customers = store.after(&owned, handover.value.after, BATCH).await?;
        if customers.is_empty() {
            // A query may run between the two halves of an edit, after an entry was deleted and before the new one is
            // put: it is the end only if there is still nobody.
            customers = store.after(&owned, handover.value.after, BATCH).await?;
        }
        if customers.is_empty() {
            // The plans for them come last: whom to call goes with whose they are.
            let (author, left) = (Author { by, at: store.now() }, time_limit.saturating_sub(begun.elapsed()));
            let plans = hand_over_plans(store, from, handover.value.to, author, left).await?;
            moved += plans.moved;
            if plans.left == 0 {
                end(store, from, &handover).await?;
            }
            return Ok(HandedOver { moved, left: plans.left });
        }
        let to = handover.value.to;
        let points = customers.iter().map(|entry| entry.point).collect::<Vec<_>>();
        let in_time = |(at, _): &(usize, Point)| *at < AT_ONCE || begun.elapsed() < time_limit;
        let in_time = points.into_iter().enumerate().take_while(in_time);
        let given = in_time.map(|(_, point)| async move {
            let is_moved = give(store, point.id, from, to, by).await?;
            Result::Ok((point, is_moved))
        });
        // They end in any order, but all that have begun have ended.
        let given: Vec<_> = iter(given).buffer_unordered(AT_ONCE).try_collect().await?;
        moved += given.iter().filter(|(_, is_moved)| *is_moved).count() as u64;
        let after = given.iter().map(|(point, _)| *point).max();
        let is_paused = begun.elapsed() >= time_limit;
        let now = epoch.saturating_add(i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX));
        let until = if is_paused { 0 } else { now.saturating_add(LEASE) };
        let next = Handover { after, until, ..handover.value.clone() };
        let is_over = match save(store, from, Some(&handover), &next).await {
            // Others go on with it.
            Err(Error::Stale) => true,
            saved => {
                handover = saved?;
                is_paused
            }
        };
        if is_over {
            let plans = store.total(&[Plan::of_employee(from, false)], Window::ALL).await?.count;
            let left = store.total(&owned, Window::ALL).await?.count + plans;
            return Ok(HandedOver { moved, left });
        }
    }
}

/// Gives one customer who belongs to `from` to somebody. Answers whether they still did.
async fn give(store: &Store, id: u32, from: u32, to: Option<u32>, by: u32) -> Result<bool> {
    let begun = Instant::now();
    for attempt in 0.. {
        let old = store.entity::<Customer>(id).await?.filter(|old| old.owner == Some(from));
        let Some(old) = old else { return Ok(false) };
        let mut write = Write::new(Author { by, at: store.now() });
        write.replace(&old, &Customer { owner: to, ..old.record.value.clone() })?;
        match store.commit(write).await {
            Err(Error::Stale) if begun.elapsed() < STALE_LIMIT => {
                tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await;
            }
            committed => return committed.map(|()| true),
        }
    }
    Err(Error::internal("attempts do not end"))
}

/// Writes down where the handover is.
async fn save(
    store: &Store,
    from: u32,
    read: Option<&Record<Handover>>,
    next: &Handover,
) -> Result<Record<Handover>> {
    let mut write = Write::new(Author::SYSTEM);
    write.put(&keys::handover(from), next, Expect::unchanged(read))?;
    store.commit(write).await?;
    let revision = read.map_or(1, |read| read.revision.saturating_add(1));
    Ok(Record { revision, author: None, value: next.clone() })
}

/// Writes down that nothing is left.
async fn end(store: &Store, from: u32, handover: &Record<Handover>) -> Result<()> {
    let mut write = Write::new(Author::SYSTEM);
    write.delete(&keys::handover(from), Expect::Revision(handover.revision));
    match store.commit(write).await {
        // Another process has gone on with it: theirs counts.
        Err(Error::Stale) => Ok(()),
        ended => ended,
    }
}
