//! What a deferred write is, and how it is stored.

use crate::store::action::{Action, ItemChange, MAX_ACTIONS};
use crate::store::expect::Expect;
use crate::store::key::Key;
use crate::store::listing::{Listing, ListingChange, Point, PointChange, most_actions};
use crate::store::record::{Attributes, Raw, encode};
use crate::store::write::{IndexedEntity, Write};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Seconds of a lease: a writer that has not renewed it is thought dead.
pub(super) const LEASE: i64 = 5;

/// The actions of a transaction that are left for changes: two are about intent and cursor.
const ROOM: usize = MAX_ACTIONS - 2;

/// The version of the stored format that is written where there is a brief projection.
const VERSION: u32 = 3;

/// The version that is written where there is none: the release before this one reads it too.
const VERSION_WITHOUT_BRIEF: u32 = 2;

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
    #[serde(default)]
    brief_projection: Option<String>,
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

/// Takes the changes of listings out of `write`. Answers those of its transaction, and the deferred writes of those that do not
/// fit into it, one for each entity; the actions that write them down are added. It is `epoch` now, in seconds since 1970 UTC.
pub(in crate::store) fn split(
    write: &mut Write,
    epoch: i64,
) -> Result<(Vec<ListingChange>, Vec<DeferredWrite>)> {
    let mut entities = std::mem::take(&mut write.indexed);
    let mut now = Vec::new();
    for entity in &mut entities {
        let (deferrable, others) =
            std::mem::take(&mut entity.changes).into_iter().partition(|change| change.listing.is_deferred());
        now.extend::<Vec<_>>(others);
        entity.changes = deferrable;
        // Changes of one listing stay together, so that an entry removed and added at one position is written once.
        entity.changes.sort_by(ListingChange::order);
    }
    entities.retain(|entity| !entity.changes.is_empty());
    let used = write.actions.len() + most_actions(&now);
    // One action checks that nothing is deferred of an entity that there was before; two write down what is.
    let checks = entities.iter().filter(|entity| !entity.is_new).count();
    let wanted: usize = entities.iter().map(|entity| most_actions(&entity.changes)).sum();
    let most_written_down = if used + checks + wanted <= MAX_ACTIONS { checks } else { 2 * entities.len() };
    let mut room = MAX_ACTIONS.checked_sub(used + most_written_down).ok_or_else(too_large)?;
    let mut deferred = Vec::new();
    for IndexedEntity { deferred: key, is_new, mut changes } in entities {
        let left = changes.split_off(fitting(&changes, room));
        room = room.saturating_sub(most_actions(&changes));
        now.extend(changes);
        if !left.is_empty() {
            let left = DeferredWrite::new(key, left, epoch)?;
            write.actions.extend(left.actions()?);
            deferred.push(left);
        } else if !is_new {
            write.actions.push(Action::nothing_deferred(key));
        }
    }
    Ok((now, deferred))
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
        let projection = |is_brief| {
            let mut alike = self.changes.iter().filter(|change| change.listing.is_brief() == is_brief);
            alike.find_map(|change| change.projection.as_deref()).map(str::to_owned)
        };
        let (projection, brief_projection) = (projection(false), projection(true));
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
        let version = if brief_projection.is_some() { VERSION } else { VERSION_WITHOUT_BRIEF };
        let document = IntentDocument { version, projection, brief_projection, runs };
        encode(&self.key, self.mark, &document, None)
    }

    fn cursor_item(&self, cursor: Cursor) -> Result<Attributes> {
        let Cursor { revision, done, until } = cursor;
        encode(&self.key.cursor(), revision, &CursorDocument { done, until }, None)
    }

    /// The deferred write of an intent and its cursor, as they were read.
    ///
    /// # Errors
    /// [`Error::Internal`] if they are something else.
    pub fn decode(key: Key, intent: Raw, cursor: Raw) -> Result<Self> {
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
        let [whole, brief] = [self.projection, self.brief_projection].map(|it| it.map(Arc::<str>::from));
        let changes = |Run { like, point, change, names }: Run| {
            let text = if like.is_brief() { &brief } else { &whole };
            let projection = text.clone().filter(|_| like.is_projected() && change != PointChange::Remove);
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
