//! `scripts/import`: a file as records of a CRM.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;

use super::remote_job::{RemoteJob, reason, signed_in};
use crate::{ask, jobs::state, smoke::Client};

/// So many problems are printed; the report has all.
const PRINTED: usize = 20;

/// Into which CRM, as what, and how.
#[derive(clap::Args, Debug)]
pub struct ImportOptions {
    /// The address of the API, such as `https://abcde12345.execute-api.cn-north-1.amazonaws.com.cn`
    url: String,
    /// What its rows are: customers, organization or contract
    kind: String,
    /// The file: CSV or XLSX
    file: PathBuf,
    /// The sheet of a workbook [default: the first that has rows]
    #[arg(long)]
    sheet: Option<String>,
    /// The field of each column, such as realName,,phoneNumber [default: as the headings tell]
    #[arg(long)]
    mapping: Option<String>,
    /// What becomes of a row whose record is there already: skip, update, refuse or create
    #[arg(long, default_value = "skip")]
    on_duplicate: String,
    /// Only checks the file
    #[arg(long)]
    check: bool,
    /// Does not ask before it saves
    #[arg(long, short)]
    yes: bool,
    /// The file for rows that did not go in [default: beside the file, called the same with -report]
    #[arg(long)]
    report: Option<PathBuf>,
}

/// Checks a file, tells what was found, and saves it if that is wanted. Exits with 1 if rows did not go in.
pub async fn import(options: ImportOptions) -> Result<ExitCode> {
    let file = fs::read(&options.file).with_context(|| options.file.display().to_string())?;
    let client = signed_in(&options.url).await?;
    let mut job = announced(client, &options, file).await?;
    let asked = asked(job.id, &options);
    act(&job, "check", asked).await?;
    let row = job.rest("checking").await?;
    ensure!(state(&row) == "ready", "{}", reason(&row));
    let check = row.get("check").context("the check found nothing")?;
    found(check);
    let good =
        count(check, "good") + if options.on_duplicate == "skip" { 0 } else { count(check, "duplicate") };
    if options.check || good == 0 {
        return Ok(exit_code(count(check, "bad")));
    }
    if !options.yes && ask::line("Import them? (yes/no)").await? != "yes" {
        bail!("nothing was imported");
    }
    act(&job, "run", json!({ "job_id": job.id })).await?;
    let row = job.rest("importing").await?;
    let counted = ["created", "updated", "skipped", "failed_rows"];
    let counted = counted.map(|key| format!("{} {}", key.trim_end_matches("_rows"), count(&row, key)));
    println!("job {}: {}", job.id, counted.join(", "));
    let failed = count(&row, "failed_rows");
    if failed > 0 {
        let report = save_report(&job, options.report, &options.file).await?;
        println!("{}: the rows that did not go in, and why", report.display());
    }
    ensure!(state(&row) == "done", "{}", reason(&row));
    Ok(exit_code(failed))
}

/// The job of a file that was uploaded.
async fn announced(client: Client, options: &ImportOptions, file: Vec<u8>) -> Result<RemoteJob> {
    let name = options.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let body = json!({ "kind": options.kind, "name": name, "size": file.len() });
    spawn_blocking(move || {
        let announced = client.post("/api/transfer/import", body)?;
        let status = client.send_form(&announced, None, &file)?;
        ensure!(status == 204, "the storage refused the file: HTTP {status}");
        Ok(RemoteJob { id: announced.number("/data/job_id")?, client, is_at_work: false })
    })
    .await?
}

fn asked(id: u64, options: &ImportOptions) -> Value {
    let texts = [
        ("sheet", options.sheet.as_deref()),
        ("mapping", options.mapping.as_deref()),
        ("on_duplicate", Some(options.on_duplicate.as_str())),
    ];
    let texts = texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
    Map::from_iter(texts.chain([("job_id".to_owned(), json!(id))])).into()
}

async fn act(job: &RemoteJob, act: &str, body: Value) -> Result<()> {
    let (client, path) = (job.client.clone(), format!("/api/transfer/{act}"));
    spawn_blocking(move || client.post(&path, body)).await??;
    Ok(())
}

fn count(row: &Value, key: &str) -> u64 {
    row.get(key).and_then(Value::as_u64).unwrap_or_default()
}

fn exit_code(failed: u64) -> ExitCode {
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Prints what a check has found.
fn found(check: &Value) {
    let rows = |key: &str| check.get(key).and_then(Value::as_array).into_iter().flatten();
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    println!("{} {}", text(check, "encoding"), text(check, "sheet"));
    for column in rows("columns") {
        let field = column.get("field").and_then(Value::as_str).unwrap_or("left out");
        println!("  {} → {field}", text(column, "heading"));
    }
    for problem in rows("problems").take(PRINTED) {
        let cell = format!("{}{}", text(problem, "column"), count(problem, "row"));
        println!("  {cell}: {}", text(problem, "msg"));
    }
    let counts = ["good", "duplicate", "bad", "new_organizations"];
    let counts = counts.map(|key| format!("{} {}", key.replace('_', " "), count(check, key)));
    println!("{}", counts.join(", "));
}

/// Saves the report of a job, and answers where.
async fn save_report(job: &RemoteJob, wanted: Option<PathBuf>, file: &Path) -> Result<PathBuf> {
    let (client, path) = (job.client.clone(), format!("/api/transfer/report?job_id={}", job.id));
    let (kind, bytes) = spawn_blocking(move || {
        let answer = client.get_json(&path)?;
        let url =
            answer.body.pointer("/data/url").and_then(Value::as_str).context("no address of a report")?;
        client.fetch(url)
    })
    .await??;
    let to = wanted.unwrap_or_else(|| beside(file, &kind));
    fs::write(&to, bytes).with_context(|| to.display().to_string())?;
    Ok(to)
}

/// Where a report of this content type goes.
fn beside(file: &Path, kind: &str) -> PathBuf {
    let ending = if kind.contains("spreadsheet") { "xlsx" } else { "csv" };
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{name}-report.{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_beside_its_file() {
        let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(beside(Path::new("a/客户.xls"), workbook), Path::new("a/客户-report.xlsx"));
        assert_eq!(beside(Path::new("b.csv"), "text/csv; charset=utf-8"), Path::new("b-report.csv"));
    }
}
