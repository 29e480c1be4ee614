//! The open plans of an employee go to another one.

use super::Plan;
use crate::store::{Author, Store, Window, Write, jittered};
use crate::{Error, Result};
use serde::Serialize;
use std::time::{Duration, Instant};

/// For how long a plan that others keep editing is tried again.
const STALE_LIMIT: Duration = Duration::from_secs(8);

/// So many plans are looked for at once.
const PAGE: u32 = 50;

/// What one call has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HandedOverPlans {
    /// So many plans are no longer the employee's.
    pub moved: u64,
    /// So many are left.
    pub left: u64,
}

/// Gives the open plans of `from` to another employee, or to nobody, in the name of `author`. It begins no plan after
/// `time_limit`, but one in any case; whoever calls again goes on. Plans that are done stay with who has done them.
///
/// A customer is called once: where `to` has an open plan for the same customer, theirs stays, and the other one goes into the
/// trash. So do all of them where `to` is nobody, for nobody is left to call.
///
/// # Errors
/// [`Error::Stale`] if others keep writing, [`Error::Busy`] if the table stays busy.
pub async fn hand_over_plans(
    store: &Store,
    from: u32,
    to: Option<u32>,
    author: Author,
    time_limit: Duration,
) -> Result<HandedOverPlans> {
    let begun = Instant::now();
    let open = [Plan::of_employee(from, false)];
    let mut done = HandedOverPlans::default();
    let mut after = None;
    let mut is_first = true;
    while to != Some(from) {
        let found = store.after(&open, after, PAGE).await?;
        for entry in &found {
            if !is_first && begun.elapsed() >= time_limit {
                done.left = store.total(&open, Window::ALL).await?.count;
                return Ok(done);
            }
            is_first = false;
            done.moved += u64::from(hand_over(store, entry.point.id, from, to, author).await?);
            after = Some(entry.point);
        }
        if found.is_empty() {
            break;
        }
    }
    Ok(done)
}

/// Gives one open plan to another employee. Answers whether it was still `from`'s.
async fn hand_over(store: &Store, id: u32, from: u32, to: Option<u32>, author: Author) -> Result<bool> {
    let begun = Instant::now();
    let mut to = to;
    for attempt in 0.. {
        let plan = store.entity::<Plan>(id).await?;
        let Some(plan) = plan.filter(|plan| plan.employee == from && !plan.is_done()) else {
            return Ok(false);
        };
        // Dated when it is sent: a handover may take longer than what the feed waits for.
        let mut write = Write::new(Author { at: store.now(), ..author });
        match to {
            Some(employee) => {
                let edition = plan.edition.saturating_add(1);
                write.replace(&plan, &Plan { employee, edition, ..plan.record.value.clone() })?;
            }
            None => write.remove(&plan)?,
        }
        match store.commit(write).await {
            Err(Error::Taken { .. }) => to = None,
            Err(Error::Stale) if begun.elapsed() < STALE_LIMIT => {
                tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await;
            }
            done => return done.map(|()| true),
        }
    }
    Ok(false)
}
