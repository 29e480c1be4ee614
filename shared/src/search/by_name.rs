//! Finding records by a part of a name, perhaps within a group.

use super::fold::{bigrams, is_bigram, is_gram};
use super::projection::SearchProjection;
use crate::Result;
use crate::store::{Entity, Entry, Levels, Listing, Order, Slice, Store, Window};
use std::collections::{BTreeSet, HashMap};

/// Of so many of a name's runs of two characters the shortest list is sought: to look at one costs a capacity unit.
const MOST_GRAMS: usize = 8;

/// An entity whose entries carry a [`SearchProjection`].
pub trait Searchable: Entity {
    /// The projection.
    fn search_projection(&self) -> SearchProjection;
}

/// One of a family of listings: of those who have a gram, folded, in one of their texts. Searches for longer names read the
/// listings of two characters only, so that no others carry a projection. The family stands in every key of the index: it
/// is as short as can be.
pub fn gram_listing(family: &'static str, gram: &str, levels: Levels) -> Listing {
    let listing = Listing::of(family, gram, levels).deferred();
    if is_bigram(gram) { listing.projected() } else { listing }
}

/// What a record must match.
#[derive(Debug, Clone, Default)]
pub struct NameFilter {
    /// Parts of names, folded; a record has all of them.
    pub names: Vec<String>,
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
            && self.names.iter().all(|name| projection.contains(name))
    }
}

impl IdPage {
    /// A slice of `ids`, which are all.
    pub fn of_all(ids: &[u32], slice: Slice) -> Self {
        Self { total: ids.len() as u64, ids: slice.of(ids.iter().copied()) }
    }
}

/// One page of the records with the names of `filter`, in the order of their listings; `listings` answers those of a gram.
///
/// `within` are the listings of the group that `filter` names, if it names one. A longer name, or one within a group, is
/// looked for in the shortest of the lists that must contain its records.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
pub async fn by_name<T: Searchable>(
    store: &Store,
    filter: &NameFilter,
    within: Option<Vec<Listing>>,
    listings: impl Fn(&str) -> Vec<Listing>,
    order: Order,
    slice: Slice,
) -> Result<IdPage> {
    if let ([name], None) = (filter.names.as_slice(), &within)
        && is_gram(name)
    {
        let page = store.page(&listings(name), Window::ALL, order, slice).await?;
        return Ok(IdPage { total: page.total, ids: page.ids() });
    }
    let mut ids: Vec<_> = all_by_name::<T>(store, filter, within, listings, MOST_GRAMS)
        .await?
        .iter()
        .map(|entry| entry.point.id)
        .collect();
    if order == Order::Ascending {
        ids.reverse();
    }
    Ok(IdPage::of_all(&ids, slice))
}

/// The entries of all records with the names of `filter`, the last of them first; otherwise as [`by_name`]. The shortest list
/// is sought among those of so many grams.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
pub async fn all_by_name<T: Searchable>(
    store: &Store,
    filter: &NameFilter,
    within: Option<Vec<Listing>>,
    listings: impl Fn(&str) -> Vec<Listing>,
    most_grams: usize,
) -> Result<Vec<Entry>> {
    let grams: BTreeSet<_> = filter.names.iter().flat_map(|name| bigrams(name)).collect();
    let mut candidates: Vec<_> = grams.into_iter().take(most_grams).map(&listings).chain(within).collect();
    if candidates.is_empty() {
        // Names of one character, whose listings carry nothing: the records that the shortest has are read.
        candidates.extend(filter.names.iter().map(|name| listings(name)));
    }
    let candidates: Vec<_> = candidates.into_iter().map(|union| (union, Window::ALL)).collect();
    let entries = store.all_of_fewest(&candidates).await?;
    filtered::<T>(store, entries, filter).await
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
