//! What one request changes, collected before it is committed.

use super::action::{Action, Change, Refusal, addition};
use super::entity::{Entity, Guard, Holders, Stored};
use super::key::{Key, Kind};
use super::listing::{Deltas, Listing, Point, Said};
use super::record::{Attributes, Record, encode};
use crate::time::Time;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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

/// Changes that belong together: [`Store::commit`](super::Store::commit) makes all of them true, or none.
pub struct Write {
    author: Author,
    pub(super) actions: Vec<Action>,
    pub(super) changes: Vec<PointChange>,
    /// The entity whose points change; what is left of a large write is kept under its name.
    pub(super) owner: Option<(Kind, u32)>,
}

/// What happens to a point of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PointChange {
    pub listing: Listing,
    pub point: Point,
    pub motion: Motion,
    /// What the entry of a covered listing carries from now on.
    pub covering: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Motion {
    Goes,
    Comes,
    /// Only what its entry carries is another.
    Stays,
}

impl Motion {
    /// What it adds to counters, in points.
    pub fn count(self) -> i128 {
        match self {
            Self::Goes => -1,
            Self::Comes => 1,
            Self::Stays => 0,
        }
    }
}

impl Write {
    /// An empty write in the name of `author`.
    pub fn new(author: Author) -> Self {
        Self { author, actions: Vec::new(), changes: Vec::new(), owner: None }
    }

    /// Writes `value` under `key`, where `expect` must hold.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if `value` cannot be an item.
    pub fn put<T: Serialize>(&mut self, key: &Key, value: &T, expect: Expect) -> Result<()> {
        self.put_until(key, value, expect, None)
    }

    /// As [`Write::put`], for an item that DynamoDB may delete some time after `time_to_live` (seconds since
    /// 1970 UTC). It does so late: whoever reads the item must look at its age.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if `value` cannot be an item.
    pub fn put_until<T: Serialize>(
        &mut self,
        key: &Key,
        value: &T,
        expect: Expect,
        time_to_live: Option<i64>,
    ) -> Result<()> {
        let item = encode(key, expect.next_revision(), value, time_to_live)?;
        self.push(Change::Put(item), expect, Refusal::Stale);
        Ok(())
    }

    /// Deletes the item under `key`, where `expect` must hold.
    pub fn delete(&mut self, key: &Key, expect: Expect) {
        self.push(Change::Delete(key.clone()), expect, Refusal::Stale);
    }

    /// Changes nothing under `key`, but `expect` must hold.
    pub fn check(&mut self, key: &Key, expect: Expect) {
        self.push(Change::Check(key.clone()), expect, Refusal::Stale);
    }

    /// Creates the entity `id` with its points and guards.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if `new` cannot be an item.
    pub fn create<T: Entity>(&mut self, id: u32, new: &T) -> Result<()> {
        self.put(&Key::entity(T::KIND, id), new, Expect::Absent)?;
        self.index(id, None, Some(new))
    }

    /// Replaces an entity as it was read by `new`, keeps what it was, and moves its points and guards.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if `new` cannot be an item.
    pub fn replace<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        self.keep_history(old)?;
        self.refresh(old, new)
    }

    /// As [`Write::replace`] for what is not an edit, such as the time of a sign-in: no history is kept.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if `new` cannot be an item.
    pub fn refresh<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        let expect = Expect::Revision(old.record.revision);
        self.put(&Key::entity(T::KIND, old.id), new, expect)?;
        self.index(old.id, Some(&old.record.value), Some(new))
    }

    /// Deletes an entity as it was read, with its points and guards; what it was is kept.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if the history cannot be an item.
    pub fn remove<T: Entity>(&mut self, old: &Stored<T>) -> Result<()> {
        self.keep_history(old)?;
        self.delete(&Key::entity(T::KIND, old.id), Expect::Revision(old.record.revision));
        self.index(old.id, Some(&old.record.value), None)
    }

    fn keep_history<T: Entity>(&mut self, old: &Stored<T>) -> Result<()> {
        let history = History { by: self.author, value: &old.record.value };
        self.put(&Key::history(T::KIND, old.id, old.record.revision), &history, Expect::Absent)
    }

    /// Points and guards that only one of `old` and `new` has. They need no condition of their own against lost
    /// updates: the entity's stands in the same transaction.
    fn index<T: Entity>(&mut self, id: u32, old: Option<&T>, new: Option<&T>) -> Result<()> {
        self.owner = Some((T::KIND, id));
        let points = |entity: Option<&T>| entity.map(|e| e.points(id)).unwrap_or_default();
        let (before, after) = (points(old), points(new));
        let (had, has): (HashSet<_>, HashSet<_>) = (before.iter().collect(), after.iter().collect());
        let (said, says) = (old.and_then(T::covering), new.and_then(T::covering));
        let unsaid = said != says;
        let says: Option<Arc<str>> = says.map(Arc::from);
        let goes = before.iter().filter(|place| !has.contains(place)).map(|place| (place, Motion::Goes));
        let comes = after.iter().filter_map(|place| match had.contains(place) {
            false => Some((place, Motion::Comes)),
            true => (unsaid && place.0.is_covered()).then_some((place, Motion::Stays)),
        });
        let change = |((listing, point), motion): (&(Listing, Point), Motion)| PointChange {
            covering: says.clone().filter(|_| listing.is_covered() && motion != Motion::Goes),
            listing: listing.clone(),
            point: *point,
            motion,
        };
        self.changes.extend(goes.chain(comes).map(change));

        let (before, after) =
            (old.map(T::guards).unwrap_or_default(), new.map(T::guards).unwrap_or_default());
        for Guard { unique, value, .. } in before.iter().filter(|guard| !after.contains(guard)) {
            self.actions.push(Action::delete(Key::unique(*unique, value)));
        }
        for Guard { unique, value, field, message } in after.iter().filter(|guard| !before.contains(guard)) {
            let item = guard(&Key::unique(*unique, value), vec![id])?;
            self.push(Change::Put(item), Expect::Absent, Refusal::Taken { field, message });
        }
        Ok(())
    }

    /// Lets `id` be one of those who have a shared value, or no longer; `read` is who has it under `key`
    /// ([`Key::unique`]), as it was read.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if the holders cannot be an item.
    pub fn share(&mut self, key: &Key, read: Option<&Record<Holders>>, id: u32, has: bool) -> Result<()> {
        let expect = Expect::unchanged(read);
        // What all gave up and somebody took up again is not what it was when it was read: it begins at random.
        let revision = match expect {
            Expect::Absent => getrandom::u32().map_err(Error::internal)? >> 1,
            expect => expect.next_revision(),
        };
        let mut holders = read.map(|record| record.value.clone()).unwrap_or_default();
        holders.ids.retain(|holder| *holder != id);
        holders.ids.extend(has.then_some(id));
        match (holders.ids.is_empty(), expect) {
            (false, expect) => {
                self.push(Change::Put(encode(key, revision, &holders, None)?), expect, Refusal::Stale);
            }
            (true, Expect::Absent) => self.check(key, expect),
            (true, expect) => self.delete(key, expect),
        }
        Ok(())
    }

    fn push(&mut self, change: Change, expect: Expect, refusal: Refusal) {
        self.actions.push(Action { change, expect: Some(expect), refusal });
    }
}

/// The entries and nodes of `changes`, the nodes on `shard`.
pub(super) fn point_items(
    changes: &[PointChange],
    shard: u32,
    table: &str,
) -> Result<Vec<TransactWriteItem>> {
    let mut items = Vec::new();
    let mut deltas = Deltas::default();
    let mut homes: HashMap<&Listing, u64> = HashMap::new();
    let mut put: HashSet<Key> = HashSet::new();
    for PointChange { listing, point, motion, .. } in changes {
        let home = homes.entry(listing).or_default();
        *home = point.position().max(*home);
        put.extend((*motion != Motion::Goes).then(|| Key::entry(listing, *point)));
    }
    for PointChange { listing, point, motion, covering } in changes {
        let home = homes.get(listing).copied().unwrap_or_default();
        deltas.add(listing, *point, home, motion.count());
        let key = Key::entry(listing, *point);
        let action = match motion {
            Motion::Comes | Motion::Stays => {
                Action::put(Said::of(listing, *point, covering.as_deref()).entry(&key))
            }
            // Only its weight changes, and the new entry overwrites the old one.
            Motion::Goes if put.contains(&key) => continue,
            Motion::Goes => Action::delete(key),
        };
        items.push(action.item(table)?);
    }
    for (listing, node, counters) in deltas.into_nodes() {
        items.push(addition(&Key::node(&listing, &node, shard), counters, table)?);
    }
    Ok(items)
}

/// The guard under `key`, with the ids of those who have the value.
pub(super) fn guard(key: &Key, ids: Vec<u32>) -> Result<Attributes> {
    encode(key, 1, &Holders { ids }, None)
}
