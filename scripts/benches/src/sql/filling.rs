//! The same data for PostgreSQL: what stands in our table, read from there and copied.

use anyhow::Result;
use indicatif::ProgressBar;
use shared::model::{Customer, Employee, Follow, Organization};
use shared::search::fold;
use shared::store::{Entity, Store, Stored};
use std::pin::pin;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

/// Records that are read, and copied, at once.
const AT_ONCE: u32 = 5000;

/// What stands in a column.
type Column = Box<dyn ToSql + Sync + Send>;
/// The values of a row, in the order of the columns.
type Values = Vec<Column>;

/// How many records there are of each kind: the last id.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Employees.
    pub employees: u32,
    /// Organizations.
    pub organizations: u32,
    /// Customers.
    pub customers: u32,
    /// Follow-ups.
    pub follows: u32,
}

/// Copies everything into empty tables.
pub async fn copy(store: &Store, client: &Client, counts: Counts, progress: &ProgressBar) -> Result<()> {
    let Counts { employees, organizations, customers, follows } = counts;
    progress.set_length([employees, organizations, customers, follows].map(u64::from).iter().sum());
    let copy = Copy { store, client, progress };
    let columns = [Type::INT4, Type::TEXT, Type::TEXT, Type::TEXT, Type::INT2];
    copy.all("employee", &columns, employees, |it| vec![employee(it)]).await?;
    let columns = [Type::INT4, Type::TEXT, Type::TEXT, Type::TEXT];
    copy.all("organization", &columns, organizations, |it| vec![organization(it)]).await?;
    copy.all("customer", &CUSTOMER, customers, |it| vec![customer(it)]).await?;
    copy.all("follow", &FOLLOW, follows, |it| vec![follow(it)]).await?;
    let columns = [Type::INT4, Type::INT8, Type::INT4];
    copy.all("follow_employee", &columns, follows, follow_employees).await?;
    // The next ids are the same, too.
    for (table, last) in [("customer", customers), ("follow", follows)] {
        client.batch_execute(&format!("ALTER TABLE {table} ALTER id RESTART WITH {}", last + 1)).await?;
    }
    Ok(())
}

struct Copy<'a> {
    store: &'a Store,
    client: &'a Client,
    progress: &'a ProgressBar,
}

impl Copy<'_> {
    /// Fills a table with the rows of all records of a kind.
    async fn all<T: Entity>(
        &self,
        table: &str,
        columns: &[Type],
        count: u32,
        rows: impl Fn(&Stored<T>) -> Vec<Values>,
    ) -> Result<()> {
        for first in (1..=count).step_by(AT_ONCE as usize) {
            let ids: Vec<_> = (first..=count.min(first + AT_ONCE - 1)).collect();
            let stored = self.store.entities::<T>(&ids).await?;
            let sink = self.client.copy_in(&format!("COPY {table} FROM STDIN BINARY")).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, columns));
            for row in stored.iter().flat_map(&rows) {
                writer.as_mut().write_raw(row.iter().map(|value| &**value as &(dyn ToSql + Sync))).await?;
            }
            writer.finish().await?;
            self.progress.inc(ids.len() as u64);
        }
        Ok(())
    }
}

fn employee(stored: &Stored<Employee>) -> Values {
    let Employee { nick_name, real_name, phone_number, status, .. } = &stored.record.value;
    vec![
        id(stored.id),
        text(nick_name),
        text(real_name),
        text(phone_number),
        Box::new(i16::from(u8::from(*status))),
    ]
}

fn organization(stored: &Stored<Organization>) -> Values {
    let Organization { group_name, group_detail, .. } = &stored.record.value;
    vec![id(stored.id), text(group_name), Box::new(fold(group_name)), text(group_detail)]
}

const CUSTOMER: [Type; 16] = [
    Type::INT4,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::INT2,
    Type::INT4,
    Type::INT2,
    Type::INT8,
    Type::INT8,
    Type::INT4,
    Type::INT4,
    Type::INT4,
    Type::TEXT,
];

fn customer(stored: &Stored<Customer>) -> Values {
    let customer = &stored.record.value;
    vec![
        id(stored.id),
        Box::new(customer.kind),
        text(&customer.nick_name),
        text(&customer.real_name),
        text(&customer.avatar),
        text(&customer.phone_number),
        text(&customer.job),
        Box::new(i16::from(customer.sex)),
        Box::new(customer.organization.map(u32::cast_signed)),
        Box::new(i16::from(u8::from(customer.status))),
        Box::new(i64::from(customer.created.0)),
        Box::new(i64::from(customer.updated.0)),
        id(customer.edition),
        Box::new(customer.creator.map(u32::cast_signed)),
        Box::new(customer.owner.map(u32::cast_signed)),
        Box::new(searched(&customer.nick_name, &customer.real_name)),
    ]
}

/// The names that a customer is found by, one to a line.
pub fn searched(nick_name: &str, real_name: &str) -> String {
    format!("{}\n{}", fold(nick_name), fold(real_name))
}

const FOLLOW: [Type; 12] = [
    Type::INT4,
    Type::INT4,
    Type::INT4,
    Type::INT2,
    Type::INT8,
    Type::INT4_ARRAY,
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::INT4,
];

fn follow(stored: &Stored<Follow>) -> Values {
    let Follow { activity, organization, event, gain, attach, note } = &stored.record.value;
    let followers: Vec<_> = activity.followers.iter().copied().map(u32::cast_signed).collect();
    vec![
        id(stored.id),
        id(activity.customer),
        Box::new(organization.map(u32::cast_signed)),
        Box::new(i16::from(*event)),
        Box::new(i64::from(activity.at.0)),
        Box::new(followers),
        id(activity.operator),
        Box::new(gain.clone()),
        Box::new(attach.clone()),
        Box::new(note.clone()),
        Box::new(i64::from(activity.created.0)),
        id(activity.edition),
    ]
}

fn follow_employees(stored: &Stored<Follow>) -> Vec<Values> {
    let activity = &stored.record.value.activity;
    let row = |employee| -> Values { vec![id(employee), Box::new(i64::from(activity.at.0)), id(stored.id)] };
    activity.employees().into_iter().map(row).collect()
}

fn id(id: u32) -> Column {
    Box::new(id.cast_signed())
}

fn text(text: &str) -> Column {
    Box::new(text.to_owned())
}
