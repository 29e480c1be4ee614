//! Transactions: one TransactWriteItems, tried again while the table is busy.

use super::key::Key;
use super::listing::{ListingChange, PickedShards, actions};
use super::meter::Units;
use super::sdk_error::{described, failure, is_busy};
use super::table::Store;
use crate::{Error, Result};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use std::time::{Duration, Instant};

impl Store {
    /// Makes `items` and `changes` of listings in one transaction, which is sent until it is done or refused.
    ///
    /// Conflicts with other transactions, throttling and lost answers are tried again with full jitter (the SDK
    /// does not repeat a cancelled transaction). The client token makes sure that a write whose answer was lost
    /// is not done twice.
    pub(super) async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
        changes: &[ListingChange],
    ) -> std::result::Result<(), Cancelled> {
        let begun_at = Instant::now();
        let pick = || self.shards.pick(changes.iter().map(|change| change.listing.name()));
        let own = items.len();
        // Only what `changes` makes goes to other shards.
        let prepare = |mut items: Vec<_>, picked: &PickedShards| {
            items.truncate(own);
            items.extend(actions(changes, picked, &self.table)?);
            Prepared::new(items)
        };
        let mut picked = pick();
        let mut prepared = prepare(items, &picked)?;
        for attempt in 0.. {
            let begun = self.begin_write().await?;
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
            let Err(error) = answer else {
                if picked.are_spread() {
                    self.shards.success(&picked);
                    self.note_spread(changes, &picked).await;
                }
                return Ok(());
            };
            let busy = match reasons(&error) {
                Some(reasons) if reasons.iter().any(is_condition_failed) => {
                    return Err(Cancelled::ConditionFailed(reasons.to_vec()));
                }
                Some(reasons) => {
                    let Some(reason) = reasons.iter().find(|reason| is_busy(reason.code())) else {
                        // Not the items, which a reason may have in it.
                        let told = |reason: &CancellationReason| described(reason.code(), reason.message());
                        let told: Vec<_> =
                            reasons.iter().filter(|reason| reason.code() != Some("None")).map(told).collect();
                        return Err(
                            Error::Internal(format!("transaction cancelled: {}", told.join("; "))).into()
                        );
                    };
                    // Nothing was written: with other shards and a new token nothing can be written twice. Only a
                    // conflict is a reason to spread: more shards do not help a table that is throttled.
                    let met: Vec<_> = prepared.items.iter().zip(reasons).filter_map(met_node).collect();
                    self.shards.conflict(&picked, met.iter().filter_map(Key::listing_of_node));
                    picked = pick();
                    prepared = prepare(prepared.items, &picked)?;
                    Error::Busy(reason.code().unwrap_or_default().to_owned())
                }
                // Perhaps it was written and only the answer was lost: the same items go with the same token.
                None => match failure(&error) {
                    busy @ Error::Busy(_) => busy,
                    other => return Err(other.into()),
                },
            };
            let pause = jittered(attempt, Duration::from_millis(20));
            if !self.tries_again(begun_at, pause) {
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
    fn new(items: Vec<TransactWriteItem>) -> Result<Self> {
        let mut token = [0; 16];
        getrandom::fill(&mut token).map_err(Error::internal)?;
        Ok(Self { items, token: hex::encode(token) })
    }
}

/// Why a transaction was not done.
pub(super) enum Cancelled {
    /// A condition does not hold: a reason for every action, in their order.
    ConditionFailed(Vec<CancellationReason>),
    /// The table is busy, or something is wrong.
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
            Cancelled::ConditionFailed(_) => Self::Stale,
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

/// The key of the node that an update adds to, if that met another transaction.
fn met_node((item, reason): (&TransactWriteItem, &CancellationReason)) -> Option<Key> {
    let update = item.update().filter(|_| reason.code() == Some("TransactionConflict"))?;
    Key::of(update.key())
}

/// Whether an action's condition is why its transaction was cancelled.
pub(super) fn is_condition_failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

/// Full jitter: anything from nothing to `base * 2^attempt`, at most half a second.
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
pub(crate) fn jittered(attempt: u32, base: Duration) -> Duration {
    let ceiling = base.saturating_mul(1 << attempt.min(8)).min(Duration::from_millis(500));
    // Without randomness the pause is the longest, which is safe.
    let share = getrandom::u32().unwrap_or(u32::MAX);
    ceiling.mul_f64(f64::from(share) / f64::from(u32::MAX))
}
