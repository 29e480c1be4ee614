//! Finding customers by name, organization and phone number, in any combination.

use super::Customer;
use crate::Result;
use crate::search::phone::{self, PhoneRange};
use crate::search::{IdPage, NameFilter, Searchable, by_name, filtered, fold};
use crate::store::{Order, Slice, Store, Stored, Window};
use futures_util::future::try_join_all;
use std::cmp::Reverse;

/// The conditions that a customer must meet, all of them; none: every visible customer.
#[derive(Debug, Clone, Default)]
pub struct CustomerQuery {
    id: Option<u32>,
    filter: NameFilter,
    phone: Option<PhoneQuery>,
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
}

impl CustomerQuery {
    /// Customers with this id, with this part of a name, of this organization, with this phone number.
    pub fn new(
        id: Option<u32>,
        name: Option<&str>,
        organization: Option<u32>,
        phone: Option<PhoneQuery>,
    ) -> Self {
        Self { id, filter: NameFilter { name: name.map(fold), group: organization }, phone }
    }

    /// Whether it looks into names.
    pub fn is_by_name(&self) -> bool {
        self.filter.name.is_some()
    }

    /// Whether it finds this customer.
    pub fn matches(&self, customer: &Stored<Customer>) -> bool {
        let has = |phone: &PhoneQuery| phone::matches(&customer.phone_number, &phone.number);
        customer.status.is_enabled()
            && self.id.is_none_or(|id| id == customer.id)
            && self.filter.matches(&customer.search_projection())
            && self.phone.as_ref().is_none_or(has)
    }

    /// A slice of the customers that it finds, the last edited first.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<IdPage> {
        let within = self.filter.group.map(|organization| vec![Customer::of(organization)]);
        if let Some(id) = self.id {
            return self.among(store, &[id], slice).await;
        }
        if let Some(phone) = &self.phone {
            return self.by_phone(store, &phone.ranges, slice).await;
        }
        if let Some(name) = &self.filter.name {
            let listings = |gram: &str| vec![Customer::with_gram(gram)];
            return by_name::<Customer>(store, name, &self.filter, within, listings, slice).await;
        }
        let listings = within.unwrap_or_else(|| vec![Customer::ALL]);
        let page = store.page(&listings, Window::ALL, Order::Descending, slice).await?;
        Ok(IdPage { total: page.total, ids: page.ids() })
    }

    async fn by_phone(&self, store: &Store, ranges: &[PhoneRange], slice: Slice) -> Result<IdPage> {
        let of_range = |range: &PhoneRange| {
            let (store, range) = (store.branch(), range.clone());
            async move { store.all(std::slice::from_ref(&range.listing), range.window, Order::Ascending).await }
        };
        let entries = try_join_all(ranges.iter().map(of_range)).await?.concat();
        store.join();
        let mut entries = filtered::<Customer>(store, entries, &self.filter).await?;
        // The weight is the time of the last edit.
        entries.sort_unstable_by_key(|entry| Reverse((entry.point.weight, entry.point.id)));
        // A number may have the digits twice.
        entries.dedup_by_key(|entry| entry.point.id);
        let ids: Vec<_> = entries.iter().map(|entry| entry.point.id).collect();
        let is_exact = ranges.iter().all(|range| range.is_exact);
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
