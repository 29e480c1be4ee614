//! What a follow-up does to the open plan of whoever writes it down: it is done, and the next one is made, in the follow-up's
//! own transaction.

use super::Plan;
use crate::model::{LookedUp, References};
use crate::store::{Holders, Kind, Store, Stored, Write};
use crate::time::Time;
use crate::{Error, Result};
use futures_util::future::try_join;

/// The next plan that comes with a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPlan {
    /// When to call again.
    pub at: Time,
    /// A remark.
    pub note: Option<String>,
}

/// The open plan of an employee for a customer, as it was read; there may be none.
pub struct OpenPlan {
    employee: u32,
    customer: u32,
    plan: Option<Stored<Plan>>,
}

impl OpenPlan {
    /// Looks `references` up with new ids, and at the same time reads the open plan of this employee for this customer, if one
    /// is asked for. One round trip if there is none, else two.
    ///
    /// # Errors
    /// As [`References::look_up`] and [`OpenPlan::read`].
    pub async fn look_up(
        store: &Store,
        of: Option<(u32, u32)>,
        references: &References,
        new_kinds: &[Kind],
    ) -> Result<(LookedUp, Option<Self>)> {
        let (for_references, for_plan) = (store.branch(), store.branch());
        let plan = async {
            match of {
                Some((employee, customer)) => Self::read(&for_plan, employee, customer).await.map(Some),
                None => Ok(None),
            }
        };
        let found = try_join(references.look_up(&for_references, new_kinds), plan).await?;
        store.join();
        Ok(found)
    }

    /// Reads it. One round trip if there is none, else two.
    ///
    /// # Errors
    /// [`Error::Stale`] if it was done or deleted meanwhile, [`Error::Busy`] if the database does not answer.
    pub async fn read(store: &Store, employee: u32, customer: u32) -> Result<Self> {
        let guard = store.get::<Holders>(&Plan::open_value(employee, customer).key()).await?;
        let id = guard.and_then(|guard| guard.value.other_than(None));
        let plan = match id {
            Some(id) => Some(store.entity::<Plan>(id).await?.ok_or(Error::Stale)?),
            None => None,
        };
        let is_still =
            |plan: &Stored<Plan>| !plan.is_done() && (plan.employee, plan.customer) == (employee, customer);
        match plan.as_ref().is_none_or(is_still) {
            true => Ok(Self { employee, customer, plan }),
            false => Err(Error::Stale),
        }
    }

    /// Lets `write` finish it at `now`, if there is one, and put `next`, under a new id, in its place. There are never two:
    /// where somebody makes or finishes one meanwhile, the commit is [`Error::Stale`].
    ///
    /// Where there is none and no next one, nothing is written and nothing is checked: a plan that is made meanwhile was made
    /// after the follow-up.
    ///
    /// # Errors
    /// [`Error::Internal`] if a plan cannot be an item.
    pub fn finish(self, write: &mut Write, now: Time, next: Option<(u32, NextPlan)>) -> Result<()> {
        let Self { employee, customer, plan } = self;
        if let Some(plan) = &plan {
            write.replace(plan, &plan.finished(now))?;
        }
        if let Some((id, NextPlan { at, note })) = next {
            let (done, operator, created, edition) = (None, employee, now, 1);
            write.create(id, &Plan { customer, employee, at, note, done, operator, created, edition })?;
            write.was_free(&Plan::open_value(employee, customer));
        }
        Ok(())
    }
}
