//! What statistics cost: of one organization by the number of records, and of all by the number of organizations.

use super::Cost;
use anyhow::{Result, ensure};
use shared::model::{Activity, Contract, Follow, Organization, Role};
use shared::money::Money;
use shared::store::{Author, Write};
use shared::time::Time;
use std::fmt::Write as _;
use testing::Stack;
use xtask::progress::Step;

/// The most that the statistics of one organization may cost.
const MAX_RCU: f64 = 12.0;
/// The most that they may cost compared with the smallest number of records.
const MAX_RATIO: f64 = 2.0;
/// Organizations among which the records of the first table are.
const ORGANIZATIONS: u32 = 50;

const DAY: u32 = 86_400;
/// When the newest record is: 2021-08-01 11:34:56, in the middle of every slot.
const NOW: u32 = 1_627_817_696;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct StatsOptions {
    /// The numbers of records, half of them follow-ups and half contracts; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    records: Vec<u32>,
    /// The numbers of organizations of which all are asked for
    #[arg(long, value_delimiter = ',', default_value = "100,1000,10000")]
    organizations: Vec<u32>,
    /// The contracts of all of them together
    #[arg(long, default_value_t = 100_000)]
    contracts: u32,
}

/// Measures both.
pub async fn run(StatsOptions { records, organizations, contracts }: StatsOptions) -> Result<()> {
    let mut failures = String::new();
    let mut base: Vec<f64> = Vec::new();
    println!("{:>14} {:<26} {:<6} {:>6} {:>6} {:>6}", "records", "", "window", "RCU", "ratio", "depth");
    for count in records {
        let stack = load(count / 2, count / 2, ORGANIZATIONS).await?;
        let mut costs = Vec::new();
        for (window, days) in WINDOWS {
            for query in ["sign?organization_ids=7", "demand?organization_ids=7", "follow?organization_id=7"]
            {
                let cost = ask(&stack, query, days, 1).await.1;
                let ratio = cost.rcu / base.get(costs.len()).copied().unwrap_or(cost.rcu);
                println!(
                    "{count:>14} {query:<26} {window:<6} {:>6.1} {ratio:>6.2} {:>6}",
                    cost.rcu, cost.depth
                );
                if cost.rcu > MAX_RCU || ratio > MAX_RATIO {
                    writeln!(
                        failures,
                        "  {count} records, {query}, {window}: {} RCU, {ratio:.2} times",
                        cost.rcu
                    )?;
                }
                costs.push(cost.rcu);
            }
        }
        if base.is_empty() {
            base = costs;
        }
    }
    println!("{:>14} {:<26} {:<6} {:>6} {:>6} {:>6}", "organizations", "", "window", "page", "RCU", "depth");
    for count in organizations {
        let stack = load(0, contracts, count).await?;
        for (window, days) in WINDOWS {
            let (total, _) = ask(&stack, "sign", days, 1).await;
            for page in [1, total.div_ceil(20).max(1)] {
                let cost = ask(&stack, "sign", days, page).await.1;
                println!(
                    "{count:>14} {:<26} {window:<6} {page:>6} {:>6.1} {:>6}",
                    "sign", cost.rcu, cost.depth
                );
            }
        }
    }
    ensure!(failures.is_empty(), "past the bars:\n{failures}");
    println!("one organization: all within {MAX_RCU} RCU and {MAX_RATIO} times the smallest");
    Ok(())
}

const WINDOWS: [(&str, u32); 3] = [("week", 7), ("year", 365), ("all", 3650)];

/// How many groups there are, and what a page of them cost.
async fn ask(stack: &Stack, query: &str, days: u32, page: u64) -> (u64, Cost) {
    let client = stack.client(stats::FUNCTION).with("session", &stack.session(1).await);
    let mark = if query.contains('?') { '&' } else { '?' };
    let text = |time: Time| time.to_string().replace(' ', "T");
    let (from, to) = (text(Time(NOW - days * DAY + 1234)), text(Time(NOW)));
    let answer =
        client.get(&format!("/api/stats/{query}{mark}start_time={from}&end_time={to}&page={page}")).await;
    answer.ok();
    let total = answer.body.pointer("/page_info/total").and_then(serde_json::Value::as_u64);
    (total.unwrap_or(0), Cost::of(&answer))
}

/// A table with records of organizations in turn, spread over two years.
async fn load(follows: u32, contracts: u32, organizations: u32) -> Result<Stack> {
    let stack = Stack::start().await;
    stack.employee("15331761337", Role::Staff).await;
    let step = Step::counted(&format!("loading {follows} follow-ups and {contracts} contracts"));
    step.bar().set_length(u64::from(follows) * 4 + u64::from(contracts) * 5);
    let at = |n: u32, of: u32| NOW - (2 * 365 * DAY / of.max(1)) * n - n.wrapping_mul(2_654_435_761) % 60;
    let write = || Write::new(Author::SYSTEM);
    let organization = |id: u32| {
        let mut write = write();
        Organization::new(format!("单位{id}"), Time(0)).create(&mut write, id).map(|()| write)
    };
    let follow = |n: u32| {
        let activity = Activity {
            customer: 1 + n % 10_000,
            at: Time(at(n, follows)),
            followers: vec![1],
            operator: 1,
            created: Time(0),
            edition: 1,
        };
        let organization = Some(1 + n % organizations);
        let mut write = write();
        let (gain, attach, note) = (None, None, None);
        write.create(n + 1, &Follow { activity, organization, event: 1, gain, attach, note }).map(|()| write)
    };
    let contract = |n: u32| {
        let mut write = write();
        let at = Time(at(n, contracts));
        let contract = Contract {
            amount: Some(Money(12_345_600)),
            signed: Some(at),
            followers: vec![1],
            ..testing::records::contract(1 + n % organizations, at)
        };
        write.create(n + 1, &contract).map(|()| write)
    };
    let store = &stack.app.store;
    store.load((1..=organizations).map(organization), |_| {}).await?;
    store.load((0..follows).rev().map(follow), |items| step.bar().inc(items)).await?;
    store.load((0..contracts).rev().map(contract), |items| step.bar().inc(items)).await?;
    step.done();
    Ok(stack)
}
