//! Looking for customers by phone number.

use super::Customer;
use crate::Result;
use crate::model::Status;
use crate::search::phone::{self, PhoneRange};
use crate::store::{Entry, Order, Store};
use futures_util::future::try_join_all;

/// A phone number, or at least four digits of one.
#[derive(Debug, Clone)]
pub struct PhoneQuery {
    number: String,
}

impl PhoneQuery {
    /// A query for this number; `None` if it has too few digits.
    pub fn new(number: String) -> Option<Self> {
        phone::range(Customer::phones(Status::Enabled), &number)?;
        Some(Self { number })
    }

    /// Whether it is a number, and not a name with digits in it.
    pub fn is_number(&self) -> bool {
        phone::is_number(&self.number)
    }

    /// Whether it finds this number.
    pub fn matches(&self, number: &str) -> bool {
        phone::matches(number, &self.number)
    }

    /// The entries of the customers with one of these statuses who may have the number, and whether all of them have it.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, statuses: &[Status]) -> Result<(Vec<Entry>, bool)> {
        let ranges = |status: &Status| {
            let phones = Customer::phones(*status);
            phone::range(phones, &self.number).into_iter().chain(phone::former_range(phones, &self.number))
        };
        let ranges: Vec<_> = statuses.iter().flat_map(ranges).collect();
        let of_range = |range: &PhoneRange| {
            let (store, range) = (store.branch(), range.clone());
            async move { store.all(std::slice::from_ref(&range.listing), range.window, Order::Ascending).await }
        };
        let entries = try_join_all(ranges.iter().map(of_range)).await?.concat();
        store.join();
        Ok((entries, ranges.iter().all(|range| range.is_exact)))
    }
}
