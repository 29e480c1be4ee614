//! Finding records by a part of a name.

use super::fold::{bigrams, is_bigram, is_gram};
use super::projection::SearchProjection;
use crate::Result;
use crate::store::{Entity, Entry, Levels, Listing, Order, Slice, Store, Window};
use std::collections::{BTreeSet, HashMap};

/// Of so many of a name's runs of two characters the shortest list is sought: to look at one costs a capacity unit.
pub const MOST_GRAMS: usize = 8;

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

/// One page of the records that were found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct IdPage {
    /// How many there are on all pages.
    pub total: u64,
    /// The ids on this page, in order.
    pub ids: Vec<u32>,
}

impl IdPage {
    /// A slice of `ids`, which are all.
    pub fn of_all(ids: &[u32], slice: Slice) -> Self {
        Self { total: ids.len() as u64, ids: slice.of(ids.iter().copied()) }
    }
}

/// One page of the records that have all of these parts of names, folded; `listings` answers the listings of a gram.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
pub async fn by_name<T: Searchable>(
    store: &Store,
    names: &[String],
    listings: impl Fn(&str) -> Vec<Listing>,
    order: Order,
    slice: Slice,
) -> Result<IdPage> {
    if let [name] = names
        && is_gram(name)
    {
        let page = store.page(&listings(name), Window::ALL, order, slice).await?;
        return Ok(IdPage { total: page.total, ids: page.ids() });
    }
    let entries = fewest_by_name(store, names, Vec::new(), listings, (MOST_GRAMS, 1)).await?;
    let mut ids = with_names::<T>(store, entries, names).await?;
    if order == Order::Ascending {
        ids.reverse();
    }
    Ok(IdPage::of_all(&ids, slice))
}

/// The entries of the shortest of the lists in which every record stands that has all of these parts of names, folded, and is
/// in each of the unions `within`; the last of them first. The list is sought among those of so many grams, of which a point
/// has so many times the cost of one of `within`, whose entries tell more.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
pub async fn fewest_by_name(
    store: &Store,
    names: &[String],
    within: Vec<Vec<Listing>>,
    listings: impl Fn(&str) -> Vec<Listing>,
    (most_grams, cost): (usize, u64),
) -> Result<Vec<Entry>> {
    let grams = some_bigrams(names, most_grams).map(|gram| (listings(gram), Window::ALL, cost));
    let within = within.into_iter().map(|union| (union, Window::ALL, 1));
    let mut candidates: Vec<_> = grams.chain(within).collect();
    if candidates.is_empty() {
        // Names of one character, whose listings carry nothing: the records that the shortest has are read.
        candidates.extend(names.iter().map(|name| (listings(name), Window::ALL, cost)));
    }
    store.all_of_cheapest(&candidates).await
}

/// The grams in whose listings every record stands that has all of these parts of names, folded: runs of two characters, and of
/// names that have none the names themselves.
pub fn wanted_grams(names: &[String]) -> BTreeSet<&str> {
    let grams: BTreeSet<_> = some_bigrams(names, MOST_GRAMS).collect();
    if grams.is_empty() { names.iter().map(String::as_str).collect() } else { grams }
}

/// At most so many of the runs of two characters that these names have, each once.
fn some_bigrams(names: &[String], most: usize) -> impl Iterator<Item = &str> {
    let grams: BTreeSet<_> = names.iter().flat_map(|name| bigrams(name)).collect();
    grams.into_iter().take(most)
}

/// The ids of the entries whose records have all of these parts of names. A record whose projection is too long for an entry
/// is read.
async fn with_names<T: Searchable>(store: &Store, entries: Vec<Entry>, names: &[String]) -> Result<Vec<u32>> {
    let projection = |entry: &Entry| entry.projection.as_deref().and_then(SearchProjection::from_text);
    let without: Vec<_> =
        entries.iter().filter(|entry| projection(entry).is_none()).map(|entry| entry.point.id).collect();
    let mut read = HashMap::new();
    if !without.is_empty() {
        let entities = store.entities::<T>(&without).await?;
        read.extend(entities.iter().map(|entity| (entity.id, entity.search_projection())));
    }
    let has = |entry: &Entry| match projection(entry) {
        Some(projection) => projection.contains_all(names),
        None => read.get(&entry.point.id).is_some_and(|projection| projection.contains_all(names)),
    };
    Ok(entries.into_iter().filter(has).map(|entry| entry.point.id).collect())
}
