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
        let records = RecordsWithNames::of_stored(store, vec![stored]).await?;
        records.rows().pop().ok_or_else(|| Error::internal("a record has no row"))
    }
}

macro_rules! shown {
    ($($entity:ty, $row:ty, $version:expr, $to_row:expr;)*) => { $(
        impl Shown for $entity {
            type Row = $row;

            fn version(stored: &Stored<Self>) -> u32 {
                let version: fn(&Stored<Self>) -> u32 = $version;
                version(stored)
            }

            async fn to_row(_: &Store, stored: Stored<Self>, epoch: i64) -> Result<Self::Row> {
                let to_row: fn(&Stored<Self>, i64) -> $row = $to_row;
                Ok(to_row(&stored, epoch))
            }
        }
    )* };
}

// Menus and organizations are written by edits alone: their revisions are their versions.
shown! {
    Menu, MenuRow, |menu| menu.record.revision, |menu, _| menu.into();
    Organization, OrganizationRow, |organization| organization.record.revision, |organization, _| organization.into();
    Customer, CustomerRow, |customer| customer.edition, |customer, _| customer.into();
    Employee, EmployeeRow, |employee| employee.edition, EmployeeRow::new;
}
