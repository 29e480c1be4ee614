//! How long renaming an organization takes: all of its customers have to learn the new name.

use super::Cost;
use anyhow::{Result, ensure};
use demo::Size;
use serde_json::json;
use std::time::{Duration, Instant};
use testing::Stack;
use testing::encoded::encoded_query;
use xtask::progress::Step;

/// For how long the gateway waits.
const MAX: Duration = Duration::from_secs(30);

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct RenameOptions {
    /// The number of customers of all organizations; nearly two thirds are of the one that is renamed
    #[arg(long, default_value_t = 3300)]
    customers: u32,
}

/// Renames, and looks for the customers by the new name.
pub async fn run(RenameOptions { customers }: RenameOptions) -> Result<()> {
    let stack = Stack::start().await;
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    let step = Step::counted(&format!("loading {customers} customers"));
    demo::load(
        stack.app.store.clone(),
        Size { customers, organizations: 2, ..Size::default() },
        now,
        step.bar(),
    )
    .await?;
    step.done();
    let client = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    let total = async |query: String| {
        client.get(&format!("/api/customers/customers?count=1&{}", encoded_query(&query))).await.page().0
    };
    let count = total("organization_id=1".to_owned()).await;

    let begun = Instant::now();
    let rename = json!({ "organization_id": 1, "groupName": "改名以后的单位" });
    let answer = client.post("/api/customers/organization", rename).await;
    answer.ok();
    let answered = begun.elapsed();
    // What is left is taken up by searches, as soon as nobody else is at it.
    while total("name=改名以后的单位".to_owned()).await < count && begun.elapsed() < 10 * MAX {
        stack.advance(10);
    }
    let (done, found) = (begun.elapsed(), total("name=改名以后的单位".to_owned()).await);
    let Cost { rcu, wcu, .. } = Cost::of(&answer);
    println!(
        "{count} customers: answered after {answered:.1?}, all found by the new name after {done:.1?}, {rcu} RCU, \
         {wcu} WCU, {:.0} WCU each",
        wcu / count as f64
    );
    ensure!(found == count, "only {found} of {count} are found by the new name");
    ensure!(answered < MAX, "the gateway does not wait longer than {MAX:?}");
    Ok(())
}
