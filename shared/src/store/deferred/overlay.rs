//! The changes that readers add to what they read.

use super::intent::DeferredWrite;
use crate::store::key::Key;
use crate::store::listing::{Entry, EntryContent, Listing, ListingChange, PointChange, Position};
use std::collections::HashMap;

/// Changes of listings that were committed but are not made yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::store) struct Overlay {
    changes: HashMap<Listing, Vec<ListingChange>>,
    /// The deferred writes that they are of, with the marks of their intents.
    of: Vec<(Key, u32)>,
}

impl Overlay {
    /// The changes of `deferred` that concern `listings`.
    pub fn new(deferred: &[DeferredWrite], listings: &[Listing]) -> Self {
        let mut overlay = Self::default();
        for write in deferred {
            let mut concerns = false;
            for change in write.left().iter().filter(|change| listings.contains(&change.listing)) {
                overlay.changes.entry(change.listing.clone()).or_default().push(change.clone());
                concerns = true;
            }
            if concerns {
                overlay.of.push((write.key.clone(), write.mark));
            }
        }
        overlay
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes of a listing between two positions, both included.
    pub fn between(
        &self,
        listing: &Listing,
        first: Position,
        last: Position,
    ) -> impl Iterator<Item = &ListingChange> {
        let changes = self.changes.get(listing).into_iter().flatten();
        changes.filter(move |change| (first..=last).contains(&change.point.position()))
    }
}

impl ListingChange {
    /// What it adds to a count and to a sum of weights.
    pub(in crate::store) fn totals(&self) -> (i128, i128) {
        let count = self.change.count();
        (count, count * i128::from(self.point.weight))
    }

    /// Its entry after it; none if the entry is removed.
    pub(in crate::store) fn entry(&self) -> Option<Entry> {
        let EntryContent { group, projection, .. } = self.content()?;
        Some(Entry { point: self.point, group, projection })
    }

    /// The content of its entry after it; none if the entry is removed.
    pub(in crate::store) fn content(&self) -> Option<EntryContent> {
        let is_there = self.change != PointChange::Remove;
        is_there.then(|| EntryContent::new(&self.listing, self.point, self.projection.as_deref()))
    }
}
