//! A small company for tests of records: employees, organizations and customers, and a client that one of them has
//! signed in with.

use crate::{ADMIN_PHONE, Answer, Client, Stack};
use serde_json::Value;
use shared::http::Function;
use shared::model::{
    Area, Customer, Employee, Organization, Role, SaveOptions, Status, claim_area, save_customer,
    save_organization,
};
use shared::store::{Author, Entity, Store, Write};
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
        let store = &stack.app.store;
        for (phone, name) in EMPLOYEES {
            let employee = Employee {
                phone_number: phone.to_owned(),
                nick_name: name.to_owned(),
                real_name: name.to_owned(),
                role: if name == "admin" { Role::Admin } else { Role::Staff },
                edition: 1,
                ..Employee::default()
            };
            let id = store.next_id(Employee::KIND).await.expect("an id");
            commit(store, async |write| employee.create(write, id, None)).await;
        }
        for (name, detail) in ORGANIZATIONS {
            let new = Organization::new(name.to_owned(), Time(0));
            let organization = Organization { group_detail: detail.to_owned(), ..new };
            commit(store, async |write| save_organization(store, write, None, &organization, 0).await).await;
        }
        for (nick_name, real_name, organization) in CUSTOMERS {
            let customer = Customer {
                nick_name: nick_name.to_owned(),
                real_name: real_name.to_owned(),
                organization,
                ..Customer::new(Time(0))
            };
            commit(store, async |write| {
                save_customer(store, write, None, customer, SaveOptions::default()).await
            })
            .await;
        }
        let token = stack.session(Self::ME).await;
        let client = stack.client(function).with("session", &token);
        Self { stack, client, token, function }
    }

    /// A client with the same session, of the function over another store: with faults.
    pub fn over(&self, store: Store) -> Client {
        let app = self.stack.app_over(store);
        Client::of(self.function, app).with("session", &self.token)
    }

    /// Hides a customer.
    pub async fn hide_customer(&self, id: u32) {
        let store = &self.stack.app.store;
        let old = store.entity::<Customer>(id).await.expect("an answer").expect("the customer");
        let new = Customer { status: Status::Disabled, ..old.record.value.clone() };
        commit(store, async |write| {
            save_customer(store, write, Some(&old), new, SaveOptions::default()).await
        })
        .await;
    }

    /// Lets a menu that nobody has claim an area.
    pub async fn claim(&self, area: Area) {
        let store = &self.stack.app.store;
        commit(store, async |write| claim_area(store, write, 1, None, Some(area), false).await).await;
    }

    /// Deletes an organization.
    pub async fn delete_organization(&self, id: u32) {
        let store = &self.stack.app.store;
        let old = store.entity::<Organization>(id).await.expect("an answer").expect("the organization");
        let new = Organization { status: Status::Disabled, ..old.record.value.clone() };
        commit(store, async |write| save_organization(store, write, Some(&old), &new, 0).await).await;
    }
}

/// Commits what `fill` adds to a write.
async fn commit<T>(store: &Store, fill: impl AsyncFnOnce(&mut Write) -> shared::Result<T>) {
    let mut write = Write::new(Author::SYSTEM);
    fill(&mut write).await.expect("a write");
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
