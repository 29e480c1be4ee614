//! Finding customers by name, organization and phone number, in any combination.

use crate::customers::not_too_long;
use crate::search::{Filter, Found, Searched, by_name, sift};
use shared::http::{Call, Page};
use shared::model::Customer;
use shared::search::{Card, fold, phone};
use shared::store::{Order, Stored};
use shared::{Error, Result};
use std::cmp::Reverse;

impl Searched for Customer {
    fn card(&self) -> Card {
        Self::card(self)
    }
}

/// What the caller looks for; all of it must hold.
pub struct Asked {
    id: Option<u32>,
    filter: Filter,
    phone: Option<(String, phone::Place)>,
}

impl Asked {
    /// Reads the filters of a request.
    ///
    /// # Errors
    /// [`Error::Invalid`] if one of them is malformed, or the phone number is too short.
    pub fn read(call: &Call) -> Result<Self> {
        let name = call.query.name("name")?.optional();
        let group = call.query.id("organization_id")?.optional();
        let place = |number: String| {
            not_too_long(&number)?;
            let refused =
                || Error::invalid("phoneNumber", format!("phoneNumber至少{}位数字", phone::MIN_DIGITS));
            let place = phone::place(Customer::PHONES, &number).ok_or_else(refused)?;
            Ok::<_, Error>((number, place))
        };
        Ok(Self {
            id: call.query.id("customers_id")?.optional(),
            filter: Filter { name: name.map(|name| fold(&name)), group },
            phone: call.query.name("phoneNumber")?.optional().map(place).transpose()?,
        })
    }

    /// Whether names are looked into.
    pub fn is_by_name(&self) -> bool {
        self.filter.name.is_some()
    }

    /// Whether it is one of those that the caller looks for.
    pub fn admits(&self, customer: &Stored<Customer>) -> bool {
        let has = |(number, _): &(String, _)| phone::matches(&customer.phone_number, number);
        customer.status.is_enabled()
            && self.id.is_none_or(|id| id == customer.id)
            && self.filter.admits(&customer.card())
            && self.phone.as_ref().is_none_or(has)
    }

    /// One page of those that the caller looks for, the last edited first.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn find(&self, call: &Call, page: Page) -> Result<Found> {
        let within = self.filter.group.map(|organization| vec![Customer::of(organization)]);
        if let Some(id) = self.id {
            return self.among(call, &[id], page).await;
        }
        if let Some((_, place)) = &self.phone {
            return self.by_phone(call, place, page).await;
        }
        if let Some(name) = &self.filter.name {
            let listings = |gram: &str| vec![Customer::with_gram(gram)];
            return by_name::<Customer>(&call.store, name, &self.filter, within, listings, page).await;
        }
        let listings = within.unwrap_or_else(|| vec![Customer::ALL]);
        let found = call.list(&listings, Order::Descending, page).await?;
        Ok(Found { total: found.total, ids: found.ids() })
    }

    async fn by_phone(&self, call: &Call, place: &phone::Place, page: Page) -> Result<Found> {
        let listings = std::slice::from_ref(&place.listing);
        let entries = call.store.all(listings, place.window, Order::Ascending).await?;
        let mut entries = sift::<Customer>(&call.store, entries, &self.filter).await?;
        // The weight is the time of the last edit.
        entries.sort_unstable_by_key(|entry| Reverse((entry.point.weight, entry.point.id)));
        // A number may have the digits twice.
        entries.dedup_by_key(|entry| entry.point.id);
        let ids: Vec<_> = entries.iter().map(|entry| entry.point.id).collect();
        if place.is_exact { Ok(Found::page_of(&ids, page)) } else { self.among(call, &ids, page).await }
    }

    /// Those among `ids`, which have to be read to know.
    async fn among(&self, call: &Call, ids: &[u32], page: Page) -> Result<Found> {
        let customers = call.store.entities::<Customer>(ids).await?;
        let ids: Vec<_> = customers.iter().filter(|customer| self.admits(customer)).map(|c| c.id).collect();
        Ok(Found::page_of(&ids, page))
    }
}
