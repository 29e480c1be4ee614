//! Renaming an organization: its customers follow, whoever dies or comes in between.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use shared::model::{Customer, Role, SaveOptions, resume_renames, save_customer};
use shared::store::{Author, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testing::encoded::encoded;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";
const ORGANIZATIONS: &str = "/api/customers/organization";
const CUSTOMERS: u64 = 130;

/// An organization with customers, one of whom is hidden, and somebody who works with them.
struct Company {
    stack: Stack,
    staff: Client,
    token: String,
}

impl Company {
    async fn start() -> Self {
        let stack = Stack::start().await;
        let employee = stack.employee("15331761337", Role::Staff).await;
        let token = stack.session(employee).await;
        let staff = stack.client(customers::FUNCTION).with("session", &token);
        staff.post(ORGANIZATIONS, json!({ "groupName": "旧名" })).await.ok();
        let customer = |n| staff.post(PATH, json!({ "nickName": format!("c{n}"), "organization_id": 1 }));
        // The one who will be hidden has the id 1.
        customer(1).await.ok();
        join_all((2..=CUSTOMERS).map(customer)).await.iter().for_each(|answer| drop(answer.ok().clone()));
        staff.post(PATH, json!({ "customers_id": 1, "status": 0 })).await.ok();
        Self { stack, staff, token }
    }

    async fn rename(&self, name: &str) {
        self.staff.post(ORGANIZATIONS, json!({ "organization_id": 1, "groupName": name })).await.ok();
    }

    async fn total(&self, name: &str) -> u64 {
        self.staff.get(&format!("{PATH}?count=1&name={}", encoded(name))).await.page().0
    }

    /// Searches until no rename is under way. One search helps for 200 ms at most, and may be stopped while it has the lease.
    async fn search_until_renamed(&self) {
        for _ in 0..200 {
            self.stack.advance(10);
            self.total("何").await;
            if self.stack.app.store.numbered::<Value>("RENAME").await.unwrap().is_empty() {
                return;
            }
        }
        panic!("searches do not go on with a rename");
    }

    /// Renames, and dies after so many calls.
    async fn rename_and_die(&self, name: &str, calls: u64) {
        let script = move |seen: SeenCall<'_>| match seen.before >= calls {
            true => Fault::LostRequest,
            false => Fault::Pass,
        };
        let faulty = client(&self.stack.endpoint, Hold::default(), script);
        let store = self.stack.over(faulty).busy_limit(Duration::from_millis(1));
        let app = self.stack.app_over(store);
        let dying = Client::of(customers::FUNCTION, app).with("session", &self.token);
        dying.post(ORGANIZATIONS, json!({ "organization_id": 1, "groupName": name })).await;
    }
}

#[tokio::test]
async fn after_a_rename_every_customer_is_found_by_the_new_name_alone_and_nobody_was_edited() {
    let company = Company::start().await;
    let before = company.staff.get(&format!("{PATH}?count=100")).await;
    company.stack.advance(60);
    company.rename("新的名字").await;
    for (name, total) in
        [("旧", 0), ("旧名", 0), ("新", CUSTOMERS - 1), ("新的名字", CUSTOMERS - 1), ("c1", 41)]
    {
        assert_eq!(company.total(name).await, total, "{name}");
    }
    let after = company.staff.get(&format!("{PATH}?count=100")).await;
    for (before, after) in before.ok().as_array().unwrap().iter().zip(after.ok().as_array().unwrap()) {
        let mut expected = before.clone();
        expected["organization"] = json!("新的名字");
        assert_eq!(after, &expected, "but for the name nothing is another, neither version nor updateTime");
    }
    // So is one who is hidden, among those who are.
    for (name, ids) in [("旧名", vec![]), ("新的名字", vec![1])] {
        let hidden = company.staff.get(&format!("{PATH}?status=0&name={}", encoded(name))).await;
        assert_eq!(hidden.ids(), ids, "{name}");
    }
    company.staff.post(PATH, json!({ "customers_id": 1, "status": 1 })).await.ok();
    assert_eq!(company.total("新的名字").await, CUSTOMERS);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn wherever_a_rename_dies_it_is_not_begun_or_a_later_search_goes_on_with_it() {
    // After the first four calls it is written; the last ones are those of its end.
    for calls in [1, 2, 3, 4, 5, 6, 8, 30, 200, 300, 410] {
        let company = Company::start().await;
        company.rename_and_die("新的名字", calls).await;
        let list = company.staff.get(&format!("{ORGANIZATIONS}?organization_id=1")).await;
        let is_written = list.ok()[0]["groupName"] == "新的名字";
        assert_eq!(is_written, calls >= 4, "{calls}");
        company.stack.verify_records().await;
        let (old, new) = (company.total("旧名").await, company.total("新的名字").await);
        assert_eq!(old + new, CUSTOMERS - 1, "{calls}: everybody is found by one of the names");
        // Whoever died is not waited for any longer.
        company.stack.advance(60);
        company.search_until_renamed().await;
        let expected = if is_written { (0, CUSTOMERS - 1) } else { (CUSTOMERS - 1, 0) };
        assert_eq!((company.total("旧名").await, company.total("新的名字").await), expected, "{calls}");
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn of_several_renames_at_once_and_after_one_that_died_the_last_one_is_everybodys_name() {
    let company = Company::start().await;
    company.rename_and_die("半", 120).await;
    join_all(["甲", "乙", "丙"].map(|name| company.rename(name))).await;
    let list = company.staff.get(&format!("{ORGANIZATIONS}?organization_id=1")).await;
    let last = list.ok()[0]["groupName"].as_str().unwrap();
    company.stack.advance(60);
    company.search_until_renamed().await;
    for name in ["旧", "半", "甲", "乙", "丙"] {
        assert_eq!(
            company.total(name).await,
            if name == last { CUSTOMERS - 1 } else { 0 },
            "{name}, not {last}"
        );
    }
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_customer_who_was_written_with_the_old_name_after_the_walk_gets_the_new_one() {
    let company = Company::start().await;
    company.stack.advance(600);
    let store = &company.stack.app.store;
    let now = company.stack.app.clock.wall(company.stack.app.clock.epoch());
    let mut writes = Vec::new();
    for name in ["looks again", "dies"] {
        let mut write = Write::new(Author::SYSTEM);
        let organization = Some(1);
        let new = Customer { nick_name: name.to_owned(), organization, ..Customer::new(now) };
        let saved = save_customer(store, &mut write, None, new, SaveOptions::default()).await.unwrap();
        writes.push((write, saved));
    }
    company.stack.advance(5);
    company.rename("新的名字").await;
    let [(first, looks_again), (second, _)] = writes.try_into().unwrap_or_else(|_| panic!("two"));
    for write in [first, second] {
        store.commit(write).await.unwrap();
    }
    assert_eq!(company.total("旧名").await, 2);
    looks_again.follow_rename(store).await;
    assert_eq!((company.total("旧名").await, company.total("looks again").await), (1, 1));
    // The second walk waits for the longest request.
    company.stack.advance(40);
    assert_eq!((company.total("何").await, company.total("旧名").await), (0, 1));
    company.search_until_renamed().await;
    assert_eq!((company.total("旧名").await, company.total("新的名字").await), (0, CUSTOMERS - 1 + 2));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn one_of_many_goes_on_with_a_rename_and_a_search_waits_for_nobody() {
    let company = Company::start().await;
    company.rename_and_die("新的名字", 30).await;
    company.stack.advance(60);
    let (epoch, endpoint) = (company.stack.app.clock.epoch(), &company.stack.endpoint);
    // Writes of renames do not get through: nobody who searches waits for them.
    let throttled = client(endpoint, Hold::default(), |seen| match seen.operation {
        "TransactWriteItems" => Fault::Throttle,
        _ => Fault::Pass,
    });
    let app = company.stack.app_over(company.stack.over(throttled));
    let search = Client::of(customers::FUNCTION, app).with("session", &company.token);
    let begun = Instant::now();
    search.get(&format!("{PATH}?name={}", encoded("名"))).await.ok();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());

    let calls: Vec<_> = (0..8).map(|_| Arc::new(AtomicU64::new(0))).collect();
    let resume = calls.iter().map(|calls| {
        let calls = Arc::clone(calls);
        let count = move |_: SeenCall<'_>| {
            calls.fetch_add(1, Ordering::SeqCst);
            Fault::Pass
        };
        let store = company.stack.over(client(endpoint, Hold::default(), count));
        async move { resume_renames(&store, epoch, Duration::from_secs(60)).await }
    });
    join_all(resume).await.into_iter().for_each(|answer| answer.unwrap());
    let calls: Vec<_> = calls.iter().map(|calls| calls.load(Ordering::SeqCst)).collect();
    // Who is too late reads that there is a rename, and does not get the lease.
    assert_eq!(calls.iter().filter(|calls| **calls > 10).count(), 1, "{calls:?}");
    assert_eq!(company.total("旧名").await, 0);
}

#[tokio::test]
async fn customers_of_one_organization_are_written_without_a_condition_on_it() {
    let company = Company::start().await;
    let checked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&checked);
    let note = move |call: SeenCall<'_>| {
        noted.lock().unwrap().extend(call.checked());
        Fault::Pass
    };
    let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), note));
    let app = company.stack.app_over(store);
    let staff = Client::of(customers::FUNCTION, app).with("session", &company.token);
    let create = |n: u64| staff.post(PATH, json!({ "nickName": format!("{n}"), "organization_id": 1 }));
    join_all((0..4).map(create)).await.iter().for_each(|answer| drop(answer.ok().clone()));
    staff.post(PATH, json!({ "customers_id": 1, "status": 1 })).await.ok();
    staff.post(ORGANIZATIONS, json!({ "organization_id": 1, "groupName": "新名" })).await.ok();
    // What else is checked is about the customer alone.
    let checked = checked.lock().unwrap();
    let of_card: Vec<_> = checked.iter().filter(|item| item.contains("CARD")).collect();
    assert!(of_card.is_empty() && !checked.is_empty(), "{of_card:?}");
}

#[tokio::test]
async fn customers_who_come_go_and_are_edited_during_a_rename_have_the_right_name_after_it() {
    let company = Company::start().await;
    let staff = &company.staff;
    staff.post(ORGANIZATIONS, json!({ "groupName": "别处" })).await.ok();
    company.stack.advance(60);
    let others = (1..=60u64).map(|n| {
        let id = n * 2;
        let body = match n % 4 {
            0 => json!({ "nickName": format!("d{n}"), "organization_id": 1 }),
            1 => json!({ "customers_id": id, "organization_id": 2 }),
            2 => json!({ "customers_id": id, "job": "主任" }),
            _ => json!({ "customers_id": id, "realName": "王丽萍" }),
        };
        staff.post(PATH, body)
    });
    let (answers, ()) = join(join_all(others), company.rename("新的名字")).await;
    answers.iter().for_each(|answer| drop(answer.ok().clone()));
    assert_eq!(company.total("旧名").await, 0);
    assert_eq!(company.total("别处").await, 15);
    assert_eq!(company.total("新的名字").await, CUSTOMERS - 1 - 15 + 15);
    company.stack.verify_records().await;
}
