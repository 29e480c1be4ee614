//! Log and trash: the listings in which changes stand.

use super::{Change, ChangeAction, History, Title};
use crate::store::author::Author;
use crate::store::entity::Entity;
use crate::store::key::Kind;
use crate::store::listing::{Entry, Levels, Listing, ListingChange, Point, PointChange};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Seconds after which no change comes to the log any more that is dated before. See [time](super).
pub const FEED_DELAY: u32 = 60;

/// The log of a kind: all changes of its entities, by time.
pub fn log_of(kind: Kind) -> Listing {
    Listing::of("log", kind.tag(), Levels::Fine).projected()
}

/// The deleted entities of a kind, by the time of their deletion.
pub fn trash_of(kind: Kind) -> Listing {
    Listing::of("trash", kind.tag(), Levels::Fine).projected()
}

/// What an entry of a log, or of a trash, carries. Its point has the time and the entity's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The tag of the entity's kind.
    #[serde(rename = "k")]
    pub tag: String,
    /// The revision of the entity after the change.
    #[serde(rename = "r")]
    pub revision: u32,
    /// What was done.
    #[serde(rename = "a")]
    pub action: ChangeAction,
    /// Who did it; 0 is the system, or nobody knows.
    #[serde(rename = "b")]
    pub by: u32,
    /// What the entity is known by.
    #[serde(flatten)]
    pub title: Title,
}

impl LogEntry {
    /// What an entry says; `None` if that cannot be read.
    pub fn of(entry: &Entry) -> Option<Self> {
        serde_json::from_str(entry.projection.as_deref()?).ok()
    }

    fn projection<T: Entity>(value: &T, revision: u32, action: ChangeAction, by: u32) -> Option<Arc<str>> {
        let entry = Self { tag: T::KIND.tag().to_owned(), revision, action, by, title: value.title() };
        serde_json::to_string(&entry).ok().map(Arc::from)
    }
}

/// The entries of a change that leaves the entity as `value`, or that deletes it: in the log, and in the trash.
pub fn logged<T: Entity>(
    id: u32,
    value: &T,
    revision: u32,
    action: ChangeAction,
    Author { by, at }: Author,
) -> Vec<ListingChange> {
    let projection = LogEntry::projection(value, revision, action, by);
    let trash = (action == ChangeAction::Delete).then(|| trash_of(T::KIND));
    let listings = [log_of(T::KIND)].into_iter().chain(trash);
    let added = |listing| {
        let (point, projection) = (Point::new(at.0, id), projection.clone());
        ListingChange { listing, point, change: PointChange::Add, projection }
    };
    listings.map(added).collect()
}

/// Where the trash has an entity of a kind that was deleted then.
pub fn deletion_place(kind: Kind, id: u32, deleted: Author) -> (Listing, Point) {
    (trash_of(kind), Point::new(deleted.at.0, id))
}

/// The points that stay although the entity leaves them, of `new` and not of `old`.
pub fn lasting_changes<T: Entity>(id: u32, old: Option<&T>, new: &T) -> Vec<ListingChange> {
    let had = old.map(|old| old.lasting_points(id)).unwrap_or_default();
    let added = new.lasting_points(id).into_iter().filter(|place| !had.contains(place));
    let change =
        |(listing, point)| ListingChange { listing, point, change: PointChange::Add, projection: None };
    added.map(change).collect()
}

impl<T: Entity> History<T> {
    /// All entries that follow from it: in the log, in the trash, and those that stay.
    pub(in crate::store) fn entries(&self) -> Vec<ListingChange> {
        let entries = |change: &Change| {
            let value = self.value(change)?;
            Some(logged(self.id, value, change.revision, change.action, change.author))
        };
        let mut entries: Vec<_> = self.changes.iter().filter_map(entries).flatten().collect();
        // Who was restored is not in the trash any more.
        let deleted = self.deletion().map(|deletion| deletion.author.at.0);
        let trash = trash_of(T::KIND);
        entries.retain(|entry| entry.listing != trash || Some(entry.point.score) == deleted);
        for value in &self.values {
            for entry in lasting_changes(self.id, None, value) {
                if !entries.contains(&entry) {
                    entries.push(entry);
                }
            }
        }
        entries
    }
}
