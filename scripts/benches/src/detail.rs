//! Editing an organization with a long detail: a search looks into the detail, so an edit changes hundreds of listings.

use super::Cost;
use anyhow::{Result, ensure};
use serde_json::json;
use std::time::{Duration, Instant};
use testing::Stack;

const PATH: &str = "/api/customers/organization";
/// The most characters that a detail may have.
const CHARACTERS: usize = 4000;
/// Chinese prose, as a detail is.
const PROSE: &str = include_str!("../../../functions/docs/src/guide.md");
/// The most WCU that an edit may take.
const MAX_WCU: f64 = 3000.0;
/// The longest that an edit may take.
const MAX: Duration = Duration::from_secs(5);

/// Replaces a detail of 4,000 characters by another one, twice at once.
pub async fn run() -> Result<()> {
    let stack = Stack::start().await;
    demo::load_admin(stack.app.store.clone(), stack.app.store.now()).await?;
    let client = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    let detail = |from| -> String { PROSE.chars().cycle().skip(from).take(CHARACTERS).collect() };
    client.post(PATH, json!({ "groupName": "单位", "groupDetail": detail(0) })).await.ok();
    for (edit, first) in [("the first edit", 300), ("another at once", 600), ("one more", 900)] {
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
