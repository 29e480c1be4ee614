//! How many customers an employee may own.
//!
//! Those are counted who are visible: the total of the listing of the owner. Under a limit, whoever gives them one more first
//! reads an item of the employee's, then the total, and writes the item in the transaction that gives, on condition that it is
//! as it was read. So nobody else has given them one since the total was read, and it can only have become less. Nothing is
//! counted twice, and nothing has to be made when a limit is set or changed. Without a limit nobody reads or writes the item.

use super::Customer;
use crate::model::{Status, keys};
use crate::store::{Expect, Record, Store, Window, Write};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// The most visible customers that an employee may own, if there is a limit.
pub type OwnerLimit = Option<NonZeroU32>;

/// How many more customers may be given to one employee by the writes of one request, one after the other.
pub struct Allowance {
    owner: u32,
    limit: u32,
    known: Option<Known>,
}

/// The item of an employee to whom customers are given under a limit: whoever gives one writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftMark {}

struct Known {
    given: Option<Record<GiftMark>>,
    owned: u64,
}

impl Allowance {
    /// That of an employee under a limit.
    pub fn new(owner: u32, limit: NonZeroU32) -> Self {
        Self { owner, limit: limit.get(), known: None }
    }

    /// Lets `write`, which gives the employee one visible customer more, take place only if they may have it. Two round trips
    /// the first time.
    ///
    /// # Errors
    /// [`Error::TooManyOwned`] if they may not, [`Error::Busy`] if the database does not answer.
    pub async fn take(&mut self, store: &Store, write: &mut Write) -> Result<()> {
        let key = keys::gift_mark(self.owner);
        if self.known.is_none() {
            // In this order: what is given after the item was read changes the item.
            let given = store.get::<GiftMark>(&key).await?;
            let owned = [Customer::owned_by(Status::Enabled, Some(self.owner))];
            let owned = store.total(&owned, Window::ALL).await?.count;
            self.known = Some(Known { given, owned });
        }
        let known = self.known.as_ref().filter(|known| known.owned < u64::from(self.limit));
        let known = known.ok_or(Error::TooManyOwned { limit: self.limit })?;
        write.put(&key, &GiftMark {}, Expect::unchanged(known.given.as_ref()))
    }

    /// What was taken was committed; or it was not, because something that was read has changed.
    pub fn settle(&mut self, is_committed: bool) {
        self.known = self.known.take().filter(|_| is_committed).map(|Known { given, owned }| {
            let revision = given.map_or(1, |given| given.revision.saturating_add(1));
            let given = Record { revision, author: None, value: GiftMark {} };
            Known { given: Some(given), owned: owned.saturating_add(1) }
        });
    }
}
