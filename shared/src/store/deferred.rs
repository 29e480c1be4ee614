//! Deferred writes: the changes that do not fit into a write's transaction.
//!
//! A transaction has at most 100 actions, and an entity with a search index stands in more listings than that. Its
//! transaction then has the entity itself, its history, its guards, every listing that must be right at once, and as many
//! of the [deferred](super::Listing::deferred) listings as there is room for. The other changes are written down in one
//! item in the partition `REDO`: the deferred write. They are made in transactions each of which takes some of them off
//! that item, on condition that it is as it was read; the last transaction deletes it. The item's mark starts at random and
//! is counted up by every transaction, so that two deferred writes under one key are never taken for each other. So every
//! change is made exactly once, by whoever comes first: the writer itself, right after its commit; a reader of one of the
//! listings; the next write to the same entity; or the sweeper.
//!
//! The next write to the entity that changes deferred listings finishes the deferred write first: otherwise an old change
//! could put back what the newer write has taken away.

use super::action::{Action, ItemChange};
use super::expect::Expect;
use super::key::{Key, Kind};
use super::listing::{Listing, ListingChange, Order, Point, PointChange, actions, most_actions};
use super::record::{Attributes, Raw, encode};
use super::table::Store;
use super::transaction::{Cancelled, MAX_ACTIONS};
use super::write::Write;
use crate::{Error, Result};
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Changes of listings that are still to be made, and the key that they stand under.
#[derive(Debug, Clone)]
pub(super) struct DeferredWrite {
    key: Key,
    /// The revision of the item; no other deferred write has the same.
    mark: u32,
    pub changes: Vec<ListingChange>,
}

/// A [`DeferredWrite`] as it is stored: the projection once, and of listings that differ in their names alone the names.
#[derive(Serialize, Deserialize)]
struct DeferredDocument {
    #[serde(rename = "covering")]
    projection: Option<String>,
    runs: Vec<Run>,
}

#[derive(Serialize, Deserialize)]
struct Run {
    /// A listing like these, apart from the name.
    like: Listing,
    point: Point,
    #[serde(rename = "motion")]
    change: PointChange,
    names: Vec<String>,
}

/// Takes the changes out of `write` that do not fit into its transaction, and adds the action that writes them down.
pub(super) fn split(write: &mut Write) -> Result<Option<DeferredWrite>> {
    let Some((kind, id)) =
        write.owner.filter(|_| write.changes.iter().any(|change| change.listing.is_deferred()))
    else {
        return Ok(None);
    };
    let key = Key::deferred(kind, id);
    let (mut deferrable, mut now): (Vec<_>, Vec<_>) =
        std::mem::take(&mut write.changes).into_iter().partition(|change| change.listing.is_deferred());
    // Changes of one listing stay together, so that an entry removed and added at one position is written once.
    deferrable.sort_by(|a, b| a.listing.cmp(&b.listing));
    let used = write.actions.len() + most_actions(&now) + 1;
    let room = MAX_ACTIONS.checked_sub(used).ok_or_else(|| Error::internal("a write is too large"))?;
    let changes = deferrable.split_off(fitting(&deferrable, room));
    now.extend(deferrable);
    write.changes = now;
    if changes.is_empty() {
        write.actions.push(Action::nothing_deferred(key));
        return Ok(None);
    }
    let deferred = DeferredWrite { key, mark: getrandom::u32().map_err(Error::internal)?, changes };
    write.actions.push(Action::put_deferred(deferred.encode()?));
    Ok(Some(deferred))
}

/// How many of the changes, which are sorted by listing, fit into so many actions.
fn fitting(changes: &[ListingChange], room: usize) -> usize {
    let mut left = room;
    let mut fit = 0;
    for run in changes.chunk_by(|a, b| a.listing == b.listing) {
        let Some(after) = left.checked_sub(most_actions(run)) else { break };
        left = after;
        fit += run.len();
    }
    fit
}

impl DeferredWrite {
    /// The changes of the next transaction, and what is deferred after it.
    fn slice(self) -> Result<(Vec<ListingChange>, Option<Self>)> {
        let Self { key, mark, mut changes } = self;
        let left = changes.split_off(fitting(&changes, MAX_ACTIONS - 1));
        if changes.is_empty() {
            return Err(Error::internal("the changes of one listing are more than a transaction"));
        }
        let deferred = (!left.is_empty()).then(|| Self { key, mark: mark.wrapping_add(1), changes: left });
        Ok((changes, deferred))
    }

    fn encode(&self) -> Result<Attributes> {
        let projection = self.changes.iter().find_map(|change| change.projection.as_deref());
        let mut runs: Vec<Run> = Vec::new();
        for ListingChange { listing, point, change, .. } in &self.changes {
            let like = listing.named(String::new());
            let name = listing.name().to_owned();
            let alike = |run: &&mut Run| run.like == like && run.point == *point && run.change == *change;
            match runs.iter_mut().find(alike) {
                Some(run) => run.names.push(name),
                None => runs.push(Run { like, point: *point, change: *change, names: vec![name] }),
            }
        }
        let document = DeferredDocument { projection: projection.map(str::to_owned), runs };
        encode(&self.key, self.mark, &document, None)
    }

    fn decode(item: Attributes) -> Result<Self> {
        let raw = Raw(item);
        let key = raw.key().ok_or_else(|| Error::internal("a deferred write has no key"))?;
        let record = raw.decode::<DeferredDocument>()?;
        let projection: Option<Arc<str>> = record.value.projection.map(Arc::from);
        let changes = |Run { like, point, change, names }: Run| {
            let projection =
                projection.clone().filter(|_| like.is_projected() && change != PointChange::Remove);
            let changed = move |name| ListingChange {
                listing: like.named(name),
                point,
                change,
                projection: projection.clone(),
            };
            names.into_iter().map(changed).collect::<Vec<_>>()
        };
        let mut changes: Vec<_> = record.value.runs.into_iter().flat_map(changes).collect();
        changes.sort_by(|a, b| a.listing.cmp(&b.listing));
        Ok(Self { key, mark: record.revision, changes })
    }
}

impl Store {
    /// Makes all changes of a deferred write.
    pub(super) async fn finish(&self, deferred: DeferredWrite) -> Result<()> {
        let mut next = Some(deferred);
        while let Some(deferred) = next {
            let (key, expect) = (deferred.key.clone(), Expect::Revision(deferred.mark));
            let (now, left) = deferred.slice()?;
            let answer = self.transact(|shard| {
                let change = match &left {
                    Some(left) => ItemChange::Put(left.encode()?),
                    None => ItemChange::Delete(key.clone()),
                };
                let mut items = vec![Action::on(expect, change).item(&self.table)?];
                items.extend(actions(&now, shard, &self.table)?);
                Ok(items)
            });
            next = match answer.await {
                Ok(()) => left,
                // Somebody else was first. They may have died since: what is left now is finished here.
                Err(Cancelled::ConditionFailed(_)) => self.deferred_write(&key).await?,
                Err(Cancelled::Failed(error)) => return Err(error),
            };
        }
        Ok(())
    }

    /// The answer of `read`, once no deferred write concerns `listings`: deferred writes are looked for at the same time;
    /// where one concerns a listing, it is finished and `read` is called again.
    pub(super) async fn finished<T, F: Future<Output = Result<T>>>(
        &self,
        listings: &[Listing],
        read: impl Fn() -> F,
    ) -> Result<T> {
        if !listings.iter().any(Listing::is_deferred) {
            return read().await;
        }
        let store = self.branch();
        let (answer, finished) = try_join(read(), store.finish_for(listings)).await?;
        self.meter.join();
        if finished { read().await } else { Ok(answer) }
    }

    /// Finishes every deferred write that changes one of `listings`; answers whether there was any.
    pub(super) async fn finish_for(&self, listings: &[Listing]) -> Result<bool> {
        let concerns =
            |write: &DeferredWrite| write.changes.iter().any(|change| listings.contains(&change.listing));
        let mut any = false;
        for deferred in self.deferred_writes().await?.into_iter().filter(concerns) {
            self.finish(deferred).await?;
            any = true;
        }
        Ok(any)
    }

    /// Finishes the deferred write of one entity, if there is one.
    pub(super) async fn finish_entity(&self, kind: Kind, id: u32) -> Result<()> {
        match self.deferred_write(&Key::deferred(kind, id)).await? {
            Some(deferred) => self.finish(deferred).await,
            None => Ok(()),
        }
    }

    /// Finishes every deferred write: the sweeper does, for writers that died. One that cannot be finished does not stop
    /// the others.
    ///
    /// # Errors
    /// [`Error::Busy`] if the table stays busy.
    pub async fn finish_all(&self) -> Result<()> {
        let mut all = Ok(());
        for deferred in self.deferred_writes().await? {
            all = self.finish(deferred).await.and(all);
        }
        all
    }

    /// All deferred writes.
    pub(super) async fn deferred_writes(&self) -> Result<Vec<DeferredWrite>> {
        let (from, to) = ("!".to_owned(), "~".to_owned());
        let partition = Key::DEFERRED.to_owned();
        self.query(partition, from, to, Order::Ascending, None, DeferredWrite::decode).await
    }

    async fn deferred_write(&self, key: &Key) -> Result<Option<DeferredWrite>> {
        let items = self.get_raw(key).await?;
        items.map(DeferredWrite::decode).transpose()
    }
}
