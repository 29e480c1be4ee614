//! What lists of plans cost: the same with thousands as with few, at every page.

use shared::model::Plan;
use shared::store::{Author, Entity, Write};
use shared::time::Time;
use testing::{Client, Company};

const NOON: u32 = 1_627_819_200;
const DAY: u32 = 86_400;

/// So many plans of an employee, done and open ones, over two years; the open ones are for as many customers.
async fn load(company: &Company, employee: u32, done: u32, open: u32) {
    let store = &company.stack.app.store;
    let first = store.next_ids(Plan::KIND, done + open).await.unwrap();
    let plan = |n: u32| {
        let is_done = n < done;
        let days = if is_done { 730 * n / done } else { 690 + 60 * (n - done) / open };
        let at = Time(NOON - 730 * DAY + days * DAY + n % 36 * 900);
        let customer = if is_done { 1 + n % 5 } else { 1000 + n };
        let note = Some("再次拜访，带上报价".to_owned());
        let (operator, created) = (employee, Time(NOON));
        Plan { customer, employee, at, note, done: is_done.then_some(at), operator, created, edition: 1 }
    };
    let write = |n: u32| {
        let mut write = Write::new(Author { by: employee, at: Time(NOON) });
        write.create(first + n, &plan(n)).map(|()| write)
    };
    store.load((0..done + open).map(write), |_| {}).await.unwrap();
}

/// The dearest page of a list, apart from the customers on it, and its round trips.
async fn dearest(client: &Client, query: &str) -> (f64, u32) {
    let uri = |page: u64| format!("/api/record/plan?{query}&count=20&page={page}");
    let total = client.get(&uri(1)).await.page().0;
    let last = total.div_ceil(20).max(1);
    let (mut rcu, mut depth) = (0.0_f64, 0);
    for page in [1, 2, last.div_ceil(4), last.div_ceil(2), last.div_ceil(2) + 1, last - last / 4, last] {
        let answer = client.get(&uri(page.max(1))).await;
        let rows = answer.ok().as_array().unwrap();
        let customers: std::collections::BTreeSet<_> =
            rows.iter().map(|row| row["customers_id"].as_u64()).collect();
        let cost = answer.cost();
        rcu = rcu.max(cost.rcu - customers.len() as f64);
        depth = depth.max(cost.depth);
    }
    (rcu, depth)
}

#[tokio::test]
async fn a_page_costs_at_most_fifteen_units_and_four_round_trips_however_many_there_are() {
    let mut few = Vec::new();
    for times in [1, 8] {
        let company = Company::start(record::FUNCTION).await;
        load(&company, Company::ME, 200 * times, 60 * times).await;
        load(&company, 3, 200 * times, 60 * times).await;
        let admin = company.stack.session(1).await;
        let admin = company.stack.client(record::FUNCTION).with("session", &admin);
        let mine = &company.client;
        let mut costs = Vec::new();
        for (client, query) in [
            (mine, "due=today"),
            (mine, "due=overdue"),
            (mine, "due=open"),
            (mine, "due=done"),
            (mine, "due=all"),
            (mine, "due=done&start_time=2020-08-01&end_time=2021-07-01"),
            (&admin, "due=overdue&user_id=all"),
            (&admin, "due=today&user_id=all"),
            (&admin, "due=open&user_id=all"),
            (&admin, "due=done&user_id=all"),
        ] {
            let (rcu, depth) = dearest(client, query).await;
            costs.push((query, rcu, depth));
        }
        for (at, (query, rcu, depth)) in costs.iter().enumerate() {
            assert!(*rcu <= 15.0 && *depth <= 4, "{times} times, {query}: {rcu} RCU, {depth} round trips");
            if let Some((_, before, _)) = few.get(at) {
                assert!(*rcu <= 2.0 * before, "{query}: {rcu} RCU, and {before} of an eighth");
            }
        }
        few = costs;
    }
}
