//! Forgetting a customer as a person: whatever tells who they are, and whatever somebody wrote about them. Their records,
//! totals and statistics stay.
//!
//! # Where personal data stands, and what becomes of it
//! | place | what becomes of it |
//! |---|---|
//! | the customer: names, avatar, phone number, job | empty; the rest stays; an edit in the log says who did it and when |
//! | files that the customer, these records and their versions name | deleted first, object and item |
//! | records that are or once were theirs, deleted ones included: gain, content, note, attachment | empty or null; the rest stays |
//! | versions of all these (`H#…`), the one that the erasure replaces too | the same; who wrote them and when stays |
//! | projections of records in entries of listings | written anew |
//! | entries of names and phone numbers that customers are found by, and their keys | deleted |
//! | counters of names (`N#cg/…`) that nobody else has, and notes of their shards | deleted |
//! | the guard of the phone number, and its key | deleted; it stays with others who share the number |
//! | titles of log and trash | written anew: the customer's is empty, those of records name the customer by id |
//! | intents of deferred writes (`DEFERRED`) | finished first, and then gone |
//! | files of exports, whichever they are | deleted; exports that are under way are stopped |
//! | the place of an erasure ([`Erasure`]) | deleted at its end |
//! | answers kept for safe retries (`I#…`) | expire within a day |
//! | wrong passwords of a number (`PHONE#…`, `PAIR#…`), should somebody have typed this one | expire within a day |
//! | backups | expire with the table's retention |
//! | names in answers and statistics | read from the customer: empty |
//!
//! An organization and a contract are no person's. What sex, type, status, organization, times, employees, event and mark
//! tell, stays: statistics count it.
//!
//! # How
//! Each record is rewritten on its own: first its versions, then the record, on condition that it is as it was read, then its
//! titles ([`Store::rewrite_versions`], [`Store::correct_log`]). A record gets a new edition: a form that was opened before
//! and sends its `version` brings nothing back. What somebody types after that is a new text, and stays until the next
//! erasure. Nothing is written where nothing is left to forget, so each step can be done again by whoever calls again.
//!
//! The records are those in the lasting listings ([`Activity::once_of`]) and in those of today, for records that older
//! versions wrote. A call that runs out of time leaves the place where the next one goes on.

use super::customer::replace_forgotten;
use super::personal::{ForPersonal, Personal};
use super::transfers::forget_transfers;
use super::{Activity, Customer, FileLink, RecordKind, Status, keys, remove_file};
use crate::bucket::Bucket;
use crate::search::Searchable;
use crate::search::grams;
use crate::store::{Author, Entity, Expect, Order, Record, Store, Stored, Window, Write, jittered};
use crate::{Error, Result};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Records that are rewritten at once.
const AT_ONCE: usize = 8;
/// For how long a record that others keep editing is tried again.
const STALE_LIMIT: Duration = Duration::from_secs(8);

/// What one call of an erasure has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(description = "清除的结果")]
pub struct Erased {
    /// 这次清除了内容的数据的个数，包括客户本身
    pub touched: u64,
    /// 还没有检查的记录的个数；大于0时再次调用会继续
    pub left: u64,
}

/// An erasure that is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Erasure {
    /// The grams of all names that the customer ever had.
    grams: BTreeSet<String>,
    /// The last record that was looked at, and so were all before it.
    after: Option<Place>,
}

/// A record in the order in which an erasure looks at them.
type Place = (RecordKind, u32);

impl Personal for Customer {
    fn forget(&mut self) {
        let Self {
            nick_name,
            real_name,
            avatar,
            phone_number,
            job,
            kind: _,
            sex: _,
            organization: _,
            organization_name: _,
            status: _,
            created: _,
            updated: _,
            edition: _,
            creator: _,
            owner: _,
        } = self;
        [nick_name, real_name, avatar, phone_number, job].into_iter().for_each(String::clear);
    }

    fn edition(&mut self) -> &mut u32 {
        &mut self.edition
    }

    async fn replace(
        write: &mut Write,
        store: &Store,
        old: &Stored<Self>,
        kept: &Self,
        new: &Self,
    ) -> Result<()> {
        replace_forgotten(store, write, old, kept, new).await
    }
}

/// Forgets a customer in the name of `author`: goes on where the last call ended, and begins no record after `time_limit`, but
/// a few in any case. Whoever calls again after nothing was left writes nothing.
///
/// # Errors
/// [`Error::NotFound`] if there never was such a customer, [`Error::Stale`] if others keep writing, [`Error::Busy`] if the
/// table stays busy.
pub async fn erase_customer(
    store: &Store,
    bucket: &Bucket,
    customer: u32,
    author: Author,
    time_limit: Duration,
) -> Result<Erased> {
    let begun = Instant::now();
    let erasure = begin(store, customer).await?;
    let mut touched = u64::from(forget::<Customer>(store, bucket, customer, author).await?);

    let mut rest = records_of(store, customer).await?;
    let after = erasure.as_ref().and_then(|erasure| erasure.value.after);
    rest.retain(|place| Some(*place) > after);
    let in_time = |(at, _): &(usize, Place)| *at < AT_ONCE || begun.elapsed() < time_limit;
    let places = rest.iter().copied().enumerate().take_while(in_time);
    let forgotten = places.map(|(_, place)| async move {
        let is_touched = forget_record(store, bucket, place, author).await?;
        Result::Ok((place, is_touched))
    });
    // They end in any order, but all that have begun have ended.
    let done: Vec<_> = iter(forgotten).buffer_unordered(AT_ONCE).try_collect().await?;

    touched += done.iter().filter(|(_, is_touched)| *is_touched).count() as u64;
    let left = rest.len().saturating_sub(done.len()) as u64;
    let last = done.into_iter().map(|(place, _)| place).max();
    if left == 0 {
        if erasure.is_some() {
            forget_transfers(store, bucket, author).await?;
        }
        end(store, customer, erasure).await?;
    } else {
        pause(store, customer, erasure, last.or(after)).await?;
    }
    Ok(Erased { touched, left })
}

/// The erasure that is under way, or is begun by this, if the customer has anything to be forgotten. Before their names are
/// gone, it is written down which they were.
async fn begin(store: &Store, customer: u32) -> Result<Option<Record<Erasure>>> {
    let key = keys::erasure(customer);
    if let Some(erasure) = store.get::<Erasure>(&key).await? {
        return Ok(Some(erasure));
    }
    let history = store.history::<Customer>(customer).await?.ok_or(Error::NotFound(Customer::KIND))?;
    let is_personal = |value: &&Customer| forgotten(*value) != **value;
    let personal: Vec<_> = history.values.iter().filter(is_personal).collect();
    if personal.is_empty() {
        return Ok(None);
    }
    let mut value = Erasure::default();
    for customer in personal {
        let texts = customer.search_projection().texts;
        value.grams.extend(grams(&texts).into_iter().map(str::to_owned));
    }
    let expect = Expect::Absent;
    let mut write = Write::new(Author::SYSTEM);
    write.put(&key, &value, expect)?;
    store.commit(write).await?;
    Ok(Some(Record { revision: 1, author: None, value }))
}

/// Writes down where the next call goes on.
async fn pause(
    store: &Store,
    customer: u32,
    erasure: Option<Record<Erasure>>,
    after: Option<Place>,
) -> Result<()> {
    let expect = Expect::unchanged(erasure.as_ref());
    let value = Erasure { after, ..erasure.map(|erasure| erasure.value).unwrap_or_default() };
    let mut write = Write::new(Author::SYSTEM);
    write.put(&keys::erasure(customer), &value, expect)?;
    unless_stale(store.commit(write).await)
}

/// Removes what the customer's names have left, and the erasure itself.
async fn end(store: &Store, customer: u32, erasure: Option<Record<Erasure>>) -> Result<()> {
    let Some(Record { revision, value, .. }) = erasure else { return Ok(()) };
    let history = store.history::<Customer>(customer).await?;
    let mut values = history.iter().flat_map(|history| &history.values);
    let was_hidden = values.any(|value| !value.status.is_enabled());
    let mut statuses = vec![Status::Enabled];
    statuses.extend(was_hidden.then_some(Status::Disabled));
    let of_gram =
        |gram: &String| statuses.iter().map(|status| Customer::with_gram(*status, gram)).collect::<Vec<_>>();
    let listings: Vec<_> = value.grams.iter().flat_map(of_gram).collect();
    let empty =
        listings.into_iter().map(|listing| async move { store.remove_empty(&listing).await.map(drop) });
    iter(empty).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    let mut write = Write::new(Author::SYSTEM);
    write.delete(&keys::erasure(customer), Expect::Revision(revision));
    unless_stale(store.commit(write).await)
}

/// Somebody else has gone on with the same erasure: theirs counts.
fn unless_stale(committed: Result<()>) -> Result<()> {
    match committed {
        Err(Error::Stale) => Ok(()),
        other => other,
    }
}

/// All records that are or once were a customer's.
async fn records_of(store: &Store, customer: u32) -> Result<Vec<Place>> {
    let mut records = Vec::new();
    for kind in RecordKind::PERSONAL {
        let ids = kind.run_personal(IdsOf { store, customer }).await??;
        records.extend(ids.into_iter().map(|id| (kind, id)));
    }
    Ok(records)
}

/// The ids of the records of a kind that are or once were a customer's.
struct IdsOf<'a> {
    store: &'a Store,
    customer: u32,
}

impl ForPersonal for IdsOf<'_> {
    type Output = Result<BTreeSet<u32>>;

    async fn run<T: Personal>(self) -> Self::Output {
        let listings: Vec<_> = T::of_customer(self.customer)
            .into_iter()
            .chain([Activity::once_of::<T>(self.customer)])
            .collect();
        let entries = self.store.all(&listings, Window::ALL, Order::Ascending).await?;
        Ok(entries.into_iter().map(|entry| entry.point.id).collect())
    }
}

/// Forgets what is personal in a record.
struct Forget<'a> {
    store: &'a Store,
    bucket: &'a Bucket,
    id: u32,
    author: Author,
}

impl ForPersonal for Forget<'_> {
    type Output = Result<bool>;

    async fn run<T: Personal>(self) -> Self::Output {
        forget::<T>(self.store, self.bucket, self.id, self.author).await
    }
}

async fn forget_record(store: &Store, bucket: &Bucket, (kind, id): Place, author: Author) -> Result<bool> {
    kind.run_personal(Forget { store, bucket, id, author }).await?
}

/// Forgets what is personal in an entity, in its versions and in its titles. Answers whether anything was.
async fn forget<T: Personal>(store: &Store, bucket: &Bucket, id: u32, author: Author) -> Result<bool> {
    let begun = Instant::now();
    let mut touched = false;
    for attempt in 0.. {
        match try_to_forget::<T>(store, bucket, id, author, &mut touched).await {
            Err(Error::Stale) if begun.elapsed() < STALE_LIMIT => {
                tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await;
            }
            done => return done.map(|()| touched),
        }
    }
    Ok(touched)
}

async fn try_to_forget<T: Personal>(
    store: &Store,
    bucket: &Bucket,
    id: u32,
    author: Author,
    touched: &mut bool,
) -> Result<()> {
    loop {
        // The entity is read before its versions: all that is kept of it until then is among them.
        let old = store.entity::<T>(id).await?;
        // Files go as long as something says which they are.
        *touched |= remove_files::<T>(store, bucket, id).await?;
        let is_rewritten = store.rewrite_versions::<T>(id, T::forget).await?;
        *touched |= is_rewritten;
        let kept = old.as_ref().map(|old| forgotten(&old.record.value));
        let personal = old.zip(kept).filter(|(old, kept)| old.record.value != *kept);
        if let Some((old, kept)) = personal {
            let mut new = kept.clone();
            let edition = new.edition();
            *edition = edition.saturating_add(1);
            let mut write = Write::new(author);
            T::replace(&mut write, store, &old, &kept, &new).await?;
            store.commit(write).await?;
            *touched = true;
            break;
        }
        // Somebody may have brought back what they had read in a version before it was rewritten.
        if !is_rewritten {
            break;
        }
    }
    *touched |= store.correct_log::<T>(id).await?;
    store.finish_deferred::<T>(id).await
}

/// Deletes the files that an entity names or ever named. Answers whether there were any.
async fn remove_files<T: Personal>(store: &Store, bucket: &Bucket, id: u32) -> Result<bool> {
    let history = store.history::<T>(id).await?;
    let values = history.iter().flat_map(|history| &history.values);
    let tokens: BTreeSet<_> =
        values.flat_map(Entity::links).filter_map(FileLink::parse).map(|link| link.token).collect();
    let mut are_removed = false;
    for token in tokens {
        are_removed |= remove_file(store, bucket, &token).await?;
    }
    Ok(are_removed)
}

fn forgotten<T: Personal>(value: &T) -> T {
    let mut forgotten = value.clone();
    forgotten.forget();
    forgotten
}
