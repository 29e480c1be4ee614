//! `scripts/rehearse`: a deployment from the first day to the last, on this machine.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde_json::json;
use shared::{model, store::Store};
use testing::template::Template;
use tokio::task::spawn_blocking;

use crate::{
    admin::{self, Admin},
    check_template,
    copy::{Settings, Tables},
    ministack::{BUCKET, LOG, Ministack, NOT_COVERED},
    older,
    package::{self, ARM64},
    progress::Step,
    restore::Restore,
    sam::Sam,
    smoke::{self, Answer, Asking, Client},
    table, verify,
};

/// The function that no route reaches.
const SWEEPER: &str = "Sweeper";
const STACK: &str = "crm-rehearsal";
const CUSTOMERS: &str = "/api/customers/customers";
const MENUS: &str = "/api/user/menu";
/// The key of the record that is lost and restored: the customer of the story.
const RECORD: (&str, &str) = ("CUS#1", "R");
const TEMPLATE: &str = "template.yaml";
/// Where the budget stands in it, and what comes next.
const BUDGET: &str = "\n  Budget:\n";
const OUTPUTS: &str = "\nOutputs:\n";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";
/// Where the frontend of the rehearsal is, and somebody else's.
const ORIGIN: &str = "https://crm.example.com";
const FOREIGN_ORIGIN: &str = "https://elsewhere.example.com";
/// They exist nowhere else.
const PHONE: &str = "18800000000";
const FIRST_PHONE: &str = "18800000009";
const PASSWORD: &str = "rehearsal only";

/// What is rehearsed.
#[derive(clap::Args, Debug)]
pub struct RehearseOptions {
    /// An upgrade: deploy this older commit, built from its own sources, fill it, and update it to this version while
    /// somebody keeps asking
    #[arg(long, value_name = "REV")]
    from: Option<String>,
}

/// Runs all of it; the first thing that is wrong ends it.
pub async fn run(options: RehearseOptions) -> Result<()> {
    let began = Instant::now();
    let template = Template::read()?;
    let folder = testing::root().join("target/rehearsal");
    // What takes long and can be wrong at once comes first.
    let older = match &options.from {
        Some(revision) => Some(older::packages(&older::commit(revision).await?, ARM64).await?),
        None => None,
    };
    package::zips(&template, ARM64).await?;
    let ministack = Ministack::start(&folder).await?;
    let log = ministack.folder.join(LOG).display().to_string();
    let done = match older {
        Some(older) => upgrade(&ministack, &older, template).await,
        None => rehearse(&ministack, template).await,
    };
    done.with_context(|| format!("see also {log}"))?;
    println!("\nnot covered, because ministack plays AWS:");
    NOT_COVERED.iter().for_each(|what| println!("- {what}"));
    println!("\nall is well after {} s", began.elapsed().as_secs());
    Ok(())
}

/// A stack that has just been deployed, and its empty table.
struct Deployed {
    sam: Sam,
    resources: BTreeMap<String, String>,
    url: String,
    table: String,
    store: Store,
}

impl Deployed {
    /// Deploys this template, once the project's own is found valid.
    async fn new(ministack: &Ministack, title: &str, template: &Path) -> Result<Self> {
        let sam = Sam::rehearsal(ministack.stand_in()).await?;
        check_template::valid().await?;
        sam.deploy_unattended(title, STACK, template, &[architecture()]).await?;
        let resources = sam.resources(STACK).await?;
        let url = ministack.connect(STACK, &resources).await?;
        let table = sam.outputs(STACK).await?.remove(table::OUTPUT);
        let table = table.with_context(|| format!("no output {}", table::OUTPUT))?;
        let store = Tables::new(&ministack.config().await).store(&table);
        Ok(Self { sam, resources, url, table, store })
    }
}

async fn rehearse(ministack: &Ministack, template: Template) -> Result<()> {
    let itself = testing::root().join(TEMPLATE);
    let Deployed { sam, resources, url, table, store } =
        Deployed::new(ministack, "deploying template.yaml", &itself).await?;
    let table = &table;

    ensure!(!admin::is_anybody_there(&store).await?, "the new table has employees");
    admin::write(&store, PHONE, admin::NAME, PASSWORD).await?;
    let taken = admin::write(&store, PHONE, admin::NAME, PASSWORD).await;
    ensure!(taken.is_err(), "a second admin got the phone number of the first");

    let expiry = template.table.time_to_live_specification.attribute_name.clone();
    let used = template.routes.iter().filter(|route| route.is_of_api()).count();
    let title = format!("using all {used} operations through API Gateway");
    let at = url.clone();
    in_background(&title, move || {
        smoke::every_operation(&at, &template, &somebody(), 1)?;
        gateway(&Client::new(&at), 404, FOREIGN_ORIGIN)
    })
    .await?;
    ministack.invoke(resources.get(SWEEPER).with_context(|| format!("no {SWEEPER}"))?).await?;
    println!("the sweeper was invoked");
    clean(&store).await?;
    restored(ministack, &resources, &url, table, expiry).await?;

    let (copy, parameters) = other_parameters(&ministack.folder)?;
    sam.deploy_unattended("updating it to other parameters", STACK, &copy, &parameters).await?;
    ministack.allow_origins(STACK, &resources).await?;
    in_background("looking at the updated stack", move || {
        let anybody = Client::new(&url);
        gateway(&anybody, 200, ORIGIN)?;
        let foreign = preflight(&anybody, FOREIGN_ORIGIN)?;
        let allowed = foreign.headers.get(ALLOW_ORIGIN);
        ensure!(allowed.is_none(), "{foreign}: {FOREIGN_ORIGIN} is allowed");
        let boss = anybody.signed_in(&somebody())?;
        boss.get(CUSTOMERS)?.has("/page_info/total", 1)?.has("/data/0/realName", "李四")?;
        Ok(())
    })
    .await?;

    let bucket = resources.get(BUCKET).with_context(|| format!("no {BUCKET}"))?;
    delete(ministack, &sam, &resources, &[table, bucket]).await?;
    ensure!(ministack.protects(table).await, "the table {table} can be deleted");
    clean(&store).await?;
    println!("the table {table} is protected from deletion and outlives the stack, with all that is in it");
    println!("the bucket {bucket} outlives it, too");
    Ok(())
}

/// Deploys an older version, fills it, and updates it to this one while somebody keeps asking.
async fn upgrade(ministack: &Ministack, older: &Path, template: Template) -> Result<()> {
    let deployed = Deployed::new(ministack, "deploying the older version", &older.join(TEMPLATE)).await?;
    let Deployed { sam, url, store, .. } = deployed;

    // The only one whom this version writes: they make an admin in the older one, who does all the rest there.
    admin::write(&store, FIRST_PHONE, admin::NAME, PASSWORD).await?;
    let at = url.clone();
    let (customer, alike) = in_background("filling the older version", move || {
        let anybody = Client::new(&at);
        let first =
            anybody.signed_in(&Admin { phone: FIRST_PHONE.to_owned(), password: PASSWORD.to_owned() })?;
        let boss = json!({ "phoneNumber": PHONE, "password": PASSWORD, "nickName": "老板", "role": "admin" });
        first.post("/api/user/user", boss)?;
        let customer = smoke::filled(&anybody, &somebody(), 1)?;
        Ok((customer, smoke::alike::write(&anybody.signed_in(&somebody())?)?))
    })
    .await?;

    println!("of 2 spellings of one phone number the older version took {}", alike.len());

    let asking = looked_at("beginning to ask", &url, move |boss| Ok(Asking::begin(boss.clone(), customer)));
    let asking = asking.await?;
    let itself = testing::root().join(TEMPLATE);
    sam.deploy_unattended("updating it to this version", STACK, &itself, &[architecture()]).await?;
    let url = ministack.connect(STACK, &sam.resources(STACK).await?).await?;
    let answers = spawn_blocking(|| asking.end()).await?.context("during the update")?;
    println!("{} requests were answered during the update, each with 200", answers.all);
    println!(
        "{} of them when sent again, because ministack ended the process that was answering",
        answers.again
    );

    let report = store.verify(model::ENTITY_TYPES, |_, _| {}).await?;
    if !report.differences.is_empty() {
        println!("{} differences: this version asks for a verify --repair", report.differences.len());
        store.finish_all().await?;
        let left = store.repair(report.differences, |_| {}).await?.left;
        ensure!(left.is_empty(), "{} differences cannot be mended: {left:?}", left.len());
    }
    clean(&store).await?;
    in_background("using all operations of this version", move || {
        for employee in &alike {
            Client::new(&url).signed_in(employee)?.get(MENUS)?;
        }
        smoke::every_operation(&url, &template, &somebody(), 2)
    })
    .await?;
    clean(&store).await
}

/// Damages a record, and serves the table as it was before; then the damaged one again, and mends it.
///
/// ministack copies what is in a table when it is asked to, whatever time that names. So the copy is begun before the damage,
/// as somebody would have who pressed Ctrl-C then, and the command goes on with it.
async fn restored(
    ministack: &Ministack,
    resources: &BTreeMap<String, String>,
    url: &str,
    table: &str,
    expiry: String,
) -> Result<()> {
    let restore = Restore::new(&ministack.config().await, STACK);
    let tables = &restore.tables;
    // ministack takes neither expiry nor recovery from a template.
    let settings = Settings {
        expiry: Some(expiry),
        recovery: true,
        protection: true,
        tags: [("company".to_owned(), "rehearsal".to_owned())].into(),
    };
    tables.settle(table, settings.clone()).await?;
    let at = Timestamp::from_second(Timestamp::now().as_second())?;
    restore.begin(at, None).await?;

    let (p, s) = RECORD;
    let taken = tables.take(table, p, s).await?;
    let report = tables.store(table).verify(model::ENTITY_TYPES, |_, _| {}).await?;
    let differences = report.differences.len();
    ensure!(differences > 0, "verify does not see that the record {p} is lost");
    println!("the record {p} is lost: {differences} differences");

    let copy = restore.to(at, None, false).await?;
    let has = tables.settings(&copy).await?;
    ensure!(has == settings, "{copy} has {has:?}, and {table} {settings:?}");
    ensure!(ministack.protects(&copy).await, "the table {copy} can be deleted");
    ministack.allow_origins(STACK, resources).await?;
    let menu = looked_at("looking at what serves the restored table", url, |boss| {
        boss.get(CUSTOMERS)?.has("/page_info/total", 1)?.has("/data/0/realName", "李四")?;
        boss.post(MENUS, json!({ "name": "恢复之后" }))?.number("/data/id")
    });
    let menu = menu.await?;
    clean(&tables.store(&copy)).await?;

    restore.serve(table).await?;
    ministack.allow_origins(STACK, resources).await?;
    looked_at("looking at what serves the old table", url, move |boss| {
        let menus = boss.get(&format!("{MENUS}?count=100"))?;
        ensure!(menus.row(menu).is_err(), "{menus}: the menu {menu} was made in the restored table");
        Ok(())
    })
    .await?;
    tables.put_back(table, taken).await?;
    clean(&tables.store(table)).await
}

/// What an admin sees who signs in anew.
async fn looked_at<T: Send + 'static>(
    title: &str,
    url: &str,
    work: impl FnOnce(&Client) -> Result<T> + Send + 'static,
) -> Result<T> {
    let url = url.to_owned();
    in_background(title, move || work(&Client::new(&url).signed_in(&somebody())?)).await
}

fn somebody() -> Admin {
    Admin { phone: PHONE.to_owned(), password: PASSWORD.to_owned() }
}

fn architecture() -> String {
    format!("Architecture={}", if ARM64 { "arm64" } else { "x86_64" })
}

/// A copy of template.yaml with other values of two parameters, as their defaults, and the same values as they are given
/// to SAM.
fn other_parameters(folder: &Path) -> Result<(PathBuf, Vec<String>)> {
    let mut text =
        fs::read_to_string(testing::root().join(TEMPLATE))?.replace("CodeUri: target/", "CodeUri: ../");
    for (old, new) in [("semantic", "ok"), ("\"*\"", ORIGIN)] {
        let (old, new) = (format!("Default: {old}\n"), format!("Default: {new}\n"));
        ensure!(text.matches(&old).count() == 1, "not exactly one parameter has the {}", old.trim_end());
        text = text.replace(&old, &new);
    }
    // On ministack SAM cannot delete a stack within the stack.
    let (before, budget) = text.split_once(BUDGET).context("no budget")?;
    let (_, outputs) = budget.split_once(OUTPUTS).context("no outputs")?;
    text = format!("{before}{OUTPUTS}{outputs}");
    let copy = folder.join(TEMPLATE);
    fs::write(&copy, text)?;
    let parameters = [architecture(), "ErrorHttpStatus=ok".to_owned(), format!("AllowedOrigins={ORIGIN}")];
    Ok((copy, parameters.into()))
}

/// What only a gateway does, and the HTTP status of failures, which is a parameter.
fn gateway(anybody: &Client, failure: u16, origin: &str) -> Result<()> {
    let answer = anybody.send("GET", "/api/no/such/path", None)?;
    ensure!(answer.status == failure, "{answer}, and not HTTP {failure}");
    let answer = preflight(anybody, origin)?;
    let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let allowed = ["*", origin].contains(&header(ALLOW_ORIGIN));
    ensure!(answer.status < 300 && allowed, "{answer}: {origin} is not allowed");
    for (header_name, names) in [
        ("access-control-allow-methods", ["get", "post", "delete"]),
        ("access-control-allow-headers", ["authorization", "content-type", "idempotency-key"]),
    ] {
        let allowed = header(header_name).to_lowercase();
        let missing = names.iter().find(|name| !allowed.contains(**name));
        ensure!(missing.is_none(), "{answer}: {header_name} is {allowed}");
    }
    Ok(())
}

/// What a browser asks before it sends a request of another origin.
fn preflight(anybody: &Client, origin: &str) -> Result<Answer> {
    let headers = [("origin", origin), ("access-control-request-method", "POST")];
    anybody.send_with("OPTIONS", "/api/user/menu", &headers, None)
}

async fn in_background<T: Send + 'static>(
    title: &str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let step = Step::begin(title);
    let done = spawn_blocking(work).await??;
    step.done();
    Ok(done)
}

async fn clean(store: &Store) -> Result<()> {
    ensure!(verify::check(store, None, false).await?, "the table is not as its records call for");
    Ok(())
}

/// Deletes the stack; of all that can be looked for, only `kept` must be left.
async fn delete(
    ministack: &Ministack,
    sam: &Sam,
    resources: &BTreeMap<String, String>,
    kept: &[&String],
) -> Result<()> {
    let before = ministack.present(resources.values()).await?;
    sam.delete(STACK).await?;
    let after = ministack.present(resources.values()).await?;
    let gone: Vec<_> = kept.iter().filter(|name| !after.contains(*name)).collect();
    ensure!(gone.is_empty(), "{gone:?} went with the stack");
    let left: Vec<_> = after.into_iter().filter(|name| !kept.contains(name)).collect();
    ensure!(left.is_empty(), "the stack left more than {kept:?}: {left:?}");
    println!(
        "{} resources were looked for and are gone, {} cannot be listed",
        before.len() - kept.len(),
        resources.len() - before.len()
    );
    Ok(())
}
