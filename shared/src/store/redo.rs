//! Writes that are larger than a transaction.
//!
//! A transaction has at most 100 actions, and an entity with a search index stands in more listings than that. Its
//! commit then has the entity itself, its history, its guards, every listing whose points must not be late, and of the
//! [late](super::Listing::late) ones as many as there is room for. What is left is one item more, in the partition
//! `REDO`: the point changes still to be made. They are made in transactions each of which takes some of them off that
//! item, on condition that it is as it was read; the last one deletes it. A random mark that every transaction
//! counts up tells it from what a later write has put under the same key, so that every change is made exactly once, by
//! whoever comes first: the writer itself, right after its commit; a reader of a late listing that is concerned; the
//! next write to the same entity; or the sweeper.
//!
//! The next write to the entity that changes late points expects that nothing is left, and finishes what is: otherwise
//! an old change could put back what a newer write had taken away.

use super::Store;
use super::action::Action;
use super::commit::{Cancelled, MAX_ACTIONS};
use super::key::{Key, Kind};
use super::listing::{Levels, Listing, Order, Point};
use super::record::{Attributes, Raw, encode};
use super::write::{Motion, PointChange, Write, point_items};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Point changes that are still to be made, and the key they stand under.
#[derive(Debug, Clone)]
pub(super) struct Rest {
    key: Key,
    /// The revision of the item; nothing that another write has left has the same.
    mark: u32,
    pub changes: Vec<PointChange>,
}

/// How a [`Rest`] stands in the table: an entity's point, and what it says, once for all listings with like names.
#[derive(Serialize, Deserialize)]
struct Document {
    covering: Option<String>,
    runs: Vec<Run>,
}

#[derive(Serialize, Deserialize)]
struct Run {
    /// A listing like these, apart from the name.
    like: Listing,
    point: Point,
    motion: Motion,
    names: Vec<String>,
}

/// Takes out of `write` what does not fit into its transaction; puts in what keeps it from getting lost.
pub(super) fn split(write: &mut Write) -> Result<Option<Rest>> {
    let Some((kind, id)) =
        write.owner.filter(|_| write.changes.iter().any(|change| change.listing.is_late()))
    else {
        return Ok(None);
    };
    let key = Key::redo(kind, id);
    let (mut late, mut now): (Vec<_>, Vec<_>) =
        std::mem::take(&mut write.changes).into_iter().partition(|change| change.listing.is_late());
    // Changes of one listing stay together, so that a point that goes and comes is written once.
    late.sort_by(|a, b| a.listing.cmp(&b.listing));
    let taken = write.actions.len() + actions(&now) + 1;
    let room = MAX_ACTIONS.checked_sub(taken).ok_or_else(|| Error::internal("a write is too large"))?;
    let changes = late.split_off(fitting(&late, room));
    now.extend(late);
    write.changes = now;
    if changes.is_empty() {
        write.actions.push(Action::no_rest(key));
        return Ok(None);
    }
    let rest = Rest { key, mark: getrandom::u32().map_err(Error::internal)?, changes };
    write.actions.push(Action::put_rest(rest.encode()?));
    Ok(Some(rest))
}

/// How many of the changes, which are sorted by listing, are at most so many `actions`.
fn fitting(changes: &[PointChange], room: usize) -> usize {
    let mut left = room;
    let mut fit = 0;
    for run in changes.chunk_by(|a, b| a.listing == b.listing) {
        let Some(after) = left.checked_sub(actions(run)) else { break };
        left = after;
        fit += run.len();
    }
    fit
}

/// At most how many actions the changes are: each entry, which a point that goes and one that comes may have in common, and
/// the nodes of every level, but all changes of a moving listing have one node.
fn actions(changes: &[PointChange]) -> usize {
    let of_one = |run: &[PointChange]| {
        let levels = run.first().map(|change| change.listing.levels());
        let nodes = levels.map_or(0, |levels| levels.all().len());
        let entries = run.iter().map(|change| change.point.position()).collect::<BTreeSet<_>>().len();
        match levels {
            Some(Levels::Moving) => entries + nodes,
            _ => entries + run.len() * nodes,
        }
    };
    changes.chunk_by(|a, b| a.listing == b.listing).map(of_one).sum()
}

impl Rest {
    /// What the next transaction does, and what is left after it.
    fn slice(self) -> Result<(Vec<PointChange>, Option<Self>)> {
        let Self { key, mark, mut changes } = self;
        let left = changes.split_off(fitting(&changes, MAX_ACTIONS - 1));
        if changes.is_empty() {
            return Err(Error::internal("the changes of one listing are more than a transaction"));
        }
        let rest = (!left.is_empty()).then(|| Self { key, mark: mark.wrapping_add(1), changes: left });
        Ok((changes, rest))
    }

    fn encode(&self) -> Result<Attributes> {
        let covering = self.changes.iter().find_map(|change| change.covering.as_deref());
        let mut runs: Vec<Run> = Vec::new();
        for PointChange { listing, point, motion, .. } in &self.changes {
            let like = listing.named(String::new());
            let name = listing.name().to_owned();
            let alike = |run: &&mut Run| run.like == like && run.point == *point && run.motion == *motion;
            match runs.iter_mut().find(alike) {
                Some(run) => run.names.push(name),
                None => runs.push(Run { like, point: *point, motion: *motion, names: vec![name] }),
            }
        }
        let document = Document { covering: covering.map(str::to_owned), runs };
        encode(&self.key, self.mark, &document, None)
    }

    fn decode(item: Attributes) -> Result<Self> {
        let raw = Raw(item);
        let key = raw.key().ok_or_else(|| Error::internal("a redo item has no key"))?;
        let record = raw.decode::<Document>()?;
        let covering: Option<Arc<str>> = record.value.covering.map(Arc::from);
        let changes = |Run { like, point, motion, names }: Run| {
            let covering = covering.clone().filter(|_| like.is_covered() && motion != Motion::Goes);
            let change = move |name| PointChange {
                listing: like.named(name),
                point,
                motion,
                covering: covering.clone(),
            };
            names.into_iter().map(change).collect::<Vec<_>>()
        };
        let mut changes: Vec<_> = record.value.runs.into_iter().flat_map(changes).collect();
        changes.sort_by(|a, b| a.listing.cmp(&b.listing));
        Ok(Self { key, mark: record.revision, changes })
    }
}

impl Store {
    /// Makes the changes that are still to be made.
    pub(super) async fn finish(&self, rest: Rest) -> Result<()> {
        let mut next = Some(rest);
        while let Some(rest) = next {
            let (key, mark) = (rest.key.clone(), rest.mark);
            let (now, left) = rest.slice()?;
            let answer = self.transact(|shard| {
                let rest = match &left {
                    Some(left) => Action::lessen_rest(left.encode()?, mark),
                    None => Action::take_rest(key.clone(), mark),
                };
                let mut items = vec![rest.item(&self.table)?];
                items.extend(point_items(&now, shard, &self.table)?);
                Ok(items)
            });
            next = match answer.await {
                Ok(()) => left,
                // Somebody else was first; perhaps they died, so what is left now is ours too.
                Err(Cancelled::Refused(_)) => self.rest(&key).await?,
                Err(Cancelled::Failed(error)) => return Err(error),
            };
        }
        Ok(())
    }

    /// Finishes whatever is still to be done for one of `listings`.
    pub(super) async fn finish_for(&self, listings: &[Listing]) -> Result<bool> {
        let concerns = |rest: &Rest| rest.changes.iter().any(|change| listings.contains(&change.listing));
        let mut any = false;
        for rest in self.pending().await?.into_iter().filter(concerns) {
            self.finish(rest).await?;
            any = true;
        }
        Ok(any)
    }

    /// Finishes what is still to be done for one entity.
    pub(super) async fn finish_of(&self, kind: Kind, id: u32) -> Result<()> {
        match self.rest(&Key::redo(kind, id)).await? {
            Some(rest) => self.finish(rest).await,
            None => Ok(()),
        }
    }

    /// Finishes every write that is not: what the sweeper does, for writers that died. One that cannot be finished is not
    /// in the way of the others.
    ///
    /// # Errors
    /// [`Error::Busy`] if the table stays busy.
    pub async fn finish_all(&self) -> Result<()> {
        let mut all = Ok(());
        for rest in self.pending().await? {
            all = self.finish(rest).await.and(all);
        }
        all
    }

    /// What is still to be done of all writes.
    pub(super) async fn pending(&self) -> Result<Vec<Rest>> {
        let (from, to) = ("!".to_owned(), "~".to_owned());
        self.query(Key::REDO.to_owned(), from, to, Order::Ascending, None, Rest::decode).await
    }

    async fn rest(&self, key: &Key) -> Result<Option<Rest>> {
        let items = self.get_raw(key).await?;
        items.map(Rest::decode).transpose()
    }
}
