//! Entities as answers show them.

use super::{
    Changeable, Customer, CustomerRow, Employee, EmployeeRow, Menu, MenuRow, Organization, OrganizationRow,
    Projected, RecordsWithNames,
};
use crate::store::{Entity, Store, Stored};
use crate::{Error, Result};
use futures_util::future::try_join;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};

/// An entity that answers show, and people edit.
pub trait Shown: Entity + Changeable + Clone + Send + Sync {
    /// How answers show it.
    type Row: Serialize + Send;

    /// The version that callers see: one more with every edit by a person.
    fn version(stored: &Stored<Self>) -> u32;

    /// The rows of several, in their order, with the names that they show; it is `epoch` now, in seconds since 1970 UTC. At
    /// most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    fn to_rows(
        store: &Store,
        stored: Vec<Stored<Self>>,
        epoch: i64,
    ) -> impl Future<Output = Result<Vec<Self::Row>>> + Send;

    /// The row of one. At most one round trip.
    ///
    /// # Errors
    /// As [`Shown::to_rows`].
    fn to_row(
        store: &Store,
        stored: Stored<Self>,
        epoch: i64,
    ) -> impl Future<Output = Result<Self::Row>> + Send {
        async move {
            let mut rows = Self::to_rows(store, vec![stored], epoch).await?;
            rows.pop().ok_or_else(|| Error::internal("an entity has no row"))
        }
    }

    /// The fields of several, in their order, as their history shows them: those of the rows. At most one round trip.
    ///
    /// # Errors
    /// As [`Shown::to_rows`].
    fn to_fields(
        store: &Store,
        stored: Vec<Stored<Self>>,
    ) -> impl Future<Output = Result<Vec<Fields>>> + Send {
        async move {
            let rows = Self::to_rows(store, stored, 0).await?;
            Ok(rows.into_iter().map(|row| fields(&row)).collect())
        }
    }
}

/// The fields of a row.
pub type Fields = Map<String, Value>;

fn fields(row: &impl Serialize) -> Fields {
    match json!(row) {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

impl<T: Projected + Send + Sync> Shown for T
where
    T::Row: Send,
{
    type Row = T::Row;

    fn version(stored: &Stored<Self>) -> u32 {
        stored.edition()
    }

    async fn to_rows(store: &Store, stored: Vec<Stored<Self>>, _: i64) -> Result<Vec<Self::Row>> {
        Ok(RecordsWithNames::of_stored(store, stored).await?.rows())
    }
}

// Menus and organizations are written by edits alone: their revisions are their versions.

impl Shown for Menu {
    type Row = MenuRow;

    fn version(stored: &Stored<Self>) -> u32 {
        stored.record.revision
    }

    async fn to_rows(_: &Store, stored: Vec<Stored<Self>>, _: i64) -> Result<Vec<MenuRow>> {
        Ok(stored.iter().map(MenuRow::from).collect())
    }
}

impl Shown for Organization {
    type Row = OrganizationRow;

    fn version(stored: &Stored<Self>) -> u32 {
        stored.record.revision
    }

    async fn to_rows(store: &Store, stored: Vec<Stored<Self>>, _: i64) -> Result<Vec<OrganizationRow>> {
        OrganizationRow::of(store, &stored).await
    }
}

impl Shown for Customer {
    type Row = CustomerRow;

    fn version(stored: &Stored<Self>) -> u32 {
        stored.edition
    }

    async fn to_rows(store: &Store, stored: Vec<Stored<Self>>, _: i64) -> Result<Vec<CustomerRow>> {
        let customers = stored.into_iter().map(|customer| (customer.id, customer.record.value));
        CustomerRow::of(store, customers.collect()).await
    }
}

/// The fields of an employee's row that signing in changes.
const OF_SIGN_IN: [&str; 2] = ["isLogin", "lastLoginTime"];

#[derive(Serialize)]
struct EmployeeFields {
    #[serde(flatten)]
    row: EmployeeRow,
    menu: Vec<GrantedMenu>,
}

/// A menu that an employee was granted; one that was deleted has no name.
#[derive(Serialize)]
struct GrantedMenu {
    id: u32,
    name: Option<String>,
}

impl Shown for Employee {
    type Row = EmployeeRow;

    fn version(stored: &Stored<Self>) -> u32 {
        stored.edition
    }

    async fn to_rows(_: &Store, stored: Vec<Stored<Self>>, epoch: i64) -> Result<Vec<EmployeeRow>> {
        Ok(stored.iter().map(|employee| EmployeeRow::new(employee, epoch)).collect())
    }

    /// Without what signing in changes, and with the menus granted, which `usermenu` shows.
    async fn to_fields(store: &Store, stored: Vec<Stored<Self>>) -> Result<Vec<Fields>> {
        let granted: BTreeSet<_> =
            stored.iter().flat_map(|employee| employee.menus.iter().copied()).collect();
        let granted: Vec<_> = granted.into_iter().collect();
        let (for_rows, for_menus) = (store.branch(), store.branch());
        let menus = for_menus.entities::<Menu>(&granted);
        let grants: Vec<_> = stored.iter().map(|employee| employee.menus.clone()).collect();
        let (rows, menus) = try_join(Self::to_rows(&for_rows, stored, 0), menus).await?;
        store.join();
        let names: HashMap<_, _> = menus.into_iter().map(|menu| (menu.id, menu.record.value.name)).collect();
        let with_menus = |(row, grants): (EmployeeRow, Vec<u32>)| {
            let menu = |id| GrantedMenu { id, name: names.get(&id).cloned() };
            let mut fields = fields(&EmployeeFields { row, menu: grants.into_iter().map(menu).collect() });
            fields.retain(|field, _| !OF_SIGN_IN.contains(&field.as_str()));
            fields
        };
        Ok(rows.into_iter().zip(grants).map(with_menus).collect())
    }
}
