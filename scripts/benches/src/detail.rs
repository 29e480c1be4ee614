//! Editing an organization with a long detail: a search looks into the detail, so an edit changes hundreds of listings.

use super::Cost;
use anyhow::{Result, ensure};
use serde_json::json;
use std::time::{Duration, Instant};
use testing::Stack;

const PATH: &str = "/api/customers/organization";
/// The most characters that a detail may have.
const CHARACTERS: u32 = 4000;
/// The most WCU that an edit may take.
const MAX_WCU: f64 = 3000.0;
/// The longest that an edit may take.
const MAX: Duration = Duration::from_secs(5);

/// Replaces a detail of 4,000 different characters by another one, twice at once.
pub async fn run() -> Result<()> {
    let stack = Stack::start().await;
    demo::load_admin(stack.app.store.clone()).await?;
    let client = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    let detail = |first: u32| -> String { (first..first + CHARACTERS).filter_map(char::from_u32).collect() };
    client.post(PATH, json!({ "groupName": "单位", "groupDetail": detail(0x4e00) })).await.ok();
    for (edit, first) in [("the first edit", 0x6000), ("another at once", 0x7000), ("one more", 0x8000)] {
        let begun = Instant::now();
        let answer = client.post(PATH, json!({ "organization_id": 1, "groupDetail": detail(first) })).await;
        let took = begun.elapsed();
        answer.ok();
        let Cost { rcu, wcu, calls, .. } = Cost::of(&answer);
        println!("{edit}: {wcu} WCU, {rcu} RCU, {calls} calls, {took:.1?}");
        ensure!(wcu <= MAX_WCU, "more than {MAX_WCU} WCU");
        ensure!(took <= MAX, "longer than {MAX:?}");
    }
    Ok(())
}
