//! Looking for records by a part of a name, perhaps within a group.

use shared::Result;
use shared::http::Page;
use shared::search::{Card, bigrams};
use shared::store::{Entity, Entry, Listing, Order, Store, Window};
use std::collections::HashMap;

/// An entity with a [`Card`].
pub trait Searched: Entity {
    /// What its entries say of it.
    fn card(&self) -> Card;
}

/// What a card must have.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Folded.
    pub name: Option<String>,
    /// Every group, or this one.
    pub group: Option<u32>,
}

/// One page of what was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are on all pages.
    pub total: u64,
    /// Those on this page, in order.
    pub ids: Vec<u32>,
}

impl Filter {
    /// Whether it lets a record with this card pass.
    pub fn admits(&self, card: &Card) -> bool {
        self.group.is_none_or(|group| card.group == group)
            && self.name.as_deref().is_none_or(|name| card.contains(name))
    }
}

impl Found {
    /// One page of `ids`, which are all.
    pub fn page_of(ids: &[u32], page: Page) -> Self {
        Self { total: ids.len() as u64, ids: page.of(ids.iter().copied()) }
    }
}

/// One page of what has `name` in it, newest first, where `listings` are those of a gram.
///
/// `within`, if any, are the listings of the group that `filter` names. A longer name, or one within a group, is looked
/// for in the shortest of the lists that must contain it.
pub async fn by_name<T: Searched>(
    store: &Store,
    name: &str,
    filter: &Filter,
    within: Option<Vec<Listing>>,
    listings: impl Fn(&str) -> Vec<Listing>,
    page: Page,
) -> Result<Found> {
    let is_gram = name.chars().nth(2).is_none();
    if is_gram && within.is_none() {
        let found =
            store.page(&listings(name), Window::ALL, Order::Descending, page.offset(), page.count).await?;
        return Ok(Found { total: found.total, ids: found.ids() });
    }
    let candidates: Vec<_> = bigrams(name).into_iter().map(&listings).chain(within).collect();
    let entries = store.all_of_fewest(&candidates).await?;
    let ids: Vec<_> = sift::<T>(store, entries, filter).await?.iter().map(|entry| entry.point.id).collect();
    Ok(Found::page_of(&ids, page))
}

/// Those of `entries`, all of covered listings, that `filter` admits. Records whose cards are too long for an entry are
/// read.
pub async fn sift<T: Searched>(store: &Store, entries: Vec<Entry>, filter: &Filter) -> Result<Vec<Entry>> {
    let said = |entry: &Entry| entry.covering.as_deref().and_then(Card::from_covering);
    let silent: Vec<_> =
        entries.iter().filter(|entry| said(entry).is_none()).map(|entry| entry.point.id).collect();
    let mut cards = HashMap::new();
    if !silent.is_empty() {
        cards.extend(store.entities::<T>(&silent).await?.iter().map(|entity| (entity.id, entity.card())));
    }
    let admits = |entry: &Entry| match said(entry) {
        Some(card) => filter.admits(&card),
        None => cards.get(&entry.point.id).is_some_and(|card| filter.admits(card)),
    };
    Ok(entries.into_iter().filter(admits).collect())
}
