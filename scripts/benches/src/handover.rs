//! How long it takes to hand over all that an employee has.

use super::Cost;
use anyhow::{Result, ensure};
use demo::Size;
use serde_json::json;
use std::time::{Duration, Instant};
use testing::faults::{self, Fault, Hold};
use testing::{Client, Stack};
use xtask::progress::Step;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct HandoverOptions {
    /// The number of customers of the whole company; the pool goes to one employee, who is left by all of it
    #[arg(long, default_value_t = 16_000)]
    customers: u32,
    /// For how many milliseconds a transaction holds its items, as on AWS
    #[arg(long, default_value_t = 25)]
    hold: u64,
}

/// Gives the pool to one employee, and hands all that they have over to another one.
pub async fn run(HandoverOptions { customers, hold }: HandoverOptions) -> Result<()> {
    let stack = Stack::start().await;
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    let step = Step::counted(&format!("loading {customers} customers"));
    demo::load(stack.app.store.clone(), Size { customers, ..Size::default() }, now, step.bar()).await?;
    step.done();
    let session = stack.session(1).await;
    let plain = stack.client(customers::FUNCTION).with("session", &session);
    let pool: Vec<_> = (8..=customers).step_by(8).collect();
    for ids in pool.chunks(100) {
        plain.post("/api/customers/owner", json!({ "customers_ids": ids, "owner_id": 3 })).await.ok();
    }
    let held = Hold::new(Duration::from_millis(hold));
    let store = stack.over(faults::client(&stack.endpoint, held, |_| Fault::Pass));
    let client = Client::of(customers::FUNCTION, stack.app_over(store)).with("session", &session);
    let (begun, mut calls, mut moved, mut wcu) = (Instant::now(), 0, 0, 0.0);
    loop {
        let answer = client.post("/api/customers/handover", json!({ "from_id": 3, "to_id": 4 })).await;
        calls += 1;
        moved += answer.ok()["moved"].as_u64().unwrap_or_default();
        wcu += Cost::of(&answer).wcu;
        if answer.ok()["left"] == 0 {
            break;
        }
    }
    println!(
        "{moved} customers, items held for {hold} ms: {:.1?} in {calls} calls, {:.0} WCU each",
        begun.elapsed(),
        wcu / moved as f64
    );
    ensure!(moved >= pool.len() as u64, "only {moved} were handed over");
    Ok(())
}
