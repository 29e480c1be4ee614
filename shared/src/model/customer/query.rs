//! Finding customers by name, organization and phone number, in any combination.

use super::Customer;
use crate::Result;
use crate::search::phone::{self, PhoneRange};
use crate::search::{IdPage, NameFilter, Searchable, all_by_name, by_name, filtered, fold};
use crate::store::{Entry, Listing, Order, Slice, Store, Stored, Window};
use futures_util::future::{try_join, try_join_all};
use std::cmp::Reverse;

/// The conditions that a customer must meet, all of them; none: every visible customer.
#[derive(Debug, Clone, Default)]
pub struct CustomerQuery {
    id: Option<u32>,
    filter: NameFilter,
    phone: Option<PhoneQuery>,
    name_or_phone: Option<NameOrPhone>,
}

/// The grams of digits that are looked at: few names have any of them.
const DIGIT_GRAMS: usize = 4;

/// Digits that are a part of a name or of a phone number.
#[derive(Debug, Clone)]
struct NameOrPhone {
    /// Folded.
    name: String,
    phone: PhoneQuery,
}

/// A phone number, or at least four digits of one.
#[derive(Debug, Clone)]
pub struct PhoneQuery {
    number: String,
    /// Where the customers stand who may have it.
    ranges: Vec<PhoneRange>,
}

impl PhoneQuery {
    /// A query for this number; `None` if it has too few digits.
    pub fn new(number: String) -> Option<Self> {
        let range = phone::range(Customer::PHONES, &number)?;
        let former = phone::former_range(Customer::PHONES, &number);
        Some(Self { ranges: std::iter::once(range).chain(former).collect(), number })
    }

    /// Whether all numbers that stand where it looks match.
    fn is_exact(&self) -> bool {
        self.ranges.iter().all(|range| range.is_exact)
    }
}

impl CustomerQuery {
    /// Customers with this id, with this part of a name, of this organization, with this phone number.
    pub fn new(
        id: Option<u32>,
        name: Option<&str>,
        organization: Option<u32>,
        phone: Option<PhoneQuery>,
    ) -> Self {
        let names = name.map(fold).into_iter().collect();
        Self { id, filter: NameFilter { names, group: organization }, phone, name_or_phone: None }
    }

    /// Those of them with this part of a name, or with these four or more digits in their phone number.
    pub fn with_name_or_phone(mut self, text: String) -> Self {
        let name = fold(&text);
        match PhoneQuery::new(text).filter(|phone| phone::is_number(&phone.number)) {
            Some(phone) => self.name_or_phone = Some(NameOrPhone { name, phone }),
            None => self.filter.names.push(name),
        }
        self
    }

    /// Whether it looks into names.
    pub fn is_by_name(&self) -> bool {
        !self.filter.names.is_empty() || self.name_or_phone.is_some()
    }

    /// Whether it finds this customer.
    pub fn matches(&self, customer: &Stored<Customer>) -> bool {
        let projection = customer.search_projection();
        let has = |phone: &PhoneQuery| phone::matches(&customer.phone_number, &phone.number);
        let has_either = |either: &NameOrPhone| projection.contains(&either.name) || has(&either.phone);
        customer.status.is_enabled()
            && self.id.is_none_or(|id| id == customer.id)
            && self.filter.matches(&projection)
            && self.phone.as_ref().is_none_or(has)
            && self.name_or_phone.as_ref().is_none_or(has_either)
    }

    /// A slice of the customers that it finds, the last edited first.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<IdPage> {
        if let Some(id) = self.id {
            return self.among(store, &[id], slice).await;
        }
        if let Some(phone) = &self.phone {
            let found = self.by_phone(store, phone).await?;
            let is_exact = phone.is_exact() && self.name_or_phone.is_none();
            return self.page(store, found, is_exact, slice).await;
        }
        if let Some(NameOrPhone { name, phone }) = &self.name_or_phone {
            let mut filter = self.filter.clone();
            filter.names.push(name.clone());
            let (for_names, for_phones) = (store.branch(), store.branch());
            let by_name = all_by_name::<Customer>(&for_names, &filter, self.within(), with_gram, DIGIT_GRAMS);
            let (by_name, by_phone) = try_join(by_name, self.by_phone(&for_phones, phone)).await?;
            store.join();
            let edited = |entry: &Entry| (i64::from(entry.point.score), entry.point.id);
            let found = by_name.iter().map(edited).chain(by_phone).collect();
            return self.page(store, found, phone.is_exact(), slice).await;
        }
        if !self.filter.names.is_empty() {
            let (filter, order) = (&self.filter, Order::Descending);
            return by_name::<Customer>(store, filter, self.within(), with_gram, order, slice).await;
        }
        let listings = self.within().unwrap_or_else(|| vec![Customer::ALL]);
        let page = store.page(&listings, Window::ALL, Order::Descending, slice).await?;
        Ok(IdPage { total: page.total, ids: page.ids() })
    }

    /// The listing of the organization, if there is one.
    fn within(&self) -> Option<Vec<Listing>> {
        self.filter.group.map(|organization| vec![Customer::of(organization)])
    }

    /// The customers with a phone number, and when they were last edited. Names and organization match; the number may have
    /// more digits than stand in its listing.
    async fn by_phone(&self, store: &Store, phone: &PhoneQuery) -> Result<Vec<(i64, u32)>> {
        let of_range = |range: &PhoneRange| {
            let (store, range) = (store.branch(), range.clone());
            async move { store.all(std::slice::from_ref(&range.listing), range.window, Order::Ascending).await }
        };
        let entries = try_join_all(phone.ranges.iter().map(of_range)).await?.concat();
        store.join();
        let entries = filtered::<Customer>(store, entries, &self.filter).await?;
        // The weight is the time of the last edit.
        Ok(entries.iter().map(|entry| (entry.point.weight, entry.point.id)).collect())
    }

    /// A slice of the customers that were found, with the times of their last edits. Unless all of them match, they are read.
    async fn page(
        &self,
        store: &Store,
        mut found: Vec<(i64, u32)>,
        is_exact: bool,
        slice: Slice,
    ) -> Result<IdPage> {
        found.sort_unstable_by_key(|edited| Reverse(*edited));
        // A number may have the digits twice, and a name have them too.
        found.dedup_by_key(|(_, id)| *id);
        let ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
        if is_exact { Ok(IdPage::of_all(&ids, slice)) } else { self.among(store, &ids, slice).await }
    }

    /// The customers among `ids` that match, which takes reading them.
    async fn among(&self, store: &Store, ids: &[u32], slice: Slice) -> Result<IdPage> {
        let customers = store.entities::<Customer>(ids).await?;
        let matching = customers.iter().filter(|customer| self.matches(customer));
        let ids: Vec<_> = matching.map(|customer| customer.id).collect();
        Ok(IdPage::of_all(&ids, slice))
    }
}

/// The listings of a gram.
fn with_gram(gram: &str) -> Vec<Listing> {
    vec![Customer::with_gram(gram)]
}
