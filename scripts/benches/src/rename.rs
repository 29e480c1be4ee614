//! How long renaming an organization takes: all of its customers have to learn the new name.

use super::Cost;
use anyhow::{Result, ensure};
use demo::Size;
use serde_json::json;
use std::time::{Duration, Instant};
use testing::encoded::encoded_query;
use testing::faults::{self, Fault, Hold};
use testing::{Client, Stack};
use xtask::progress::Step;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct RenameOptions {
    /// The number of customers of all organizations; nearly two thirds are of the one that is renamed
    #[arg(long, default_value_t = 3300)]
    customers: u32,
    /// For how many milliseconds a transaction holds its items, as on AWS
    #[arg(long, default_value_t = 25)]
    hold: u64,
    /// The most seconds that it may take
    #[arg(long, default_value_t = 15)]
    seconds: u64,
}

/// Renames, and looks for the customers by the new name.
pub async fn run(RenameOptions { customers, hold, seconds }: RenameOptions) -> Result<()> {
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
    let held = Hold::new(Duration::from_millis(hold));
    let store = stack.over(faults::client(&stack.endpoint, held, |_| Fault::Pass));
    let app = stack.app_over(store);
    let client = Client::of(customers::FUNCTION, app).with("session", &stack.session(1).await);
    let total = async |query: String| {
        client.get(&format!("/api/customers/customers?count=1&{}", encoded_query(&query))).await.page().0
    };
    let count = total("organization_id=1".to_owned()).await;

    let begun = Instant::now();
    let rename = json!({ "organization_id": 1, "groupName": "改名以后的单位" });
    let answer = client.post("/api/customers/organization", rename).await;
    answer.ok();
    let answered = begun.elapsed();
    let found = total("name=改名以后的单位".to_owned()).await;
    let Cost { rcu, wcu, .. } = Cost::of(&answer);
    println!(
        "{count} customers, items held for {hold} ms: {answered:.1?}, {found} found by the new name, {rcu} RCU, {wcu} WCU, \
         {:.0} WCU each",
        wcu / count as f64
    );
    ensure!(found == count, "only {found} of {count} are found by the new name");
    ensure!(answered <= Duration::from_secs(seconds), "it took longer than {seconds} s");
    Ok(())
}
