//! Records whose entries carry them, so that a page of records costs no more than its entries.
//!
//! Reading twenty records by their keys would cost twenty capacity units and a round trip more; a projection of up to a
//! kilobyte costs nothing to write. Where a record has long texts its projection leaves them out. The projection still tells
//! which names a row needs, so the whole record is read in the same round trip as the names.
//!
//! Entries that are read by the thousand, where several filters are combined, carry a brief projection: texts are in it where
//! they are short.
//!
//! A projection is [positional](super::positional). Version 0.1 wrote objects, with the names of fields; both are read.

use super::positional::to_text;
use super::{Changeable, References, RelatedIds, RelatedNames};
use crate::store::{Author, Entity, Entry, Store, Stored};
use crate::{Error, Result};
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most bytes of a projection, unless a record without its texts has more. With its keys an entry is then below a
/// kilobyte, and twenty entries are 4 capacity units.
const MAX_BYTES: usize = 700;

/// The same of a brief projection. A page of twenty then reads a few records with longer texts, and a capacity unit has thirty
/// entries.
const MAX_BRIEF_BYTES: usize = 144;

/// A record that its entries carry. Its [`Entity::projection`] is [`Projected::to_projection`], its
/// [`Entity::brief_projection`] is [`Projected::to_brief_projection`].
pub trait Projected: Entity + Changeable + Clone {
    /// How answers show it.
    type Row: Serialize;

    /// 1 at first, one more with every edit: the `version` that callers see.
    fn edition(&self) -> u32;

    /// The same with its edition, what filters ask, and whose names its row shows. What else there is may be missing or any
    /// other value, the shorter the better.
    fn brief(&self) -> Self;

    /// Adds the records whose names its row shows.
    fn add_related(&self, related: &mut RelatedIds);

    /// How an answer shows it.
    fn row(self, id: u32, names: &RelatedNames) -> Self::Row;

    /// The records that it refers to.
    fn references(&self) -> References;

    /// It, edited by `editor` to what it `was`. What no edit changes stays.
    fn reverted(&self, was: Self, editor: Author) -> Self;

    /// The projection that its entries carry.
    fn to_projection(&self) -> Option<String> {
        within(self, MAX_BYTES)
    }

    /// The projection that its entries in brief listings carry.
    fn to_brief_projection(&self) -> Option<String> {
        within(self, MAX_BRIEF_BYTES)
    }
}

/// The record, if it is as short as that; else what is brief of it.
fn within<T: Projected>(record: &T, bytes: usize) -> Option<String> {
    let text = |record: &T, is_whole| to_text(&RecordProjection { record, is_whole });
    text(record, true).filter(|text| text.len() <= bytes).or_else(|| text(&record.brief(), false))
}

/// A projection, as entries carry it.
#[derive(Serialize, Deserialize)]
pub(super) struct RecordProjection<T> {
    /// The record, or what is brief of it.
    pub record: T,
    /// Whether it is the whole record.
    #[serde(rename = "whole")]
    pub is_whole: bool,
}

/// Records in their order, and the names that their rows show.
#[derive(Debug, Clone)]
pub struct RecordsWithNames<T> {
    /// The records with their ids.
    pub records: Vec<(u32, T)>,
    /// The names.
    pub names: RelatedNames,
}

impl<T: Projected> RecordsWithNames<T> {
    /// The records of `entries`, which are those of a listing in which a `T` stands. One round trip, and one more where an
    /// entry has no projection, because an older version wrote it.
    ///
    /// # Errors
    /// [`Error::Stale`] if a record with long texts was written since, [`Error::Busy`] if the database does not answer.
    pub async fn of_entries(store: &Store, entries: &[Entry]) -> Result<Self> {
        let projection = |entry: &Entry| (entry.point.id, RecordProjection::<T>::of_entry(entry));
        let (present, missing): (Vec<_>, Vec<_>) =
            entries.iter().map(projection).partition(|(_, projection)| projection.is_some());
        let missing: Vec<_> = missing.into_iter().map(|(id, _)| id).collect();
        let mut read = HashMap::new();
        if !missing.is_empty() {
            let whole = |stored: Stored<T>| {
                (stored.id, RecordProjection { record: stored.record.value, is_whole: true })
            };
            read.extend(store.entities(&missing).await?.into_iter().map(whole));
        }
        read.extend(present.into_iter().filter_map(|(id, projection)| Some((id, projection?))));
        let ids = entries.iter().map(|entry| entry.point.id);
        let projections = ids.map(|id| Ok((id, read.remove(&id).ok_or(Error::Stale)?)));
        let mut projections: Vec<_> = projections.collect::<Result<_>>()?;
        let partial: Vec<_> =
            projections.iter().filter(|(_, projection)| !projection.is_whole).map(|(id, _)| *id).collect();
        let related = related(projections.iter().map(|(_, projection)| &projection.record));
        let (for_names, for_texts) = (store.branch(), store.branch());
        let (names, whole) = try_join(related.names(&for_names), for_texts.entities::<T>(&partial)).await?;
        store.join();
        let mut whole: HashMap<_, _> =
            whole.into_iter().map(|stored| (stored.id, stored.record.value)).collect();
        for (id, projection) in projections.iter_mut().filter(|(_, projection)| !projection.is_whole) {
            // The names that a newer edition needs were not read.
            let same = whole.remove(id).filter(|whole| whole.edition() == projection.record.edition());
            projection.record = same.ok_or(Error::Stale)?;
        }
        let records = projections.into_iter().map(|(id, projection)| (id, projection.record)).collect();
        Ok(Self { records, names })
    }

    /// Records as they were read. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn of_stored(store: &Store, stored: Vec<Stored<T>>) -> Result<Self> {
        let names = related(stored.iter().map(|stored| &stored.record.value)).names(store).await?;
        Ok(Self {
            records: stored.into_iter().map(|stored| (stored.id, stored.record.value)).collect(),
            names,
        })
    }

    /// How an answer shows them.
    pub fn rows(self) -> Vec<T::Row> {
        let Self { records, names } = self;
        records.into_iter().map(|(id, record)| record.row(id, &names)).collect()
    }
}

impl<T: Projected> RecordProjection<T> {
    /// What an entry carries; `None` if that is nothing, or nothing that can be read: then the record tells.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        serde_json::from_str(entry.projection.as_deref()?).ok()
    }
}

/// The record that an entry carries: all of it but long texts.
///
/// # Errors
/// [`Error::Internal`] if the entry is not of a listing in which a `T` stands.
pub fn projected<T: Projected>(entry: &Entry) -> Result<T> {
    let projection = RecordProjection::of_entry(entry);
    projection.map(|it| it.record).ok_or_else(|| Error::internal("an entry has no projection"))
}

/// All whom the rows of records name.
pub(super) fn related<'a, T: Projected + 'a>(records: impl Iterator<Item = &'a T>) -> RelatedIds {
    let mut related = RelatedIds::default();
    records.for_each(|record| record.add_related(&mut related));
    related
}
