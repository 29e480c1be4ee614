//! What the entries of logs and trashes say, with names.

use super::{Customer, LoggedKind, Person, RelatedIds};
use crate::Result;
use crate::store::{Author, ChangeAction, Entity, Entry, LogEntry, Store, Title};
use crate::time::Time;
use futures_util::future::try_join;
use std::collections::{BTreeSet, HashMap};

/// A change of a record, as the log, or the trash, has it.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The kind of the record.
    pub kind: LoggedKind,
    /// The record's id.
    pub id: u32,
    /// The revision of the record after the change.
    pub revision: u32,
    /// What was done.
    pub action: ChangeAction,
    /// Who did it; `None` is the system, or nobody knows.
    pub by: Option<Person>,
    /// When; `None` where nobody knows.
    pub time: Option<Time>,
    /// What people know the record by, with the name of its customer before it.
    pub title: String,
}

impl Logged {
    /// What `entries` say, in their order, with all names. At most one round trip. An entry that cannot be read is left out.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn of_entries(store: &Store, entries: &[Entry]) -> Result<Vec<Self>> {
        let entries: Vec<_> = entries.iter().filter_map(readable).collect();
        let customers: BTreeSet<_> = entries.iter().filter_map(|(.., logged)| logged.title.of).collect();
        let customers: Vec<_> = customers.into_iter().collect();
        let people = RelatedIds::of_employees(entries.iter().filter_map(|(.., logged)| person(logged.by)));
        let (for_customers, for_people) = (store.branch(), store.branch());
        let (customers, people) =
            try_join(for_customers.entities::<Customer>(&customers), people.names(&for_people)).await?;
        store.join();
        let names: HashMap<_, _> =
            customers.into_iter().map(|customer| (customer.id, customer.title().text)).collect();
        let logged = |(entry, kind, logged): (&Entry, LoggedKind, LogEntry)| Self {
            kind,
            id: entry.point.id,
            revision: logged.revision,
            action: logged.action,
            by: person(logged.by).map(|by| people.employee(by)),
            time: known_time(Time(entry.point.score)),
            title: title(logged.title, &names),
        };
        Ok(entries.into_iter().map(logged).collect())
    }
}

/// An entry, the kind of its record and what it carries.
fn readable(entry: &Entry) -> Option<(&Entry, LoggedKind, LogEntry)> {
    let read = LogEntry::of(entry).and_then(|logged| Some((entry, LoggedKind::of_tag(&logged.tag)?, logged)));
    if read.is_none() {
        tracing::error!(id = entry.point.id, "an entry of a log cannot be read");
    }
    read
}

/// Who made a change, if it was a person and is known.
pub(super) fn person(by: u32) -> Option<u32> {
    Some(by).filter(|by| *by != Author::SYSTEM.by)
}

/// When a change was made, if it is known.
pub(super) fn known_time(at: Time) -> Option<Time> {
    Some(at).filter(|at| *at != Author::SYSTEM.at)
}

fn title(Title { text, of }: Title, names: &HashMap<u32, String>) -> String {
    match of.and_then(|of| names.get(&of)) {
        Some(name) => format!("{name} {text}"),
        None => text,
    }
}
