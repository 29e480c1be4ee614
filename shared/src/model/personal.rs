//! What is personal in an entity, and is taken out when a customer is [forgotten](super::erase_customer).

use crate::Result;
use crate::store::{Entity, Listing, Store, Stored, Write};

/// An entity in which something stands that a person typed about a customer.
pub trait Personal: Entity + Clone + PartialEq + Send + Sync {
    /// Those of a customer today, if it is a record about one.
    fn of_customer(_customer: u32) -> Option<Listing> {
        None
    }

    /// Takes all that is personal out. Every field is named, so that nobody adds one without deciding.
    fn forget(&mut self);

    /// Its edition.
    fn edition(&mut self) -> &mut u32;

    /// Lets `write` replace `old` by `new`; of the old version at most `kept` may be kept.
    fn replace(
        write: &mut Write,
        _store: &Store,
        old: &Stored<Self>,
        _kept: &Self,
        new: &Self,
    ) -> impl Future<Output = Result<()>> + Send {
        // That of the customer is in the log; it need not be there once for each record.
        std::future::ready(write.refresh(old, new))
    }
}

/// What is done for whichever kind of record about a customer it is.
pub trait ForPersonal {
    /// What comes of it.
    type Output;

    /// Does it for the kind whose records are `T`s.
    fn run<T: Personal>(self) -> impl Future<Output = Self::Output> + Send;
}
