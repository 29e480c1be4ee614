//! `scripts/rehearse`: a deployment from the first day to the last, on this machine.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Context, Result, ensure};
use shared::store::Store;
use tokio::task::spawn_blocking;

use crate::{
    admin::{self, Admin},
    check_template, database,
    ministack::{Ministack, NOT_COVERED},
    package,
    progress::Step,
    sam::Sam,
    smoke::{self, Client},
    table,
    template::{DEFAULT_PATH, Template},
    verify,
};

/// The function that no route reaches.
const SWEEPER: &str = "Sweeper";
const STACK: &str = "crm-rehearsal";
/// Where the frontend of the rehearsal is, and somebody else's.
const ORIGIN: &str = "https://crm.example.com";
const FOREIGN_ORIGIN: &str = "https://elsewhere.example.com";
/// They exist nowhere else.
const PHONE: &str = "18800000000";
const PASSWORD: &str = "rehearsal only";

/// The functions run on this machine's processor.
const ARM64: bool = cfg!(target_arch = "aarch64");

/// Runs all of it; the first thing that is wrong ends it.
pub async fn run() -> Result<()> {
    let began = Instant::now();
    let template = Template::read()?;
    let folder = crate::root().join("target/rehearsal");
    package::zips(&template, ARM64).await?;
    let ministack = Ministack::start(&folder).await?;
    let log = ministack.log.display().to_string();
    rehearse(&ministack, template).await.with_context(|| format!("see also {log}"))?;
    println!("\nnot covered, because ministack plays AWS:");
    NOT_COVERED.iter().for_each(|what| println!("- {what}"));
    println!("\nall is well after {} s", began.elapsed().as_secs());
    Ok(())
}

async fn rehearse(ministack: &Ministack, template: Template) -> Result<()> {
    let sam = Sam::rehearsal(ministack.stand_in()).await?;
    check_template::valid().await?;
    sam.deploy_unattended(STACK, &parameters("semantic")).await?;
    let resources = sam.resources(STACK).await?;
    let url = ministack.connect(STACK, &resources).await?;
    let outputs = sam.outputs(STACK).await?;
    let table = outputs.get(table::OUTPUT).with_context(|| format!("no output {}", table::OUTPUT))?;
    let store = Store::new(database::client(&ministack.endpoint), table);

    ensure!(!admin::is_anybody_there(&store).await?, "the new table has employees");
    admin::write(&store, PHONE, admin::NAME, PASSWORD).await?;
    let taken = admin::write(&store, PHONE, admin::NAME, PASSWORD).await;
    ensure!(taken.is_err(), "a second admin got the phone number of the first");

    let used = template.routes.iter().filter(|route| route.path != DEFAULT_PATH).count();
    let title = format!("using all {used} operations through API Gateway");
    let at = url.clone();
    in_background(&title, move || {
        smoke::every_operation(&at, &template, &somebody())?;
        gateway(&Client::new(&at), 404)
    })
    .await?;
    ministack.invoke(resources.get(SWEEPER).with_context(|| format!("no {SWEEPER}"))?).await?;
    clean(&store).await?;

    sam.deploy_unattended(STACK, &parameters("ok")).await?;
    ministack.allow_origins(STACK, &resources).await?;
    in_background("looking at the updated stack", move || {
        let anybody = Client::new(&url);
        gateway(&anybody, 200)?;
        let boss = anybody.signed_in(&somebody())?;
        boss.get("/api/customers/customers")?.has("/page_info/total", 1)?.has("/data/0/realName", "李四")?;
        Ok(())
    })
    .await?;

    delete(ministack, &sam, &resources, table).await?;
    clean(&store).await?;
    println!("the table {table} outlives the stack, with all that is in it");
    Ok(())
}

fn somebody() -> Admin {
    Admin { phone: PHONE.to_owned(), password: PASSWORD.to_owned() }
}

fn parameters(error_http_status: &str) -> Vec<String> {
    let architecture = if ARM64 { "arm64" } else { "x86_64" };
    [("Architecture", architecture), ("AllowedOrigins", ORIGIN), ("ErrorHttpStatus", error_http_status)]
        .map(|(name, value)| format!("{name}={value}"))
        .into()
}

/// What only a gateway does, and the HTTP status of failures, which is a parameter.
fn gateway(anybody: &Client, failure: u16) -> Result<()> {
    let answer = anybody.send("GET", "/api/no/such/path", None)?;
    ensure!(answer.status == failure, "{answer}, and not HTTP {failure}");
    let preflight = |origin| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        anybody.send_with("OPTIONS", "/api/user/menu", &headers, None)
    };
    let allowed = preflight(ORIGIN)?;
    let header = |name| allowed.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ensure!(
        allowed.status < 300 && header("access-control-allow-origin") == ORIGIN,
        "{allowed}: {ORIGIN} is not allowed"
    );
    for method in ["GET", "POST", "DELETE"] {
        ensure!(
            header("access-control-allow-methods").contains(method),
            "{allowed}: {method} is not allowed"
        );
    }
    for name in ["authorization", "content-type", "idempotency-key"] {
        ensure!(
            header("access-control-allow-headers").to_lowercase().contains(name),
            "{allowed}: {name} is not allowed"
        );
    }
    let refused = preflight(FOREIGN_ORIGIN)?;
    let foreign = refused.headers.get("access-control-allow-origin");
    ensure!(foreign.is_none(), "{refused}: {FOREIGN_ORIGIN} is allowed");
    Ok(())
}

async fn in_background(title: &str, work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let step = Step::begin(title);
    spawn_blocking(work).await??;
    step.done();
    Ok(())
}

async fn clean(store: &Store) -> Result<()> {
    ensure!(verify::check(store, false).await?, "the table is not as its records call for");
    Ok(())
}

/// Deletes the stack; of all that can be looked for, the table alone must be left.
async fn delete(
    ministack: &Ministack,
    sam: &Sam,
    resources: &BTreeMap<String, String>,
    table: &String,
) -> Result<()> {
    let before = ministack.present(resources.values()).await?;
    sam.delete(STACK).await?;
    let after = ministack.present(resources.values()).await?;
    ensure!(after.contains(table), "the table {table} went with the stack");
    let left: Vec<_> = after.into_iter().filter(|name| *name != table).collect();
    ensure!(left.is_empty(), "the stack left more than its table: {left:?}");
    println!(
        "{} resources were looked for and are gone, {} cannot be listed",
        before.len() - 1,
        resources.len() - before.len()
    );
    Ok(())
}
