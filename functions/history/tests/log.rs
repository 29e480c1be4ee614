//! `/api/history/log`.

use super::past::{CUSTOMERS, Change, NOON, Past, satisfaction, without_names};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::model::{
    Contract, Customer, Demand, Employee, Follow, Menu, Organization, RecordKind, Satisfaction,
};
use shared::store::{Author, Entity, Kind, Listing, Point, Title, Write};
use shared::time::Time;

fn at(time: u32) -> String {
    Time(time).to_string().replace(' ', "T")
}

/// All rows of the log that `query` asks for, page by page.
async fn pages(past: &Past, query: &str, count: usize) -> (u64, Vec<Value>) {
    let mut rows = Vec::new();
    for page in 1.. {
        let uri = format!("/api/history/log?{query}&count={count}&page={page}");
        let answer = past.admin.get(&uri).await;
        let more = answer.ok().as_array().unwrap();
        if more.is_empty() {
            return (answer.page().0, rows);
        }
        rows.extend(more.iter().map(without_names));
    }
    unreachable!("some page is empty")
}

#[tokio::test]
async fn every_kind_person_window_and_page_is_that_of_a_plain_vector() {
    for seed in 0..3 {
        let random = &mut fastrand::Rng::with_seed(seed);
        let mut past = Past::start().await;
        past.change(120, random).await;
        let mut changes = past.changes.clone();
        changes.sort_by(|a, b| b.before(a));
        let last = changes[0].at;
        for kind in [None, Some(RecordKind::Menu), Some(RecordKind::Satisfy), Some(RecordKind::Contract)] {
            for by in [None, Some(0), Some(2), Some(9)] {
                let window = [
                    // From a week before now.
                    ("", NOON - 7 * 86_400, u32::MAX),
                    ("all=true", 0, u32::MAX),
                    (&format!("start_time={}", at(NOON + 20)), NOON + 20, u32::MAX),
                    (&format!("end_time={}", at(last - 20)), last - 20 - 7 * 86_400, last - 20),
                    (&format!("start_time={}&end_time={}", at(NOON + 5), at(NOON + 5)), NOON + 5, NOON + 5),
                ];
                let (window, from, to) = window[random.usize(0..window.len())];
                let is_asked = |it: &&Change| {
                    kind.is_none_or(|kind| it.kind == kind)
                        && by.is_none_or(|by| by == 0 || it.by == by)
                        && (from..=to).contains(&it.at)
                };
                let expected: Vec<_> = changes.iter().filter(is_asked).map(Change::row).collect();
                let kind = kind.map(|kind| format!("&kind={}", json!(kind).as_str().unwrap()));
                let by = by.filter(|by| *by > 0).map(|by| format!("&user_id={by}"));
                let query = format!("{window}{}{}", kind.unwrap_or_default(), by.unwrap_or_default());
                let found = pages(&past, &query, random.choice([3, 7, 20, 100]).unwrap()).await;
                assert_eq!(found, (expected.len() as u64, expected), "{seed}: {query}");
            }
        }
    }
}

#[tokio::test]
async fn a_row_names_who_did_it_and_the_customer_of_a_record() {
    let past = Past::start().await;
    let mut write = Write::new(Author { by: 2, at: Time(NOON) });
    write.create(7, &satisfaction(2)).unwrap();
    past.company.stack.app.store.commit(write).await.unwrap();
    let by =
        json!({ "user_id": 2, "nickName": "小耳尖", "realName": "小耳尖", "phoneNumber": "15331761337" });
    let expected = json!([{
        "kind": "satisfy", "id": 7, "revision": 1, "action": "create", "by": by, "time": "2021-08-01 12:00:00",
        "title": format!("{} 2021-07-21", CUSTOMERS[1]),
    }]);
    assert_eq!(past.admin.get("/api/history/log").await.ok(), &expected);
}

#[tokio::test]
async fn nobody_but_admins_reads_log_and_feed() {
    let past = Past::start().await;
    for path in ["/api/history/log", "/api/history/log?kind=customers", "/api/history/feed"] {
        past.admin.get(path).await.ok();
        past.company.client.get(path).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let nobody = past.company.stack.client(history::FUNCTION);
        nobody.get(path).await.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_field() {
    let past = Past::start().await;
    for (query, field) in [
        ("kind=plans", "kind"),
        ("kind=CUS", "kind"),
        ("user_id=0", "user_id"),
        ("user_id=me", "user_id"),
        ("start_time=2021-02-30", "start_time"),
        ("end_time=x", "end_time"),
        ("start_time=2021-08-02&end_time=2021-08-01", "start_time"),
        ("all=true&end_time=2021-08-01", "all"),
        ("page=0", "page"),
        ("count=-1", "count"),
    ] {
        past.admin.get(&format!("/api/history/log?{query}")).await.refused_field(field);
    }
}

const WEEK: u32 = 7 * 86_400;
/// Changes of each kind in a busy week: one in four minutes, day and night, and of all eight kinds.
const CHANGES: u32 = 2700;

/// Records of which nothing but the log is read, each of a kind.
macro_rules! busy {
    ($($name:ident $entity:ty),*) => { $(
        #[derive(Serialize, Deserialize)]
        struct $name(u32);

        impl Entity for $name {
            const KIND: Kind = <$entity>::KIND;

            fn points(&self, _: u32, _: u32) -> Vec<(Listing, Point)> {
                Vec::new()
            }

            fn title(&self) -> Title {
                Title::new(&format!("一个普通长度的名字{}", self.0))
            }
        }
    )* };
}

busy!(Contracts Contract, Customers Customer, Demands Demand, Employees Employee, Follows Follow, Menus Menu);
busy!(Organizations Organization, Satisfactions Satisfaction);

fn created<T: Entity>(make: fn(u32) -> T) -> impl Iterator<Item = shared::Result<Write>> {
    (1..=CHANGES).map(move |n| {
        // Over the ids of the company.
        let id = 100 + n;
        let mut write = Write::new(Author { by: id % 4 + 1, at: Time(NOON - WEEK + n * 224) });
        write.create(id, &make(id)).map(|()| write)
    })
}

#[tokio::test]
async fn a_page_of_a_kind_costs_at_most_15_units_without_customers_and_of_all_ten_kinds_55() {
    let past = Past::start().await;
    let store = &past.company.stack.app.store;
    let all = created(Contracts).chain(created(Customers)).chain(created(Demands)).chain(created(Employees));
    let all = all.chain(created(Follows)).chain(created(Menus)).chain(created(Organizations));
    store.load(all.chain(created(Satisfactions)), |_| {}).await.unwrap();
    // At most the edge of a window is counted in finer slots than those of 18.2 hours, and in its first seconds by entries.
    for hours in [0, 4, 8, 12, 16] {
        for page in [1, 3, 10, 100, 400] {
            let start = format!("start_time={}&page={page}", at(NOON - WEEK + hours * 3600 + 7));
            let cost = |kind| {
                let uri = format!("/api/history/log?{start}{kind}");
                let admin = &past.admin;
                async move { admin.get(&uri).await.cost() }
            };
            let (one, all) = (cost("&kind=menu").await, cost("").await);
            assert!(one.rcu <= 15.0 && one.depth <= 6, "{start}: {one}");
            assert!(all.rcu <= 55.0 && all.depth <= 6, "{start}: {all}");
        }
    }
}

#[tokio::test]
async fn the_names_of_twenty_customers_cost_a_unit_each_and_no_round_trip_more() {
    let past = Past::start().await;
    let store = &past.company.stack.app.store;
    let creation = |id: u32| Write::new(Author { by: 1, at: Time(NOON - 1000 + id) });
    let writes = (1..=40).flat_map(|n| {
        let (mut customer, mut satisfy) = (creation(n), creation(n));
        let new = Customer { real_name: format!("客户{n}"), ..Customer::new(Time(NOON)) };
        let created = customer.create(100 + n, &new).map(|()| customer);
        [created, satisfy.create(n, &satisfaction(100 + n)).map(|()| satisfy)]
    });
    store.load(writes, |_| {}).await.unwrap();
    let cost = |kind: &str| {
        let (admin, uri) = (&past.admin, format!("/api/history/log?kind={kind}"));
        async move { admin.get(&uri).await.cost() }
    };
    // A caller who is not known yet waits for the session first.
    cost("customers").await;
    let (customers, satisfy) = (cost("customers").await, cost("satisfy").await);
    assert!(satisfy.rcu <= customers.rcu + 20.0 && satisfy.depth == customers.depth, "{customers} {satisfy}");
    let title = past.admin.get("/api/history/log?kind=satisfy&count=1").await.ok()[0]["title"].clone();
    assert_eq!(title, "客户40 2021-07-21");
}
