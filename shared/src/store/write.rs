//! What one request changes, collected before it is committed.

use super::action::{Action, ConditionFailure, ItemChange};
use super::author::Author;
use super::entity::{Entity, Holders, Projections, Stored, UniqueValue};
use super::expect::Expect;
use super::guard;
use super::history::{
    ChangeAction, Deleted, deletion_place, lasting_changes, logged, restore_mark, version_item,
};
use super::key::Key;
use super::listing::{Listing, ListingChange, Point, PointChange};
use super::record::{Record, encode, index_version, written_by};
use crate::{Error, Result};
use serde::Serialize;
use std::collections::HashSet;

/// Changes that belong together: [`Store::commit`](super::Store::commit) makes all of them, or none.
pub struct Write {
    author: Author,
    pub(super) actions: Vec<Action>,
    pub(super) indexed: Vec<IndexedEntity>,
    new_links: Vec<String>,
}

/// An entity whose points change.
pub(super) struct IndexedEntity {
    /// Where a deferred write of it stands.
    pub deferred: Key,
    /// Whether there was none before: then there is no deferred write of it yet.
    pub is_new: bool,
    /// What changes.
    pub changes: Vec<ListingChange>,
}

impl Write {
    /// An empty write in the name of `author`.
    pub fn new(author: Author) -> Self {
        Self { author, actions: Vec::new(), indexed: Vec::new(), new_links: Vec::new() }
    }

    /// The [addresses](Entity::links) that entities have by this write, and had not before.
    pub fn new_links(&self) -> &[String] {
        &self.new_links
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
        self.push(expect, ItemChange::Put(item));
        Ok(())
    }

    /// Deletes the item under `key`, where `expect` must hold.
    pub fn delete(&mut self, key: &Key, expect: Expect) {
        self.push(expect, ItemChange::Delete(key.clone()));
    }

    /// Changes nothing under `key`, but `expect` must hold.
    pub fn check(&mut self, key: &Key, expect: Expect) {
        self.push(expect, ItemChange::Check(key.clone()));
    }

    /// Creates the entity `id` with its points and guards.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn create<T: Entity>(&mut self, id: u32, new: &T) -> Result<()> {
        self.put_entity(id, new, Expect::Absent, 1, Some(self.author))?;
        self.new_links.extend(new.links().into_iter().map(str::to_owned));
        let mut changes = logged(id, new, 1, ChangeAction::Create, self.author);
        changes.extend(lasting_changes(id, None, new));
        self.index(id, true, None, Some(new), changes)
    }

    /// Replaces an entity as it was read by `new`, keeps the old version, and moves its points and guards.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn replace<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        self.replace_by(ChangeAction::Edit, old, &old.record.value, new)
    }

    /// As [`Write::replace`], where the old version may not be kept as it is: `kept` is kept in its place.
    ///
    /// # Errors
    /// [`Error::Internal`] if `kept` or `new` cannot be an item.
    pub fn replace_keeping<T: Entity>(&mut self, old: &Stored<T>, kept: &T, new: &T) -> Result<()> {
        self.replace_by(ChangeAction::Edit, old, kept, new)
    }

    /// As [`Write::replace`], where the entity gets the new name of something that it belongs to: nobody has edited it.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn rename<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        self.replace_by(ChangeAction::Rename, old, &old.record.value, new)
    }

    fn replace_by<T: Entity>(
        &mut self,
        action: ChangeAction,
        old: &Stored<T>,
        kept: &T,
        new: &T,
    ) -> Result<()> {
        let author = self.keep_version(old, kept, action)?;
        let revision = self.put_changed(old, new, Some(author))?;
        let before = old.links();
        let new_links = new.links().into_iter().filter(|link| !before.contains(link));
        self.new_links.extend(new_links.map(str::to_owned));
        let mut changes = logged(old.id, new, revision, action, author);
        changes.extend(lasting_changes(old.id, Some(&old.record.value), new));
        self.index(old.id, false, Some(old), Some(new), changes)
    }

    /// As [`Write::replace`] for a change that is no edit, such as the time of a sign-in: no version is kept, it is in no
    /// log, and who edited the entity last stays.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn refresh<T: Entity>(&mut self, old: &Stored<T>, new: &T) -> Result<()> {
        self.put_changed(old, new, old.record.author)?;
        self.index(old.id, false, Some(old), Some(new), Vec::new())
    }

    /// Deletes an entity as it was read, with its points and guards, and keeps its last version.
    ///
    /// # Errors
    /// [`Error::Internal`] if the version cannot be an item.
    pub fn remove<T: Entity>(&mut self, old: &Stored<T>) -> Result<()> {
        let author = self.keep_version(old, &old.record.value, ChangeAction::Delete)?;
        self.delete(&Key::entity(T::KIND, old.id), Expect::Revision(old.record.revision));
        let revision = old.record.revision.saturating_add(1);
        let changes = logged(old.id, &old.record.value, revision, ChangeAction::Delete, author);
        self.index(old.id, false, Some(old), None, changes)
    }

    /// Brings a deleted entity back as `new`, with its id, its points and its guards. Of several restores at once one
    /// succeeds: all of them would leave the same mark.
    ///
    /// # Errors
    /// [`Error::Internal`] if `new` cannot be an item.
    pub fn restore<T: Entity>(&mut self, deleted: &Deleted<T>, new: &T) -> Result<()> {
        let (id, author) = (deleted.id, self.author.after(Some(deleted.author)));
        let mark = restore_mark(&deleted.restore_mark_key(), author)?;
        self.push(Expect::Absent, ItemChange::Put(mark));
        // What is brought back may have been forgotten since it was read.
        let version = Key::version(T::KIND, id, deleted.revision);
        self.check(&version, Expect::Revision(deleted.item_revision));
        let revision = deleted.restored_revision();
        self.put_entity(id, new, Expect::Absent, revision, Some(author))?;
        let mut changes = logged(id, new, revision, ChangeAction::Restore, author);
        let (listing, point) = deletion_place(T::KIND, id, deleted.author);
        let change = PointChange::Remove;
        let removed = ListingChange { listing, point, change, projection: None };
        changes.extend(deleted.is_in_trash.then_some(removed));
        changes.extend(lasting_changes(id, Some(&deleted.value), new));
        // What the deletion has deferred comes first.
        self.index(id, false, None, Some(new), changes)
    }

    /// Changes nothing of a deleted entity, but it must still be deleted.
    pub fn check_deleted<T: Entity>(&mut self, deleted: &Deleted<T>) {
        self.check(&deleted.restore_mark_key(), Expect::Absent);
    }

    /// Answers the revision of the item that is written.
    fn put_changed<T: Entity>(&mut self, old: &Stored<T>, new: &T, author: Option<Author>) -> Result<u32> {
        let expect = Expect::Revision(old.record.revision);
        let revision = expect.next_revision();
        self.put_entity(old.id, new, expect, revision, author)?;
        Ok(revision)
    }

    fn put_entity<T: Entity>(
        &mut self,
        id: u32,
        new: &T,
        expect: Expect,
        revision: u32,
        author: Option<Author>,
    ) -> Result<()> {
        let mut item = encode(&Key::entity(T::KIND, id), revision, new, None)?;
        item.extend(index_version(T::INDEX_VERSION));
        let item = match author {
            Some(author) => written_by(item, author),
            None => item,
        };
        self.push(expect, ItemChange::Put(item));
        Ok(())
    }

    /// Keeps `kept` of a version that is replaced. Answers who replaces it, dated after the change before.
    fn keep_version<T: Entity>(&mut self, old: &Stored<T>, kept: &T, action: ChangeAction) -> Result<Author> {
        let author = self.author.after(old.record.author);
        let item = version_item(old, kept, action, author)?;
        self.push(Expect::Absent, ItemChange::Put(item));
        Ok(author)
    }

    /// Changes the points and guards that only one of `old` and `new` has, and makes `changes` beside. They need no condition
    /// against lost updates: the entity's own condition stands in the same transaction.
    fn index<T: Entity>(
        &mut self,
        id: u32,
        is_new: bool,
        old: Option<&Stored<T>>,
        new: Option<&T>,
        mut changes: Vec<ListingChange>,
    ) -> Result<()> {
        changes.extend(moved_points(id, old, new));
        self.indexed.push(IndexedEntity { deferred: Key::deferred(T::KIND, id), is_new, changes });
        for action in guard::actions(id, old.map(|old| &old.record.value), new)? {
            guard::add(&mut self.actions, action);
        }
        Ok(())
    }

    /// Nobody had `value`, which this write claims, when it was looked up: if somebody has it now, that is no conflict for the
    /// caller, but what was read is stale.
    pub fn was_free(&mut self, value: &UniqueValue) {
        let key = Some(value.key());
        for action in self.actions.iter_mut().filter(|action| action.change.key() == key) {
            action.failure = ConditionFailure::Stale;
        }
    }

    /// Makes `id` a holder of a shared value, or no longer one; `read` are the holders under the value's key, as they were
    /// read.
    ///
    /// # Errors
    /// [`Error::SharedByTooMany`] if a hundred others hold it, [`Error::Internal`] if the holders cannot be an item.
    pub fn share(
        &mut self,
        value: &UniqueValue,
        read: Option<&Record<Holders>>,
        id: u32,
        has: bool,
    ) -> Result<()> {
        let (unique, key) = (value.unique, &value.key());
        let expect = Expect::unchanged(read);
        // A value released and claimed again must not look unchanged (ABA): its revisions start at random.
        let revision = match expect {
            Expect::Absent => getrandom::u32().map_err(Error::internal)? >> 1,
            expect => expect.next_revision(),
        };
        let mut holders = read.map(|record| record.value.clone()).unwrap_or_default();
        if has && !holders.has(id) && holders.ids.len() >= Holders::MOST {
            return Err(Error::SharedByTooMany { unique, id: holders.other_than(None).unwrap_or(0) });
        }
        holders.ids.retain(|holder| *holder != id);
        holders.ids.extend(has.then_some(id));
        match (holders.ids.is_empty(), expect) {
            (false, expect) => self.push(expect, ItemChange::Put(encode(key, revision, &holders, None)?)),
            (true, Expect::Absent) => self.check(key, expect),
            (true, expect) => self.delete(key, expect),
        }
        Ok(())
    }

    fn push(&mut self, expect: Expect, change: ItemChange) {
        self.actions.push(Action::on(expect, change));
    }
}

/// The changes of points between an entity as it was read and as it will be. A point that the old one's index version did not
/// give it yet was never counted, so it is not taken out.
fn moved_points<T: Entity>(id: u32, old: Option<&Stored<T>>, new: Option<&T>) -> Vec<ListingChange> {
    let before = old.map(|old| old.points(id, old.index_version.min(T::INDEX_VERSION))).unwrap_or_default();
    let after = new.map(|new| new.points(id, T::INDEX_VERSION)).unwrap_or_default();
    let (had, has): (HashSet<_>, HashSet<_>) = (before.iter().collect(), after.iter().collect());
    let old_projections = old.map(|old| Projections::of(&old.record.value)).unwrap_or_default();
    let projections = new.map(Projections::of).unwrap_or_default();
    // What older versions wrote goes with the first change. It counts in no node, so it may as well not be there.
    let mut former = old.map(|old| old.former_points(id)).unwrap_or_default();
    former.retain(|place| !had.contains(place) && before != after);
    let removed = before.iter().chain(&former).filter(|place| !has.contains(place));
    let removed = removed.map(|place| (place, PointChange::Remove));
    let is_projected_anew =
        |listing: &Listing| old_projections.of_listing(listing) != projections.of_listing(listing);
    let added = after.iter().filter_map(|place| match had.contains(place) {
        false => Some((place, PointChange::Add)),
        true => is_projected_anew(&place.0).then_some((place, PointChange::Update)),
    });
    let change = |((listing, point), change): (&(Listing, Point), PointChange)| ListingChange {
        projection: projections.of_listing(listing).filter(|_| change != PointChange::Remove).cloned(),
        listing: listing.clone(),
        point: *point,
        change,
    };
    removed.chain(added).map(change).collect()
}
