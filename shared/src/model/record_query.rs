//! Finding records by any combination of filters, in a window of time.
//!
//! A filter alone is a listing: its total and any page cost what every list costs. Of several filters the listing with the
//! fewest records in the window is looked through. Its entries carry what the other filters ask
//! ([`Projected::brief`]); where one does not, the record is read.

use super::{Projected, RecordProjection, Walk};
use crate::Result;
use crate::store::{Entry, EntryPage, Listing, Order, Slice, Store, Window};
use crate::time::Time;
use std::collections::HashMap;

/// A time of records of a kind, by which a list is ordered and which its window is about.
pub struct TimeOrder<T> {
    /// The listing of all records that have it.
    pub listing: Listing,
    /// The time of a record that stands at `score` in one of the listings of its kind.
    pub time: fn(score: u32, &T) -> Option<Time>,
    /// Whether the newest records come first, as they mostly do, or the earliest.
    pub order: Order,
}

impl<T> TimeOrder<T> {
    /// The time by which all listings of a kind are ordered; this one has all of its records.
    pub fn of(listing: Listing) -> Self {
        Self { listing, time: |score, _| Some(Time(score)), order: Order::Descending }
    }

    /// The same in another order.
    pub fn in_order(self, order: Order) -> Self {
        Self { order, ..self }
    }
}

/// A condition that records must meet.
pub struct Filter<T> {
    /// Unions of listings; each has all records that meet it.
    candidates: Vec<Vec<Listing>>,
    /// Whether there is one union, without other records.
    is_exact: bool,
    /// Whether the listings are ordered by the time that the window is about.
    is_timed: bool,
    is_met: IsMet<T>,
}

/// Whether a record, or what a brief projection has of it, meets a condition; `None` if that does not tell. The flag is
/// whether the record is whole.
type IsMet<T> = Box<dyn Fn(&T, bool) -> Option<bool> + Send + Sync>;

impl<T> Filter<T> {
    /// The records in the union of `listings`, which are those that meet a condition on what every projection has.
    pub fn new(listings: Vec<Listing>, is_met: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        let is_met: IsMet<T> = Box::new(move |record, _| Some(is_met(record)));
        Self { candidates: vec![listings], is_exact: true, is_timed: true, is_met }
    }

    /// Records that are in each of the `listings`, among others. Without any listing it only says which of those that other
    /// filters find are meant.
    pub fn among(
        listings: Vec<Listing>,
        is_met: impl Fn(&T, bool) -> Option<bool> + Send + Sync + 'static,
    ) -> Self {
        let candidates = listings.into_iter().map(|listing| vec![listing]).collect();
        Self { candidates, is_exact: false, is_timed: true, is_met: Box::new(is_met) }
    }

    /// The same filter, whose only listing has no other records.
    pub fn exact(self) -> Self {
        Self { is_exact: true, ..self }
    }

    /// The same filter; whether its listings are ordered by the time that the window is about.
    pub fn timed(self, is_timed: bool) -> Self {
        Self { is_timed, ..self }
    }
}

/// Whether a record is found.
enum Judgement {
    /// It is, at this time.
    Found(Time),
    /// What there is of it does not tell.
    Unknown,
    /// It is not.
    Other,
}

/// What an entry tells of a record.
pub(super) enum Sighting<T> {
    /// It is found, and the entry carries all of it.
    Whole(T),
    /// The record has to be read.
    Partial,
    /// It is not found.
    Other,
}

/// The records of a kind that a list shows.
pub struct RecordQuery<T> {
    /// What the list is ordered by.
    pub time_order: TimeOrder<T>,
    /// The times that it shows.
    pub window: Window,
    /// The conditions that all of its records meet.
    pub filters: Vec<Filter<T>>,
}

impl<T: Projected> RecordQuery<T> {
    /// A slice of the records that it finds, in the order of its time.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<EntryPage> {
        if self.window.is_empty() {
            return Ok(EntryPage::default());
        }
        let all = std::slice::from_ref(&self.time_order.listing);
        let alone = match self.filters.as_slice() {
            [] => Some(all),
            [filter] if filter.is_exact && filter.is_timed => filter.candidates.first().map(Vec::as_slice),
            _ => None,
        };
        if let Some(listings) = alone {
            return store.page(listings, self.window, self.time_order.order, slice).await;
        }
        let found = self.look_through(store).await?;
        Ok(EntryPage { total: found.len() as u64, entries: slice.of(found) })
    }

    /// A way through the records that it finds, among others. What has another time than the one that the list is ordered by
    /// stands elsewhere, so such listings are no way.
    pub(super) async fn walk(&self, store: &Store) -> Result<Walk> {
        if self.window.is_empty() {
            return Ok(Walk::points(Vec::new()));
        }
        let timed = self.filters.iter().filter(|filter| filter.is_timed);
        let mut unions: Vec<_> = timed.flat_map(|filter| filter.candidates.iter().cloned()).collect();
        if unions.is_empty() {
            unions.push(vec![self.time_order.listing.clone()]);
        }
        Walk::shortest(store, unions, self.window).await
    }

    /// What an entry tells of its record.
    pub(super) fn sight(&self, entry: &Entry) -> Sighting<T> {
        let Some(RecordProjection { record, is_whole }) = RecordProjection::of_entry(entry) else {
            return Sighting::Partial;
        };
        match self.judge(entry, &record, is_whole) {
            Judgement::Found(_) if is_whole => Sighting::Whole(record),
            Judgement::Found(_) | Judgement::Unknown => Sighting::Partial,
            Judgement::Other => Sighting::Other,
        }
    }

    /// Whether it finds the record of an entry, which was read.
    pub(super) fn finds(&self, entry: &Entry, record: &T) -> bool {
        matches!(self.judge(entry, record, true), Judgement::Found(_))
    }

    /// All entries of records that it finds, in order.
    async fn look_through(&self, store: &Store) -> Result<Vec<Entry>> {
        let mut candidates = Vec::new();
        for filter in &self.filters {
            let window = if filter.is_timed { self.window } else { Window::ALL };
            candidates.extend(filter.candidates.iter().map(|union| (union.clone(), window)));
        }
        if !self.filters.iter().any(|filter| filter.is_timed) {
            candidates.push((vec![self.time_order.listing.clone()], self.window));
        }
        let entries = store.all_of_fewest(&candidates).await?;
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for entry in entries {
            let projection = RecordProjection::<T>::of_entry(&entry);
            match projection.map_or(Judgement::Unknown, |it| self.judge(&entry, &it.record, it.is_whole)) {
                Judgement::Found(time) => found.push((time, entry)),
                Judgement::Unknown => unknown.push(entry),
                Judgement::Other => {}
            }
        }
        if !unknown.is_empty() {
            let ids: Vec<_> = unknown.iter().map(|entry| entry.point.id).collect();
            let read = store.entities::<T>(&ids).await?;
            let read: HashMap<_, _> = read.iter().map(|stored| (stored.id, &stored.record.value)).collect();
            for entry in unknown {
                let record = read.get(&entry.point.id);
                if let Some(Judgement::Found(time)) = record.map(|record| self.judge(&entry, record, true)) {
                    found.push((time, entry));
                }
            }
        }
        found.sort_unstable_by_key(|(time, entry)| (*time, entry.point.id));
        if self.time_order.order == Order::Descending {
            found.reverse();
        }
        Ok(found.into_iter().map(|(_, entry)| entry).collect())
    }

    fn judge(&self, entry: &Entry, record: &T, is_whole: bool) -> Judgement {
        let time = (self.time_order.time)(entry.point.score, record);
        let Some(time) = time.filter(|time| (self.window.from..=self.window.to).contains(&time.0)) else {
            return Judgement::Other;
        };
        let mut judgement = Judgement::Found(time);
        for filter in &self.filters {
            match (filter.is_met)(record, is_whole) {
                Some(true) => {}
                Some(false) => return Judgement::Other,
                None => judgement = Judgement::Unknown,
            }
        }
        judgement
    }
}
