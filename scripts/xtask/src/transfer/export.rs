//! `scripts/export`: a whole list of a CRM as a file.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;

use super::remote_job::{RemoteJob, reason, signed_in};
use crate::jobs::state;

/// Of which CRM, which list, and where to.
#[derive(clap::Args, Debug)]
pub struct ExportOptions {
    /// The address of the API, such as `https://abcde12345.execute-api.cn-north-1.amazonaws.com.cn`
    url: String,
    /// The list, called as the last part of its path: customers, organization, follow, demand, contract …
    kind: String,
    /// The file that is written; one that is there is overwritten
    file: PathBuf,
    /// A filter of the list, such as user_id=7; several are combined
    #[arg(long = "filter", value_name = "NAME=VALUE")]
    filters: Vec<String>,
    /// csv or xlsx [default: as the file is called, else csv]
    #[arg(long)]
    format: Option<String>,
}

/// Saves it. Where this is ended before it is done, the job is stopped and no file is written.
pub async fn export(options: ExportOptions) -> Result<()> {
    let ExportOptions { url, kind, file, filters, format } = options;
    let body = body(&kind, &filters, format.as_deref().unwrap_or_else(|| format_of(&file)))?;
    let client = signed_in(&url).await?;
    let begin = client.clone();
    let begun = spawn_blocking(move || begin.post("/api/transfer/export", body)).await??;
    let mut job = RemoteJob { client, id: begun.number("/data/job_id")?, is_at_work: true };
    let row = job.rest(&format!("exporting {kind}")).await?;
    ensure!(state(&row) == "done", "{}", reason(&row));
    let link = row.get("url").and_then(Value::as_str).context("the file is gone")?.to_owned();
    let to = file.clone();
    spawn_blocking(move || save(&link, &to)).await??;
    println!("{}", file.display());
    Ok(())
}

fn format_of(file: &Path) -> &'static str {
    let is_workbook = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if is_workbook { "xlsx" } else { "csv" }
}

fn body(kind: &str, filters: &[String], format: &str) -> Result<Value> {
    let mut body = Map::from_iter([("kind".to_owned(), json!(kind)), ("format".to_owned(), json!(format))]);
    for filter in filters {
        let (name, value) = filter.split_once('=').with_context(|| format!("--filter {filter}: no ="))?;
        ensure!(!body.contains_key(name), "--filter {name}: it is given already");
        body.insert(name.to_owned(), json!(value));
    }
    Ok(body.into())
}

/// Nobody finds half a file.
fn save(link: &str, file: &Path) -> Result<()> {
    let part = file.with_extension("part");
    let mut answer = ureq::get(link).call().context("the file cannot be fetched")?;
    let shown = || part.display().to_string();
    let mut to = File::create(&part).with_context(shown)?;
    io::copy(&mut answer.body_mut().as_reader(), &mut to).with_context(shown)?;
    fs::rename(&part, file).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_told_as_they_are_and_the_file_tells_the_format() {
        let filters = ["user_id=7".to_owned(), "name=a=b".to_owned()];
        let body = body("follow", &filters, format_of(Path::new("a.XLSX"))).unwrap();
        assert_eq!(body, json!({ "kind": "follow", "format": "xlsx", "user_id": "7", "name": "a=b" }));
        assert_eq!(format_of(Path::new("a")), "csv");
        assert!(super::body("follow", &["x".to_owned()], "csv").is_err());
        assert!(super::body("follow", &["kind=x".to_owned()], "csv").is_err());
    }
}
