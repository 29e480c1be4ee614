//! Finding records by a part of a name, perhaps within a group.

use super::fold::bigrams;
use super::projection::SearchProjection;
use crate::Result;
use crate::store::{Entity, Entry, Listing, Order, Slice, Store, Window};
use std::collections::HashMap;

/// An entity whose entries carry a [`SearchProjection`].
pub trait Searchable: Entity {
    /// The projection.
    fn search_projection(&self) -> SearchProjection;
}

/// What a record must match.
#[derive(Debug, Clone, Default)]
pub struct NameFilter {
    /// A part of a name, folded.
    pub name: Option<String>,
    /// A group; none for every group.
    pub group: Option<u32>,
}

/// One page of the records that were found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct IdPage {
    /// How many there are on all pages.
    pub total: u64,
    /// The ids on this page, in order.
    pub ids: Vec<u32>,
}

impl NameFilter {
    /// Whether a record with this projection matches.
    pub fn matches(&self, projection: &SearchProjection) -> bool {
        self.group.is_none_or(|group| projection.group == group)
            && self.name.as_deref().is_none_or(|name| projection.contains(name))
    }
}

impl IdPage {
    /// A slice of `ids`, which are all.
    pub fn of_all(ids: &[u32], slice: Slice) -> Self {
        Self { total: ids.len() as u64, ids: slice.of(ids.iter().copied()) }
    }
}

/// One page of the records with `name` in a name, newest first; `listings` answers the listings of a gram.
///
/// `within` are the listings of the group that `filter` names, if it names one. A longer name, or one within a group, is
/// looked for in the shortest of the lists that must contain its records.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
pub async fn by_name<T: Searchable>(
    store: &Store,
    name: &str,
    filter: &NameFilter,
    within: Option<Vec<Listing>>,
    listings: impl Fn(&str) -> Vec<Listing>,
    slice: Slice,
) -> Result<IdPage> {
    let is_gram = name.chars().nth(2).is_none();
    if is_gram && within.is_none() {
        let page = store.page(&listings(name), Window::ALL, Order::Descending, slice).await?;
        return Ok(IdPage { total: page.total, ids: page.ids() });
    }
    let candidates = bigrams(name).into_iter().map(&listings).chain(within);
    let candidates: Vec<_> = candidates.map(|union| (union, Window::ALL)).collect();
    let entries = store.all_of_fewest(&candidates).await?;
    let matching = filtered::<T>(store, entries, filter).await?;
    let ids: Vec<_> = matching.iter().map(|entry| entry.point.id).collect();
    Ok(IdPage::of_all(&ids, slice))
}

/// The entries whose records match `filter`; all are of projected listings. A record whose projection is too long for an
/// entry is read.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
pub async fn filtered<T: Searchable>(
    store: &Store,
    entries: Vec<Entry>,
    filter: &NameFilter,
) -> Result<Vec<Entry>> {
    let projection = |entry: &Entry| entry.projection.as_deref().and_then(SearchProjection::from_text);
    let without: Vec<_> =
        entries.iter().filter(|entry| projection(entry).is_none()).map(|entry| entry.point.id).collect();
    let mut read = HashMap::new();
    if !without.is_empty() {
        let entities = store.entities::<T>(&without).await?;
        read.extend(entities.iter().map(|entity| (entity.id, entity.search_projection())));
    }
    let matches = |entry: &Entry| match projection(entry) {
        Some(projection) => filter.matches(&projection),
        None => read.get(&entry.point.id).is_some_and(|projection| filter.matches(projection)),
    };
    Ok(entries.into_iter().filter(matches).collect())
}
