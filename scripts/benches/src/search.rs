//! What looking for customers costs, and writing them with all that makes them found: through the function's own
//! router, on dynoxide, which counts capacity as AWS does.

use super::{Cost, percentile};
use anyhow::{Result, ensure};
use demo::Size;
use serde_json::{Value, json};
use shared::model::Customer;
use shared::search::{Searchable, grams};
use shared::store::Entity;
use std::fmt::Write;
use testing::encoded::encoded_query;
use testing::{Answer, Client, Stack};
use xtask::progress::Step;

/// The most that a page may cost for names of one or two characters and for full phone numbers.
const MAX_RCU: f64 = 45.0;
/// The most that it may cost compared with the smallest company.
const MAX_RATIO: f64 = 2.0;
/// The most that creating a customer may cost, and editing one without another name.
const MAX_WCU: [(&str, f64); 2] = [("create", 200.0), ("edit", 250.0)];
/// Rows on a page.
const COUNT: u64 = 20;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct SearchOptions {
    /// The numbers of customers; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    customers: Vec<u32>,
    /// Within how many days they were entered; the bars for reading are for the default
    #[arg(long, default_value_t = demo::DAYS)]
    days: u32,
    /// How many customers are created and edited
    #[arg(long, default_value_t = 200)]
    writes: u32,
}

/// What is looked for.
struct Query {
    name: &'static str,
    query: String,
    /// Whether the bars are for it.
    is_flat: bool,
}

/// A page of a query, and what it cost.
struct Row {
    name: &'static str,
    page: &'static str,
    total: u64,
    rows: u64,
    cost: Cost,
    is_flat: bool,
}

/// Measures all sizes.
pub async fn run(SearchOptions { customers, days, writes }: SearchOptions) -> Result<()> {
    println!(
        "{:>9} {:<26} {:<7} {:>7} {:>6} {:>6} {:>6}",
        "customers", "", "page", "total", "RCU", "ratio", "depth"
    );
    let mut base: Vec<Row> = Vec::new();
    let mut failures = String::new();
    for count in customers {
        let stack = Stack::start().await;
        let size = Size { customers: count, days, organizations: (count / 20).max(86), ..Size::default() };
        let step = Step::counted(&format!("loading {count} customers"));
        demo::load(stack.app.store.clone(), size, stack.app.clock.wall(stack.app.clock.epoch()), step.bar())
            .await?;
        step.done();
        let client = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
        let rows = pages(&stack, &client, count).await?;
        for row in &rows {
            let Row { name, page, total, rows, cost, is_flat } = row;
            let same = base.iter().find(|other| other.name == *name && other.page == *page);
            // A row costs a unit, so that a full page is not compared with one of three rows as it is.
            let like = same.map_or(cost.rcu, |same| same.cost.rcu + rows.saturating_sub(same.rows) as f64);
            let ratio = cost.rcu / like;
            let Cost { rcu, depth, .. } = cost;
            println!("{count:>9} {name:<26} {page:<7} {total:>7} {rcu:>6.1} {ratio:>6.2} {depth:>6}");
            if *is_flat && (*rcu > MAX_RCU || ratio > MAX_RATIO) {
                writeln!(failures, "  {count} customers, {name}, page {page}: {rcu} RCU, {ratio:.2} times")?;
            }
        }
        if base.is_empty() {
            base = rows;
        }
        for ((name, max), costs) in MAX_WCU.into_iter().zip(written(&stack, &client, writes).await?) {
            let [(middle, _), (many, runs), (most, most_runs)] =
                [50, 95, 100].map(|percent| percentile(&costs, percent));
            println!(
                "{count:>9} {name:<26} WCU: half at most {middle}, 95% at most {many} ({runs} runs), \
                 all at most {most} ({most_runs} runs)"
            );
            if most > max {
                writeln!(failures, "  {count} customers, {name}: {most} WCU")?;
            }
        }
    }
    ensure!(failures.is_empty(), "past the bars:\n{failures}");
    println!("all within {MAX_RCU} RCU, {MAX_RATIO} times the smallest, {MAX_WCU:?} WCU");
    Ok(())
}

/// The first, the middle and the last page of every query.
async fn pages(stack: &Stack, client: &Client, customers: u32) -> Result<Vec<Row>> {
    let some = stack.app.store.entity::<Customer>(customers / 2).await?;
    let phone = some.map(|customer| customer.record.value.phone_number).unwrap_or_default();
    let flat = |name, query: &str| Query { name, query: query.to_owned(), is_flat: true };
    let grows = |name, query: &str| Query { name, query: query.to_owned(), is_flat: false };
    let queries = [
        flat("everybody", ""),
        flat("王, the commonest surname", "name=王"),
        flat("公司, in half of all", "name=公司"),
        flat("云, in names and places", "name=云"),
        flat("a", "name=A"),
        flat("丽江", "name=丽江"),
        flat("丽萍, a given name", "name=丽萍"),
        flat("a phone number", &format!("phoneNumber={phone}")),
        grows("its last four digits", &format!("phoneNumber={}", phone.get(7..).unwrap_or_default())),
        grows("an organization", "organization_id=2"),
        grows("王 of an organization", "organization_id=2&name=王"),
        grows("王丽萍", "name=王丽萍"),
        grows("丽江云", "name=丽江云"),
        grows("人民医院", "name=人民医院"),
        grows("科技公司", "name=科技公司"),
        grows(
            "旅游公司, a phone's digits",
            &format!("name=旅游公司&phoneNumber={}", phone.get(..5).unwrap_or_default()),
        ),
    ];
    let mut rows = Vec::new();
    for Query { name, query, is_flat } in queries {
        let first = get(client, &query, 1).await;
        let (total, ..) = first.page();
        let pages = total.div_ceil(COUNT).max(1);
        let mut at = vec![("first", 1), ("middle", pages.div_ceil(2)), ("last", pages)];
        at.dedup_by_key(|(_, number)| *number);
        for (page, number) in at {
            let answer = get(client, &query, number).await;
            let expected = total.saturating_sub((number - 1) * COUNT).min(COUNT);
            let there = answer.ok().as_array().map_or(0, Vec::len) as u64;
            ensure!(there == expected, "{name}, page {number}: {there} rows");
            rows.push(Row { name, page, total, rows: there, cost: Cost::of(&answer), is_flat });
        }
    }
    Ok(rows)
}

async fn get(client: &Client, query: &str, page: u64) -> Answer {
    client.get(&format!("/api/customers/customers?count={COUNT}&page={page}&{}", encoded_query(query))).await
}

/// What it costs to create customers like those that are there, and to edit some of any age, and how many runs of one or two
/// characters their names have: sorted.
async fn written(stack: &Stack, client: &Client, writes: u32) -> Result<[Vec<(f64, usize)>; 2]> {
    let count = stack.app.store.next_id(Customer::KIND).await? - 1;
    let (mut created, mut edited) = (Vec::new(), Vec::new());
    for n in 0..writes {
        let id = 1 + (u64::from(n) * 7_919 % u64::from(count)) as u32;
        let Some(like) = stack.app.store.entity::<Customer>(id).await? else { continue };
        let customer = like.record.value;
        let runs = grams(&customer.search_projection().texts).len();
        let body = json!({
            "nickName": customer.nick_name, "realName": customer.real_name, "avatar": customer.avatar,
            "phoneNumber": format!("1660000{n:04}"), "organization_id": customer.organization,
        });
        created.push((post(client, body).await.wcu, runs));
        edited.push((post(client, json!({ "customers_id": id, "job": "总经理" })).await.wcu, runs));
    }
    for costs in [&mut created, &mut edited] {
        costs.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    }
    Ok([created, edited])
}

async fn post(client: &Client, body: Value) -> Cost {
    let answer = client.post("/api/customers/customers", body).await;
    answer.ok();
    Cost::of(&answer)
}
