//! Customers of one organization created side by side, by several instances, while it is renamed, on a database whose
//! transactions hold their items for a while, as on AWS.

use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testing::encoded::encoded;
use testing::faults::{Fault, Hold, client};
use testing::{Client, Stack};
use tokio::task::JoinSet;
use xtask::progress::Step;

const CUSTOMERS: &str = "/api/customers/customers";
const ORGANIZATIONS: &str = "/api/customers/organization";
const OLD: &str = "改名以前的单位";
const NEW: &str = "换了的名称";

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct SiblingsOptions {
    /// Customers of the organization before
    #[arg(long, default_value_t = 2100)]
    customers: u32,
    /// Instances that create customers in it, each one after the other
    #[arg(long, default_value_t = 8)]
    writers: u64,
    /// For how many milliseconds a transaction holds its items
    #[arg(long, default_value_t = 25)]
    hold: u64,
    /// The most seconds that the rename may take
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// The fewest customers that are to be created in a second
    #[arg(long, default_value_t = 60)]
    rate: u64,
}

/// Renames while others write, and looks for everybody by both names afterwards.
pub async fn run(options: SiblingsOptions) -> Result<()> {
    let SiblingsOptions { customers, writers, hold, seconds, rate } = options;
    let stack = Stack::start().await;
    demo::load_admin(stack.app.store.clone(), stack.app.store.now()).await?;
    let token = stack.session(1).await;
    let quiet = stack.client(customers::FUNCTION).with("session", &token);
    let organization = quiet.post(ORGANIZATIONS, json!({ "groupName": OLD })).await.ok()["id"].clone();
    let step = Step::counted(&format!("loading {customers} customers"));
    load(&quiet, &organization, customers, step.bar()).await?;
    step.done();

    let held = Hold::new(Duration::from_millis(hold));
    let instance = || {
        let store = stack.over(client(&stack.endpoint, held.clone(), |_| Fault::Pass));
        Client::of(customers::FUNCTION, stack.app_over(store)).with("session", &token)
    };
    let (done, created) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    let begun = Instant::now();
    for writer in 0..writers {
        let (client, organization) = (instance(), organization.clone());
        let (done, created) = (Arc::clone(&done), Arc::clone(&created));
        tasks.spawn(async move {
            for n in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                create(&client, &organization, &format!("新客户{writer}-{n}")).await?;
                created.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    let rename = json!({ "organization_id": organization, "groupName": NEW });
    let answer = instance().post(ORGANIZATIONS, rename).await;
    let renamed = begun.elapsed();
    done.store(true, Ordering::Relaxed);
    answer.ok();
    tasks.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    let written = begun.elapsed();

    let total = async |query: String| quiet.get(&format!("{CUSTOMERS}?count=1&{query}")).await.page().0;
    let created = created.load(Ordering::Relaxed);
    let all = total(format!("organization_id={organization}")).await;
    let old = total(format!("name={}", encoded(OLD))).await;
    let new = total(format!("name={}", encoded(NEW))).await;
    let per_second = created as f64 / written.as_secs_f64();
    println!(
        "{customers} customers renamed in {renamed:.1?} while {writers} writers created {created}, {per_second:.0} a \
         second, items held for {hold} ms: {all} there, {new} by the new name, {old} by the old one"
    );
    let expected = u64::from(customers) + created;
    ensure!(
        all == expected && new == expected && old == 0,
        "there should be {expected}, all by the new name"
    );
    ensure!(renamed <= Duration::from_secs(seconds), "renaming took longer than {seconds} s");
    ensure!(per_second >= rate as f64, "fewer than {rate} customers were created in a second");
    Ok(())
}

async fn load(client: &Client, organization: &Value, customers: u32, bar: &ProgressBar) -> Result<()> {
    bar.set_length(customers.into());
    for n in 0..customers {
        create(client, organization, &format!("客户{n}")).await?;
        bar.inc(1);
    }
    Ok(())
}

async fn create(client: &Client, organization: &Value, name: &str) -> Result<()> {
    let body = json!({ "nickName": name, "organization_id": organization });
    let answer = client.post(CUSTOMERS, body).await;
    ensure!(answer.status == 200, "{}", answer.body);
    answer.body.get("data").map(drop).context("an answer without data")
}
