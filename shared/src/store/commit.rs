//! Committing: one TransactWriteItems, tried again while the table is busy.

use super::action::Refusal;
use super::entity::Holders;
use super::meter::Units;
use super::record::attribute;
use super::write::{Write, point_items};
use super::{Store, failure, is_busy, redo};
use crate::{Error, Result};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a write is tried again while the table is busy, or while others change what it is based on. Lambda's
/// own limit is 29 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// How long whoever commits works on what did not fit into the transaction. It is done by then, unless thousands of points
/// change at once; Lambda's own limit is 29 s.
const FINISHING: Duration = Duration::from_secs(15);

/// DynamoDB's limit of actions in a transaction.
pub(super) const MAX_ACTIONS: usize = 100;

impl Store {
    /// Makes all of `write` true, or nothing of it.
    ///
    /// Conflicts with other transactions, throttling and lost answers are tried again with full jitter (the SDK
    /// does not repeat a cancelled transaction); the client token makes sure that a write whose answer was lost
    /// is not done twice. What does not fit into one transaction is finished afterwards: see [`redo`].
    ///
    /// # Errors
    /// [`Error::Stale`] if something that was read has changed since, [`Error::Duplicate`] if a unique value is
    /// taken, [`Error::Busy`] if the table stays busy.
    pub async fn commit(&self, mut write: Write) -> Result<()> {
        let rest = redo::split(&mut write)?;
        let answer = self.transact(|shard| {
            let actions = write.actions.iter().map(|action| action.item(&self.table));
            let mut items: Vec<_> = actions.collect::<Result<_>>()?;
            items.extend(point_items(&write.changes, shard, &self.table)?);
            Ok(items)
        });
        match answer.await {
            Ok(()) => {
                // The write is done and stays so; what fails now, or takes too long, is finished by whoever meets it.
                if let Some(rest) = rest {
                    match timeout(FINISHING, self.finish(rest)).await {
                        Ok(Ok(())) => {}
                        Ok(Err(cause)) => tracing::error!(%cause, "the rest of a large write is left"),
                        Err(_) => tracing::warn!("the rest of a large write takes long"),
                    }
                }
                Ok(())
            }
            Err(Cancelled::Refused(reasons)) => {
                let refusals = write.actions.iter().zip(&reasons).filter(|(_, reason)| is_refused(reason));
                let mut errors: Vec<Error> = Vec::new();
                for (action, reason) in refusals {
                    if let (Refusal::Unfinished, Some((kind, id))) = (action.refusal, write.owner) {
                        self.finish_of(kind, id).await?;
                    }
                    errors.push(action.refusal.error(reason));
                }
                // Whoever decided on a stale read decides again: a repeated request finds its first answer, and a
                // value that is taken will still be taken.
                errors.sort_by_key(|error| !matches!(error, Error::Stale));
                let internal = || Error::internal("a transaction was refused by no action of its own");
                Err(errors.into_iter().next().unwrap_or_else(internal))
            }
            Err(Cancelled::Failed(error)) => Err(error),
        }
    }

    /// Sends the transaction that `items` makes for a shard until it is done or refused.
    pub(super) async fn transact(
        &self,
        items: impl Fn(u32) -> Result<Vec<TransactWriteItem>>,
    ) -> std::result::Result<(), Cancelled> {
        let begun_at = Instant::now();
        let mut prepared = Prepared::new(&items, self.shards.pick())?;
        for attempt in 0.. {
            let begun = self.begin().await;
            let answer = self
                .client
                .transact_write_items()
                .set_transact_items(Some(prepared.items.clone()))
                .client_request_token(&prepared.token)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            let consumed = answer.as_ref().map(|answer| answer.consumed_capacity()).unwrap_or_default();
            self.meter.end(begun, Units::Write, consumed);
            let Err(error) = answer else { return Ok(()) };
            let busy = match reasons(&error) {
                Some(reasons) if reasons.iter().any(is_refused) => {
                    return Err(Cancelled::Refused(reasons.to_vec()));
                }
                Some(reasons) => {
                    let Some(reason) = reasons.iter().find(|reason| is_busy(reason.code())) else {
                        return Err(Error::Internal(format!("transaction cancelled: {reasons:?}")).into());
                    };
                    // Nothing was written, so that other shards and a new token cannot write anything twice.
                    self.shards.conflict();
                    prepared = Prepared::new(&items, self.shards.pick())?;
                    Error::Busy(reason.code().unwrap_or_default().to_owned())
                }
                // Perhaps it was written and only the answer lost: the same items with the same token again.
                None => match failure(&error) {
                    busy @ Error::Busy(_) => busy,
                    other => return Err(other.into()),
                },
            };
            let pause = jittered(attempt, Duration::from_millis(20));
            if begun_at.elapsed() + pause > self.patience {
                return Err(busy.into());
            }
            tokio::time::sleep(pause).await;
        }
        Err(Error::internal("attempts do not end").into())
    }
}

/// A transaction, and the token by which DynamoDB recognizes it when it comes again.
struct Prepared {
    items: Vec<TransactWriteItem>,
    token: String,
}

impl Prepared {
    fn new(items: &impl Fn(u32) -> Result<Vec<TransactWriteItem>>, shard: u32) -> Result<Self> {
        let mut token = [0; 16];
        getrandom::fill(&mut token).map_err(Error::internal)?;
        Ok(Self { items: items(shard)?, token: hex::encode(token) })
    }
}

/// Why a transaction was not done.
pub(super) enum Cancelled {
    /// A condition was not met: a reason for every action, in their order.
    Refused(Vec<CancellationReason>),
    Failed(Error),
}

impl From<Error> for Cancelled {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Cancelled> for Error {
    fn from(cancelled: Cancelled) -> Self {
        match cancelled {
            Cancelled::Refused(_) => Self::Stale,
            Cancelled::Failed(error) => error,
        }
    }
}

/// Why a transaction was cancelled, action by action; `None` if it failed otherwise.
fn reasons(error: &SdkError<TransactWriteItemsError>) -> Option<&[CancellationReason]> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            Some(cancelled.cancellation_reasons())
        }
        _ => None,
    }
}

fn is_refused(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

impl Refusal {
    fn error(self, reason: &CancellationReason) -> Error {
        match self {
            Self::Stale | Self::Unfinished => Error::Stale,
            Self::Taken { field, message } => {
                let document = reason.item().and_then(|item| item.get(attribute::DOCUMENT)).cloned();
                let holders = document.and_then(|d| serde_dynamo::from_attribute_value::<_, Holders>(d).ok());
                let id = holders.and_then(|holders| holders.other_than(None)).unwrap_or(0);
                Error::Duplicate { field, message, id }
            }
        }
    }
}

/// Full jitter: anything from nothing to `base * 2^attempt`, at most half a second.
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
pub(crate) fn jittered(attempt: u32, base: Duration) -> Duration {
    let ceiling = base.saturating_mul(1 << attempt.min(8)).min(Duration::from_millis(500));
    // Without randomness the pause is the longest, which is safe.
    let share = getrandom::u32().unwrap_or(u32::MAX);
    ceiling.mul_f64(f64::from(share) / f64::from(u32::MAX))
}
