//! What imports take: the time and memory of a check, the rate and the cost of saving, and whether every row is accounted for when
//! everything dies.

mod check;
mod deaths;
mod file;
mod rate;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use testing::upload::upload_form;
use testing::{Client, Stack};
use xtask::jobs::is_at_work;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct ImportOptions {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand, Debug)]
enum What {
    /// How long checking a file takes, and how much memory: the program of the function's zip; fails past its bars
    Check(check::CheckOptions),
    /// How many rows a second are saved, what one costs, and how long others wait meanwhile; fails past its bars
    Rate(rate::RateOptions),
    /// Whether every row is accounted for once when the function and the database are killed and others write
    Deaths(deaths::DeathsOptions),
}

/// Measures one of them.
pub async fn run(options: ImportOptions) -> Result<()> {
    match options.what {
        What::Check(options) => check::run(options).await,
        What::Rate(options) => rate::run(options).await,
        What::Deaths(options) => deaths::run(options).await,
    }
}

/// Uploads a file, and begins to check it; the id of the job.
async fn begin(client: &Client, file: &[u8]) -> Result<u64> {
    let body = json!({ "kind": "customers", "name": "customers.csv", "size": file.len() });
    let announced = client.post("/api/transfer/import", body).await;
    let id = announced.ok().get("job_id").and_then(Value::as_u64).context("no job")?;
    send(announced.ok(), file).await?;
    client.post("/api/transfer/check", json!({ "job_id": id })).await.ok();
    Ok(id)
}

/// Sends a file as an answer says.
async fn send(announced: &Value, file: &[u8]) -> Result<()> {
    let answer = upload_form(announced.get("upload").context("no form")?, file).await;
    match answer.status {
        204 => Ok(()),
        status => bail!("the storage answered HTTP {status}: {}", String::from_utf8_lossy(&answer.body)),
    }
}

/// A number of a job's row.
fn number(row: &Value, key: &str) -> u64 {
    row.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// The names of the organizations that there are.
async fn organizations(stack: &Stack) -> Result<Vec<String>> {
    let client = stack.client(customers::FUNCTION).with("session", &stack.session(1).await);
    let answer = client.get("/api/customers/organization?status=1&count=100").await;
    let rows = answer.ok().as_array().context("no rows")?.iter();
    Ok(rows.filter_map(|row| Some(row.get("groupName")?.as_str()?.to_owned())).collect())
}
