//! Giving customers to another owner: claims from the pool, gifts back to it, gifts to others.
//!
//! Each customer is a commit of its own, on condition that they are as they were read. So of several who claim a customer at
//! once one has them, and the others are told who. It is no edit: neither the time of the last edit nor the edition moves, and
//! a form that was opened before can still be saved. Their history says who gave them to whom.

use super::{Allowance, Customer, OwnerLimit};
use crate::model::{ChangesBy, Employee, Person, RelatedIds};
use crate::store::{Author, Store, Stored, Write, jittered};
use crate::{Error, Result};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Customers that are written at once.
const AT_ONCE: usize = 12;
/// For how long a customer that others keep writing is tried again.
const STALE_LIMIT: Duration = Duration::from_secs(8);

/// What became of a customer who was to be given to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "结果")]
pub enum GiftResult {
    /// They belong to whom they were to be given.
    #[schemars(description = "已经属于要给的人")]
    Done,
    /// They belong to somebody else.
    #[schemars(description = "已经属于别人")]
    Taken,
    /// Whoever was to have them has as many as they may.
    #[schemars(description = "要给的人的客户数已达到上限")]
    Limit,
    /// There is no such customer.
    #[schemars(description = "客户不存在")]
    NotFound,
    /// They are not the caller's to give.
    #[schemars(description = "不是自己的客户，不能给别人")]
    NotInvolved,
}

/// A customer who was to be given to somebody, in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "一个客户的分配结果")]
pub struct GiftRow {
    /// 客户id
    #[schemars(range(min = 1))]
    id: u32,
    /// 结果
    result: GiftResult,
    /// 现在的负责人，公海客户是null
    owner: Option<Person>,
}

/// Customers that somebody gives to somebody.
#[derive(Debug, Clone, Copy)]
pub struct Gift<'a> {
    /// Who gives.
    pub giver: &'a Stored<Employee>,
    /// To whom; to nobody, back to the pool.
    pub to: Option<u32>,
    /// Only those who still belong to them, or to nobody.
    pub from: Option<Option<u32>>,
    /// By whom customers are changed that are somebody else's.
    pub changes_by: ChangesBy,
    /// How many customers an employee may own.
    pub limit: OwnerLimit,
}

impl Gift<'_> {
    /// Gives the customers `ids`. Answers what became of each, in their order.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer; some may be given then, and are once more if this is called again.
    pub async fn give(&self, store: &Store, ids: &[u32]) -> Result<Vec<GiftRow>> {
        let mut read = store.entities::<Customer>(ids).await?.into_iter().peekable();
        let customers: Vec<_> =
            ids.iter().map(|id| (*id, read.next_if(|customer| customer.id == *id))).collect();
        let given = match self.to.zip(self.limit) {
            // Of those who are given to one employee under a limit one is the next one's condition.
            Some((to, limit)) => {
                let mut allowance = Some(Allowance::new(to, limit));
                let mut given = Vec::with_capacity(ids.len());
                for (id, customer) in customers {
                    given.push(self.give_one(store, id, customer, &mut allowance).await?);
                }
                given
            }
            None => {
                let one = |(id, customer)| async move { self.give_one(store, id, customer, &mut None).await };
                iter(customers).map(one).buffered(AT_ONCE).try_collect().await?
            }
        };
        let owners = given.iter().filter_map(|(_, owner)| *owner);
        let names = RelatedIds::of_employees(owners).names(store).await?;
        let row = |(id, (result, owner)): (&u32, (GiftResult, Option<u32>))| GiftRow {
            id: *id,
            result,
            owner: names.known(owner),
        };
        Ok(ids.iter().zip(given).map(row).collect())
    }

    /// Gives one customer, as they were `read`. Answers what became of them, and whose they are.
    async fn give_one(
        &self,
        store: &Store,
        id: u32,
        mut read: Option<Stored<Customer>>,
        allowance: &mut Option<Allowance>,
    ) -> Result<(GiftResult, Option<u32>)> {
        let begun = Instant::now();
        for attempt in 0.. {
            let Some(old) = read else { return Ok((GiftResult::NotFound, None)) };
            let result = self.judge(store, &old).await?;
            if result != GiftResult::Done || old.owner == self.to {
                return Ok((result, old.owner));
            }
            let mut write = Write::new(Author { by: self.giver.id, at: store.now() });
            let mut allowance = allowance.as_mut().filter(|_| old.status.is_enabled());
            if let Some(allowance) = &mut allowance {
                match allowance.take(store, &mut write).await {
                    Err(Error::TooManyOwned { .. }) => return Ok((GiftResult::Limit, old.owner)),
                    taken => taken?,
                }
            }
            write.replace(&old, &Customer { owner: self.to, ..old.record.value.clone() })?;
            let committed = store.commit(write).await;
            if let Some(allowance) = allowance {
                allowance.settle(committed.is_ok());
            }
            match committed {
                Ok(()) => return Ok((GiftResult::Done, self.to)),
                Err(Error::Stale) if begun.elapsed() < STALE_LIMIT => {
                    tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await;
                    read = store.entity::<Customer>(id).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::internal("attempts do not end"))
    }

    /// What is to become of a customer.
    async fn judge(&self, store: &Store, customer: &Customer) -> Result<GiftResult> {
        let is_claim = self.to == Some(self.giver.id) && self.from.is_none();
        if customer.owner == self.to {
            return Ok(GiftResult::Done);
        }
        if self.from.is_some_and(|from| customer.owner != from) || is_claim && customer.owner.is_some() {
            return Ok(GiftResult::Taken);
        }
        match self.changes_by.check(store, self.giver, customer).await {
            Ok(()) => Ok(GiftResult::Done),
            Err(Error::NotInvolved(_)) => Ok(GiftResult::NotInvolved),
            Err(error) => Err(error),
        }
    }
}
