//! Writing: what one request changes becomes one TransactWriteItems.

use super::entity::{Entity, Guard, Stored};
use super::key::Key;
use super::meter::Units;
use super::record::{Attributes, Record, attribute, encode};
use super::{Store, failure, is_busy};
use crate::time::Time;
use crate::{Error, Result};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How long a commit is tried again while the table is busy. Lambda's own limit is 29 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// Who writes, and when: kept beside every version that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The employee's id; 0 for the system itself.
    pub employee: u32,
    /// The wall clock's time.
    pub at: Time,
}

/// What must be true of an item for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// There is no such item.
    Absent,
    /// The item is still the one that was read.
    Revision(u32),
}

impl Expect {
    /// That an item is still as it was read.
    pub fn unchanged<T>(read: Option<&Record<T>>) -> Self {
        read.map_or(Self::Absent, |record| Self::Revision(record.revision))
    }

    fn next_revision(self) -> u32 {
        match self {
            Self::Absent => 1,
            Self::Revision(revision) => revision.saturating_add(1),
        }
    }
}

/// A version that was replaced or deleted, in the entity's own partition.
#[derive(Serialize)]
struct History<'a, T> {
    by: Author,
    value: &'a T,
}

/// What a uniqueness guard holds: the id of the record that has the value.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub id: u32,
}

/// Changes that belong together: [`Store::commit`] makes all of them true, or none.
pub struct Write {
    author: Author,
    actions: Vec<Action>,
}

struct Action {
    change: Change,
    expect: Option<Expect>,
    refusal: Refusal,
}

enum Change {
    Put(Attributes),
    Delete(Key),
    /// Changes nothing; only expects.
    Check(Key),
}

/// What it means that an action's expectation was not met.
enum Refusal {
    Stale,
    Taken { field: &'static str, message: &'static str },
}

impl Write {
    /// An empty write in the name of `author`.
    pub fn new(author: Author) -> Self {
        Self { author, actions: Vec::new() }
    }

    /// Writes `value` under `key`, where `expect` must hold.
    ///
    /// # Errors
    /// [`Error::Internal`] if `value` cannot be an item.
    pub fn put<T: Serialize>(&mut self, key: &Key, value: &T, expect: Expect) -> Result<()> {
        self.put_until(key, value, expect, None)
    }

    /// As [`Write::put`], for an item that DynamoDB may delete some time after `time_to_live` (seconds since
    /// 1970 UTC). It does so late: whoever reads the item must look at its age.
    ///
    /// # Errors
    /// [`Error::Internal`] if `value` cannot be an item.
    pub fn put_until<T: Serialize>(
        &mut self,
        key: &Key,
        value: &T,
        expect: Expect,
        time_to_live: Option<i64>,
    ) -> Result<()> {
        let item = encode(key, expect.next_revision(), value, time_to_live)?;
        self.push(Change::Put(item), Some(expect), Refusal::Stale);
        Ok(())
    }

    /// Deletes the item under `key`, where `expect` must hold.
    pub fn delete(&mut self, key: &Key, expect: Expect) {
        self.push(Change::Delete(key.clone()), Some(expect), Refusal::Stale);
    }

    /// Changes nothing under `key`, but `expect` must hold.
    pub fn check(&mut self, key: &Key, expect: Expect) {
        self.push(Change::Check(key.clone()), Some(expect), Refusal::Stale);
    }

    /// Creates the entity `id` with its entries and guards.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn create<T: Entity>(&mut self, id: u32, new: &T) -> Result<()> {
        self.put(&Key::entity(T::KIND, id), new, Expect::Absent)?;
        self.index(id, None, Some(new))
    }

    /// Replaces an entity as it was read by `new`, keeps what it was, and moves its entries and guards.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn replace<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        self.keep_history(old)?;
        self.refresh(old, new)
    }

    /// As [`Write::replace`] for what is not an edit, such as the time of a sign-in: no history is kept.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn refresh<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        let expect = Expect::Revision(old.record.revision);
        self.put(&Key::entity(T::KIND, old.id), new, expect)?;
        self.index(old.id, Some(&old.record.value), Some(new))
    }

    /// Deletes an entity as it was read, with its entries and guards; what it was is kept.
    ///
    /// # Errors
    /// [`Error::Internal`] if the history cannot be an item.
    pub fn remove<T: Entity>(&mut self, old: &Stored<T>) -> Result<()> {
        self.keep_history(old)?;
        self.delete(&Key::entity(T::KIND, old.id), Expect::Revision(old.record.revision));
        self.index(old.id, Some(&old.record.value), None)
    }

    fn keep_history<T: Entity>(&mut self, old: &Stored<T>) -> Result<()> {
        let history = History { by: self.author, value: &old.record.value };
        self.put(&Key::history(T::KIND, old.id, old.record.revision), &history, Expect::Absent)
    }

    /// Entries and guards that only one of `old` and `new` has. They need no condition of their own against
    /// lost updates: the entity's stands in the same transaction.
    fn index<T: Entity>(&mut self, id: u32, old: Option<&T>, new: Option<&T>) -> Result<()> {
        let points = |entity: Option<&T>| entity.map(|e| e.points(id)).unwrap_or_default();
        let (before, after) = (points(old), points(new));
        for (listing, point) in before.iter().filter(|point| !after.contains(point)) {
            self.push(Change::Delete(Key::entry(listing, *point)), None, Refusal::Stale);
        }
        for (listing, point) in after.iter().filter(|point| !before.contains(point)) {
            self.push(Change::Put(Key::entry(listing, *point).attributes()), None, Refusal::Stale);
        }
        let (before, after) =
            (old.map(T::guards).unwrap_or_default(), new.map(T::guards).unwrap_or_default());
        for Guard { unique, value, .. } in before.iter().filter(|guard| !after.contains(guard)) {
            self.push(Change::Delete(Key::unique(*unique, value)), None, Refusal::Stale);
        }
        for guard in after.iter().filter(|guard| !before.contains(guard)) {
            let item = encode(&Key::unique(guard.unique, guard.value), 1, &Holder { id }, None)?;
            let refusal = Refusal::Taken { field: guard.field, message: guard.message };
            self.push(Change::Put(item), Some(Expect::Absent), refusal);
        }
        Ok(())
    }

    fn push(&mut self, change: Change, expect: Option<Expect>, refusal: Refusal) {
        self.actions.push(Action { change, expect, refusal });
    }
}

impl Store {
    /// Makes all of `write` true, or nothing of it.
    ///
    /// Conflicts with other transactions, throttling and lost answers are tried again with full jitter (the SDK
    /// does not repeat a cancelled transaction); the client token makes sure that a write whose answer was lost
    /// is not done twice.
    ///
    /// # Errors
    /// [`Error::Stale`] if something that was read has changed since, [`Error::Duplicate`] if a unique value is
    /// taken, [`Error::Busy`] if the table stays busy.
    pub async fn commit(&self, write: Write) -> Result<()> {
        let items: Vec<_> =
            write.actions.iter().map(|action| action.item(&self.table)).collect::<Result<_>>()?;
        let token = random_token()?;
        let begun_at = Instant::now();
        for attempt in 0.. {
            let begun = self.meter.begin();
            let answer = self
                .client
                .transact_write_items()
                .set_transact_items(Some(items.clone()))
                .client_request_token(&token)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            let consumed = answer.as_ref().map(|answer| answer.consumed_capacity()).unwrap_or_default();
            self.meter.end(begun, Units::Write, consumed);
            let Err(error) = answer else { return Ok(()) };
            let busy = match write.verdict(&error)? {
                Verdict::Refused(refusal) => return Err(refusal),
                Verdict::Busy(busy) => busy,
            };
            let pause = jittered(attempt, Duration::from_millis(20));
            if begun_at.elapsed() + pause > PATIENCE {
                return Err(busy);
            }
            tokio::time::sleep(pause).await;
        }
        Err(Error::internal("unreachable: attempts do not end"))
    }
}

enum Verdict {
    Refused(Error),
    Busy(Error),
}

impl Write {
    /// Whether a failed transaction was refused for good or should be tried again.
    fn verdict(&self, error: &SdkError<TransactWriteItemsError>) -> Result<Verdict> {
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
        else {
            return match failure(error) {
                busy @ Error::Busy(_) => Ok(Verdict::Busy(busy)),
                other => Err(other),
            };
        };
        let reasons = cancelled.cancellation_reasons();
        let refused = |reason: &CancellationReason| reason.code() == Some("ConditionalCheckFailed");
        let mut refusals: Vec<Error> = (self.actions.iter().zip(reasons))
            .filter(|(_, reason)| refused(reason))
            .map(|(action, reason)| action.refusal.error(reason))
            .collect();
        // Whoever decided on a stale read decides again: a repeated request finds its first answer, and a value
        // that is taken will still be taken.
        refusals.sort_by_key(|error| !matches!(error, Error::Stale));
        if let Some(first) = refusals.into_iter().next() {
            return Ok(Verdict::Refused(first));
        }
        match reasons.iter().find(|reason| is_busy(reason.code())) {
            Some(reason) => Ok(Verdict::Busy(Error::Busy(reason.code().unwrap_or_default().to_owned()))),
            None => Err(Error::Internal(format!("transaction cancelled: {reasons:?}"))),
        }
    }
}

impl Refusal {
    fn error(&self, reason: &CancellationReason) -> Error {
        match self {
            Self::Stale => Error::Stale,
            Self::Taken { field, message } => {
                let document = reason.item().and_then(|item| item.get(attribute::DOCUMENT)).cloned();
                let holder = document.and_then(|d| serde_dynamo::from_attribute_value::<_, Holder>(d).ok());
                Error::Duplicate { field, message, id: holder.map_or(0, |holder| holder.id) }
            }
        }
    }
}

impl Action {
    fn item(&self, table: &str) -> Result<TransactWriteItem> {
        let condition = self.expect.map(|expect| match expect {
            Expect::Absent => "attribute_not_exists(p)",
            Expect::Revision(_) => "#v = :revision",
        });
        let (names, values) = match self.expect {
            Some(Expect::Revision(revision)) => (
                Some([("#v".to_owned(), attribute::REVISION.to_owned())].into()),
                Some([(":revision".to_owned(), AttributeValue::N(revision.to_string()))].into()),
            ),
            _ => (None, None),
        };
        let show_old = match self.refusal {
            Refusal::Taken { .. } => ReturnValuesOnConditionCheckFailure::AllOld,
            Refusal::Stale => ReturnValuesOnConditionCheckFailure::None,
        };
        let item = TransactWriteItem::builder();
        let item = match &self.change {
            Change::Put(attributes) => item.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(attributes.clone()))
                    .set_condition_expression(condition.map(str::to_owned))
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(show_old)
                    .build()
                    .map_err(Error::internal)?,
            ),
            Change::Delete(key) => item.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition.map(str::to_owned))
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(Error::internal)?,
            ),
            Change::Check(key) => item.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition.map(str::to_owned))
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(Error::internal)?,
            ),
        };
        Ok(item.build())
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

fn random_token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(hex::encode(bytes))
}
