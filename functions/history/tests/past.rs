//! A company with a past: random changes of records of several kinds, of which some share second and id, and what the log must
//! say of them.

use serde_json::{Value, json};
use shared::model::{Activity, Menu, Organization, RecordKind, Satisfaction};
use shared::store::{Author, Entity, Store, Write};
use shared::time::Time;
use std::cmp::Ordering;
use testing::{Client, Company};

/// 2021-08-01 12:00:00 by the wall clock: the test's clock at first.
pub const NOON: u32 = 1_627_819_200;
/// Names of the employees 1 to 4, of the organizations 1 to 3, and of the customers 1 to 5, as titles show them.
const EMPLOYEES: [&str; 4] = ["admin", "小耳尖", "黄浩原", "张建林"];
const ORGANIZATIONS: [&str; 3] = ["云南耳尖", "耳尖团队", "GPS"];
pub const CUSTOMERS: [&str; 5] = ["昵称", "赵丽萍", "普翠", "大理白云", "瑞雪"];

/// What the log says of one change, without the name of who made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub kind: RecordKind,
    pub id: u32,
    pub revision: u32,
    pub action: &'static str,
    pub by: u32,
    pub at: u32,
    pub title: String,
}

impl Change {
    pub fn row(&self) -> Value {
        json!({
            "kind": self.kind,
            "id": self.id,
            "revision": self.revision,
            "action": self.action,
            "by": (self.by > 0).then_some(self.by),
            "time": (self.at > 0).then(|| Time(self.at).to_string()),
            "title": self.title,
        })
    }

    /// The order of the log, reversed: by time, id, and the kind's place among all.
    pub fn before(&self, other: &Self) -> Ordering {
        (self.at, self.id, self.kind).cmp(&(other.at, other.id, other.kind))
    }

    /// The order of the feed: by time, id, and the kind's tag.
    pub fn sooner(&self, other: &Self) -> Ordering {
        let place = |it: &Self| (it.at, it.id, it.kind.kind().tag());
        place(self).cmp(&place(other))
    }
}

/// A row of an answer as [`Change::row`] has it.
pub fn without_names(row: &Value) -> Value {
    let mut row = row.clone();
    row["by"] = row["by"]["user_id"].clone();
    row
}

pub struct Past {
    pub company: Company,
    /// A client of an admin.
    pub admin: Client,
    /// Everything that happened, in the order of writing.
    pub changes: Vec<Change>,
}

impl Past {
    /// The company as it is founded: nobody knows by whom, and when.
    pub async fn start() -> Self {
        let company = Company::start(history::FUNCTION).await;
        let admin = company.stack.client(history::FUNCTION).with("session", &company.stack.session(1).await);
        let founded = |kind: RecordKind, names: &[&str]| {
            let created = (1..).zip(names).map(|(id, name)| Change {
                kind,
                id,
                revision: 1,
                action: "create",
                by: 0,
                at: 0,
                title: (*name).to_owned(),
            });
            created.collect::<Vec<_>>()
        };
        let changes = [
            founded(RecordKind::User, &EMPLOYEES),
            founded(RecordKind::Organization, &ORGANIZATIONS),
            founded(RecordKind::Customers, &CUSTOMERS),
        ];
        Self { company, admin, changes: changes.concat() }
    }

    /// So many random changes of menus, organizations and satisfaction, hardly any second apart. Turns the clock to the last of
    /// them.
    pub async fn change(&mut self, changes: u32, random: &mut fastrand::Rng) {
        let mut now = NOON;
        for n in 0..changes {
            now += random.u32(0..=1);
            let kind =
                random.choice([RecordKind::Menu, RecordKind::Organization, RecordKind::Satisfy]).unwrap();
            self.change_one(kind, n, now, random).await;
        }
        self.company.stack.advance(i64::from(now - NOON));
    }

    async fn change_one(&mut self, kind: RecordKind, n: u32, now: u32, random: &mut fastrand::Rng) {
        let by = random.u32(0..=4);
        // The last change of each record of the kind.
        let mut last: Vec<Change> = Vec::new();
        for change in self.changes.iter().filter(|change| change.kind == kind) {
            last.retain(|other| other.id != change.id);
            last.push(change.clone());
        }
        let newest = last.iter().map(|change| change.id).max().unwrap_or(0);
        last.retain(|change| change.action != "delete");
        let old = random.choice(&last).filter(|_| random.f64() < 0.6);
        let (id, at) = match old {
            Some(old) => (old.id, now.max(old.at + 1)),
            None => (newest + 1, now),
        };
        let is_deleted = old.is_some() && random.f64() < 0.3;
        let customer = random.usize(0..CUSTOMERS.len());
        let title = match (kind, old) {
            (_, Some(old)) if is_deleted => old.title.clone(),
            (RecordKind::Satisfy, _) => format!("{} 2021-07-21", CUSTOMERS[customer]),
            _ => format!("{n}号"),
        };
        let (store, author) = (&self.company.stack.app.store, Author { by, at: Time(now) });
        let name = title.clone();
        match kind {
            RecordKind::Menu => {
                let new = Menu { name, ..Menu::default() };
                write(store, author, id, (!is_deleted).then_some(&new)).await;
            }
            RecordKind::Organization => {
                let new = Organization::new(name, Time(now));
                write(store, author, id, (!is_deleted).then_some(&new)).await;
            }
            _ => {
                let new = satisfaction(u32::try_from(customer).unwrap() + 1);
                write(store, author, id, (!is_deleted).then_some(&new)).await;
            }
        }
        let (revision, action) = match old {
            None => (1, "create"),
            Some(old) => (old.revision + 1, if is_deleted { "delete" } else { "edit" }),
        };
        self.changes.push(Change { kind, id, revision, action, by, at, title });
    }
}

/// Satisfaction of a customer on the 21st of July.
pub fn satisfaction(customer: u32) -> Satisfaction {
    let activity = Activity {
        customer,
        at: Time(NOON - 11 * 86_400),
        followers: Vec::new(),
        operator: 1,
        created: Time(NOON),
        edition: 1,
    };
    Satisfaction { activity, value: 4, attach: None, note: None }
}

/// Creates, edits or deletes the record `id`.
async fn write<T: Entity>(store: &Store, author: Author, id: u32, new: Option<&T>) {
    let old = store.entity::<T>(id).await.unwrap();
    let mut write = Write::new(author);
    match (&old, new) {
        (None, Some(new)) => write.create(id, new).unwrap(),
        (Some(old), Some(new)) => write.replace(old, new).unwrap(),
        (Some(old), None) => write.remove(old).unwrap(),
        (None, None) => {}
    }
    store.commit(write).await.unwrap();
}
