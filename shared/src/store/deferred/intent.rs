//! What a deferred write is, and how it is stored.

use crate::store::action::{Action, ItemChange, MAX_ACTIONS};
use crate::store::expect::Expect;
use crate::store::key::Key;
use crate::store::listing::{Listing, ListingChange, Point, PointChange, most_actions};
use crate::store::record::{Attributes, Raw, encode};
use crate::store::write::Write;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Seconds of a lease: a writer that has not renewed it is thought dead.
pub(super) const LEASE: i64 = 5;

/// The actions of a transaction that are left for changes: two are about intent and cursor.
const ROOM: usize = MAX_ACTIONS - 2;

/// The version of the stored format that is written.
const VERSION: u32 = 2;

/// Changes of listings that were committed but are not all made yet.
#[derive(Debug, Clone)]
pub(in crate::store) struct DeferredWrite {
    /// The key of the intent.
    pub key: Key,
    /// The revision of the intent, from which the cursor counts on; no other deferred write has the same.
    pub mark: u32,
    /// All changes, in the order in which they are made.
    pub changes: Vec<ListingChange>,
    pub cursor: Cursor,
}

/// How far a deferred write has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Cursor {
    /// The revision of the cursor's item.
    pub revision: u32,
    /// How many changes are made.
    pub done: usize,
    /// When the lease of the process that makes them ends, in seconds since 1970 UTC.
    pub until: i64,
}

/// An intent as it is stored: the projection once, and of listings that differ in their names alone the names.
#[derive(Serialize, Deserialize)]
pub(super) struct IntentDocument {
    /// Of the stored format.
    #[serde(default)]
    version: u32,
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

/// A cursor as it is stored.
#[derive(Serialize, Deserialize)]
struct CursorDocument {
    done: usize,
    until: i64,
}

/// Takes the changes out of `write` that do not fit into its transaction, and adds the actions that write them down; it is
/// `epoch` now, in seconds since 1970 UTC.
pub(in crate::store) fn split(write: &mut Write, epoch: i64) -> Result<Option<DeferredWrite>> {
    let Some((kind, id)) =
        write.owner.filter(|_| write.changes.iter().any(|change| change.listing.is_deferred()))
    else {
        return Ok(None);
    };
    let key = Key::deferred(kind, id);
    let (mut deferrable, mut now): (Vec<_>, Vec<_>) =
        std::mem::take(&mut write.changes).into_iter().partition(|change| change.listing.is_deferred());
    // Changes of one listing stay together, so that an entry removed and added at one position is written once.
    deferrable.sort_by(ListingChange::order);
    let used = write.actions.len() + most_actions(&now);
    let room = |actions| MAX_ACTIONS.checked_sub(used + actions).ok_or_else(too_large);
    // One action checks that nothing is deferred; two write down what is.
    let all_fit = fitting(&deferrable, room(1)?) == deferrable.len();
    let fit = if all_fit { deferrable.len() } else { fitting(&deferrable, room(2)?) };
    let changes = deferrable.split_off(fit);
    now.extend(deferrable);
    write.changes = now;
    if changes.is_empty() {
        write.actions.push(Action::nothing_deferred(key));
        return Ok(None);
    }
    let deferred = DeferredWrite::new(key, changes, epoch)?;
    write.actions.extend(deferred.actions()?);
    Ok(Some(deferred))
}

fn too_large() -> Error {
    Error::internal("a write is too large")
}

/// Refuses changes that no transaction can make.
fn check(changes: &[ListingChange]) -> Result<()> {
    let is_too_long = |change: &ListingChange| change.listing.entry(change.point).is_too_long();
    if changes.iter().any(is_too_long) {
        return Err(Error::internal("a key is too long"));
    }
    if changes.chunk_by(|a, b| a.listing == b.listing).any(|run| most_actions(run) > ROOM) {
        return Err(too_many());
    }
    Ok(())
}

fn too_many() -> Error {
    Error::internal("the changes of one listing are more than a transaction")
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
    /// A deferred write of which nothing is done yet, with a lease of the process that makes it; it is `epoch` now.
    pub fn new(key: Key, changes: Vec<ListingChange>, epoch: i64) -> Result<Self> {
        // A later deferred write under the same key must not look like this one (ABA): revisions start at random.
        let mark = getrandom::u32().map_err(Error::internal)? >> 1;
        Ok(Self { key, mark, changes, cursor: Cursor { revision: mark, done: 0, until: epoch + LEASE } })
    }

    /// The actions that write it down, where there must be none of an earlier write.
    pub fn actions(&self) -> Result<[Action; 2]> {
        Ok([Action::put_deferred(self.intent()?), Action::put(self.cursor_item(self.cursor)?)])
    }

    /// The changes that are still to be made.
    pub fn left(&self) -> &[ListingChange] {
        self.changes.get(self.cursor.done..).unwrap_or_default()
    }

    /// The changes of the next transaction.
    pub fn slice(&self) -> Result<&[ListingChange]> {
        let left = self.left();
        let fit = fitting(left, ROOM);
        match left.get(..fit) {
            Some(slice) if fit > 0 || left.is_empty() => Ok(slice),
            _ => Err(too_many()),
        }
    }

    /// The actions that move the cursor past so many changes more, which is only done if it is still as it was read; and the
    /// cursor after that, unless all changes are made then.
    pub fn advance(&self, made: usize, epoch: i64) -> Result<(Vec<Action>, Option<Cursor>)> {
        let expect = Expect::Revision(self.cursor.revision);
        let done = self.cursor.done + made;
        if done >= self.changes.len() {
            let cursor = Action::on(expect, ItemChange::Delete(self.key.cursor()));
            return Ok((vec![cursor, Action::delete(self.key.clone())], None));
        }
        let revision = expect.next_revision();
        let cursor = Cursor { revision, done, until: epoch + LEASE };
        Ok((vec![Action::on(expect, ItemChange::Put(self.cursor_item(cursor)?))], Some(cursor)))
    }

    fn intent(&self) -> Result<Attributes> {
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
        let projection = projection.map(str::to_owned);
        encode(&self.key, self.mark, &IntentDocument { version: VERSION, projection, runs }, None)
    }

    fn cursor_item(&self, cursor: Cursor) -> Result<Attributes> {
        let Cursor { revision, done, until } = cursor;
        encode(&self.key.cursor(), revision, &CursorDocument { done, until }, None)
    }

    /// The deferred write of an intent and its cursor, as they were read; `None` if there is neither.
    pub fn of(key: Key, intent: Option<Raw>, cursor: Option<Raw>) -> Result<Option<Self>> {
        match (intent, cursor) {
            (None, None) => Ok(None),
            (Some(intent), Some(cursor)) => Self::decode(key, intent, cursor).map(Some),
            _ => Err(Error::internal("an intent without cursor, or a cursor without intent")),
        }
    }

    fn decode(key: Key, intent: Raw, cursor: Raw) -> Result<Self> {
        let record = intent.decode::<IntentDocument>()?;
        if record.value.version > VERSION {
            return Err(Error::internal("a deferred write of a newer version"));
        }
        let cursor = cursor.decode::<CursorDocument>()?;
        let CursorDocument { done, until } = cursor.value;
        let cursor = Cursor { revision: cursor.revision, done, until };
        let changes = record.value.changes();
        check(&changes)?;
        Ok(Self { key, mark: record.revision, changes, cursor })
    }
}

impl IntentDocument {
    /// The changes, in the order in which they are made.
    pub fn changes(self) -> Vec<ListingChange> {
        let projection: Option<Arc<str>> = self.projection.map(Arc::from);
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
        let mut changes: Vec<_> = self.runs.into_iter().flat_map(changes).collect();
        changes.sort_by(ListingChange::order);
        changes
    }
}
