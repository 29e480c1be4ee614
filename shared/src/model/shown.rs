//! Entities as answers show them.

use super::{
    Customer, CustomerRow, Employee, EmployeeRow, Menu, MenuRow, Organization, OrganizationRow, Projected,
    RecordsWithNames,
};
use crate::store::{Entity, Store, Stored};
use crate::{Error, Result};
use serde::Serialize;

/// An entity that answers show, and people edit.
pub trait Shown: Entity {
    /// How answers show it.
    type Row: Serialize;

    /// The version that callers see: one more with every edit by a person.
    fn version(stored: &Stored<Self>) -> u32;

    /// Its row, with the names that it shows; it is `epoch` now, in seconds since 1970 UTC. At most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    fn to_row(
        store: &Store,
        stored: Stored<Self>,
        epoch: i64,
    ) -> impl Future<Output = Result<Self::Row>> + Send;
}

impl<T: Projected + Send + Sync> Shown for T
where
    T::Row: Send,
{
    type Row = T::Row;

    fn version(stored: &Stored<Self>) -> u32 {
        stored.edition()
    }

    async fn to_row(store: &Store, stored: Stored<Self>, _: i64) -> Result<Self::Row> {
        only(RecordsWithNames::of_stored(store, vec![stored]).await?.rows())
    }
}

macro_rules! shown {
    ($($entity:ty, $row:ty, $version:expr, |$store:ident, $stored:ident, $epoch:ident| $to_row:expr;)*) => { $(
        impl Shown for $entity {
            type Row = $row;

            fn version(stored: &Stored<Self>) -> u32 {
                let version: fn(&Stored<Self>) -> u32 = $version;
                version(stored)
            }

            async fn to_row($store: &Store, $stored: Stored<Self>, $epoch: i64) -> Result<Self::Row> {
                $to_row
            }
        }
    )* };
}

// Menus and organizations are written by edits alone: their revisions are their versions.
shown! {
    Menu, MenuRow, |menu| menu.record.revision, |_store, menu, _epoch| Ok((&menu).into());
    Organization, OrganizationRow, |it| it.record.revision, |store, it, _epoch| {
        only(OrganizationRow::of(store, &[it]).await?)
    };
    Customer, CustomerRow, |it| it.edition, |store, it, _epoch| only(CustomerRow::of(store, &[it]).await?);
    Employee, EmployeeRow, |it| it.edition, |_store, it, epoch| Ok(EmployeeRow::new(&it, epoch));
}

/// The row of the only entity.
fn only<R>(mut rows: Vec<R>) -> Result<R> {
    rows.pop().ok_or_else(|| Error::internal("an entity has no row"))
}
