//! A small company for tests of records: employees, organizations and customers, and a client that one of them has
//! signed in with.

use crate::{ADMIN_PHONE, Answer, Client, Stack};
use serde_json::Value;
use shared::http::{App, Function};
use shared::model::{Area, Areas, Customer, Employee, Organization, OrganizationCard, Role, Status};
use shared::store::{Author, Entity, Expect, Key, Store, Write};
use shared::time::Time;
use std::collections::BTreeSet;

/// Phone numbers and names of the employees 1 to 4; the first is an admin.
const EMPLOYEES: [(&str, &str); 4] =
    [(ADMIN_PHONE, "admin"), ("15331761337", "小耳尖"), ("13577133928", "黄浩原"), ("15925130924", "张建林")];
/// Names and details of the organizations 1 to 3.
const ORGANIZATIONS: [(&str, &str); 3] =
    [("云南耳尖", "云南耳尖科技有限公司"), ("耳尖团队", "耳尖团队"), ("GPS", "GPS")];
/// Names and organizations of the customers 1 to 5.
const CUSTOMERS: [(&str, &str, Option<u32>); 5] = [
    ("昵称", "", None),
    ("Miss'Z", "赵丽萍", Some(1)),
    (".", "普翠", Some(2)),
    ("大理白云", "", Some(2)),
    ("瑞雪", "", None),
];

/// The company.
pub struct Company {
    /// Its table.
    pub stack: Stack,
    /// A client of the function that is tested, with a session of [`Company::ME`].
    pub client: Client,
    /// The token of that session.
    pub token: String,
    function: Function,
}

impl Company {
    /// The employee that the client is signed in as.
    pub const ME: u32 = 2;

    /// A new company, of which `function` is tested.
    pub async fn start(function: Function) -> Self {
        Self::of(Stack::start().await, function).await
    }

    /// A new company in an empty table.
    pub async fn of(stack: Stack, function: Function) -> Self {
        for (phone, name) in EMPLOYEES {
            let employee = Employee {
                phone_number: phone.to_owned(),
                nick_name: name.to_owned(),
                real_name: name.to_owned(),
                role: if name == "admin" { Role::Admin } else { Role::Staff },
                edition: 1,
                ..Employee::default()
            };
            create(&stack.app.store, &employee, |_, _| {}).await;
        }
        for (name, detail) in ORGANIZATIONS {
            let organization = Organization {
                kind: 1,
                group_name: name.to_owned(),
                group_detail: detail.to_owned(),
                status: Status::Enabled,
                created: Time(0),
                updated: Time(0),
            };
            let card = OrganizationCard::from(&organization);
            let put = |write: &mut Write, id| {
                write.put(&Key::organization_card(id), &card, Expect::Absent).expect("an item");
            };
            create(&stack.app.store, &organization, put).await;
        }
        for (nick_name, real_name, organization) in CUSTOMERS {
            let name = organization.and_then(|id| ORGANIZATIONS.get(id as usize - 1)).map(|(name, _)| *name);
            let customer = Customer {
                kind: 2,
                nick_name: nick_name.to_owned(),
                real_name: real_name.to_owned(),
                avatar: String::new(),
                phone_number: String::new(),
                job: String::new(),
                sex: 0,
                organization,
                organization_name: name.unwrap_or_default().to_owned(),
                status: Status::Enabled,
                created: Time(0),
                updated: Time(0),
                edition: 1,
            };
            create(&stack.app.store, &customer, |_, _| {}).await;
        }
        let token = stack.session(Self::ME).await;
        let client = stack.client(function).with("session", &token);
        Self { stack, client, token, function }
    }

    /// A client with the same session, of the function over another store: with faults.
    pub fn over(&self, store: Store) -> Client {
        let app = App { store, ..self.stack.app.clone() };
        Client::of(self.function, app).with("session", &self.token)
    }

    /// Hides a customer.
    pub async fn hide_customer(&self, id: u32) {
        let store = &self.stack.app.store;
        let old = store.entity::<Customer>(id).await.expect("an answer").expect("the customer");
        let new = Customer { status: Status::Disabled, ..old.record.value.clone() };
        let mut write = Write::new(AUTHOR);
        write.replace(&old, &new).expect("an item");
        store.commit(write).await.expect("the customer is hidden");
    }

    /// Lets a menu that nobody has claim an area.
    pub async fn claim(&self, area: Area) {
        let mut areas = Areas::default();
        areas.claim(1, Some(area));
        let mut write = Write::new(AUTHOR);
        write.put(&Key::areas(), &areas, Expect::Absent).expect("an item");
        self.stack.app.store.commit(write).await.expect("the area is claimed");
    }

    /// Deletes an organization.
    pub async fn delete_organization(&self, id: u32) {
        let (store, key) = (&self.stack.app.store, Key::organization_card(id));
        let old = store.entity::<Organization>(id).await.expect("an answer").expect("the organization");
        let new = Organization { status: Status::Disabled, ..old.record.value.clone() };
        let card = store.get::<OrganizationCard>(&key).await.expect("an answer").expect("the card");
        let mut write = Write::new(AUTHOR);
        write.replace(&old, &new).expect("an item");
        let expect = Expect::Revision(card.revision);
        write.put(&key, &OrganizationCard::from(&new), expect).expect("an item");
        store.commit(write).await.expect("the organization is deleted");
    }
}

const AUTHOR: Author = Author { employee: 0, at: Time(0) };

async fn create<T: Entity>(store: &Store, new: &T, more: impl FnOnce(&mut Write, u32)) {
    let id = store.next_id(T::KIND).await.expect("an id");
    let mut write = Write::new(AUTHOR);
    write.create(id, new).expect("an item");
    more(&mut write, id);
    store.commit(write).await.expect("it is written");
}

impl Answer {
    /// Checks that every row has all the keys of the interface list's `sample`, with values of the same types, and beyond them
    /// exactly those of `additive`. What is null in the sample may be anything, for it does not tell the type.
    #[track_caller]
    pub fn rows_are_like(&self, sample: &str, additive: &[&str]) {
        let sample: Value = serde_json::from_str(sample).expect("a sample");
        let rows = self.ok().as_array().expect("rows");
        assert!(!rows.is_empty(), "no row to compare");
        for row in rows {
            let mut extra = BTreeSet::new();
            compare("", row, &sample, &mut extra);
            assert_eq!(extra, additive.iter().map(|key| (*key).to_owned()).collect(), "{row}");
        }
    }
}

/// Collects the paths of the keys that only `row` has.
fn compare(path: &str, row: &Value, sample: &Value, extra: &mut BTreeSet<String>) {
    match (row, sample) {
        (_, Value::Null) => {}
        (Value::Object(row), Value::Object(sample)) => {
            for (key, value) in sample {
                let mine = row.get(key).unwrap_or_else(|| panic!("{path}{key} is missing"));
                compare(&format!("{path}{key}."), mine, value, extra);
            }
            extra.extend(
                row.keys().filter(|key| !sample.contains_key(*key)).map(|key| format!("{path}{key}")),
            );
        }
        (Value::Array(rows), Value::Array(samples)) => {
            for (row, sample) in rows.iter().zip(samples.iter().cycle()) {
                compare(path, row, sample, extra);
            }
        }
        _ => {
            let same = std::mem::discriminant(row) == std::mem::discriminant(sample);
            assert!(same, "{path}: {row} is not of the type of {sample}");
        }
    }
}
