//! Committing a [`Write`]: one transaction, and the deferred rest of a large one.

use super::action::ConditionFailure;
use super::deferred::{self, Limit};
use super::guard;
use super::table::Store;
use super::transaction::{Cancelled, is_condition_failed};
use super::write::Write;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::CancellationReason;

impl Store {
    /// Makes all changes of `write`, or none; if there are none, nothing. What does not fit into one transaction is
    /// [deferred](super::deferred) and finished afterwards.
    ///
    /// # Errors
    /// [`Error::Stale`] if something that was read has changed since, [`Error::Taken`] if another entity has a unique
    /// value, [`Error::Busy`] if the table stays busy.
    pub async fn commit(&self, mut write: Write) -> Result<()> {
        let (changes, deferred) = deferred::split(&mut write, self.clock.epoch())?;
        if write.actions.is_empty() && changes.is_empty() {
            return Ok(());
        }
        let answer = loop {
            let items = write.actions.iter().map(|action| action.item(&self.table));
            let items: Vec<_> = items.collect::<Result<_>>()?;
            match self.transact(items, &changes).await {
                Err(Cancelled::ConditionFailed(reasons)) if guard::settle(&mut write.actions, &reasons)? => {}
                answer => break answer,
            }
        };
        match answer {
            Ok(()) => {
                // The write is committed and stays so. If the rest fails now, or takes too long, others finish it.
                for deferred in deferred {
                    self.finish_logged(deferred, Limit::Time(self.time_left() / 2)).await;
                }
                Ok(())
            }
            Err(Cancelled::ConditionFailed(reasons)) => {
                let failed =
                    write.actions.iter().zip(&reasons).filter(|(_, reason)| is_condition_failed(reason));
                let mut errors: Vec<Error> = Vec::new();
                for (action, reason) in failed {
                    if let (ConditionFailure::Unfinished, Some(key)) = (action.failure, action.change.key()) {
                        self.finish_entity(&key).await?;
                    }
                    errors.extend(action.failure.error(reason));
                }
                // A stale read counts before a taken value: the caller decides again, and finds its own first answer,
                // or the value still taken.
                errors.sort_by_key(|error| !matches!(error, Error::Stale));
                let internal = || Error::internal("a transaction was refused by no action of its own");
                Err(errors.into_iter().next().unwrap_or_else(internal))
            }
            Err(Cancelled::Failed(error)) => Err(error),
        }
    }
}

impl ConditionFailure {
    fn error(self, reason: &CancellationReason) -> Option<Error> {
        match self {
            Self::Stale | Self::Unfinished => Some(Error::Stale),
            Self::Taken(unique) => {
                let holder = guard::holders(reason).and_then(|ids| ids.first().copied());
                Some(Error::Taken { unique, id: holder.unwrap_or(0) })
            }
            // It is in nobody's way.
            Self::NotMine => None,
        }
    }
}
