//! `scripts/verify`: recounts a table from its records.

use std::{env, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use shared::{
    model,
    store::{self, Store},
};

use crate::{database, folder::Folder, progress::Step};

/// Which table, and whether to mend it.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// A database that is running: http:// for a local one
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// The table [default: TABLE_NAME from the environment; crm for local databases]
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// The folder with the data of an ended scripts/dev [default, where no database or table is named: .data in the
    /// project]
    #[arg(long, value_name = "DIR", conflicts_with = "endpoint")]
    data: Option<PathBuf>,
    /// Mend what differs. The table must be quiet: no functions, no sweeper
    #[arg(long)]
    repair: bool,
}

/// Prints each difference in one line; fails if there is any that is not mended.
pub async fn run(options: Options) -> Result<ExitCode> {
    let Options { endpoint, table, data, repair } = options;
    let table = table.or_else(|| env::var("TABLE_NAME").ok());
    let data = data.or_else(|| (endpoint.is_none() && table.is_none()).then(Folder::default_path));
    // The folder stays ours to the end.
    let folder = data.map(open).transpose()?;
    let endpoint = match &folder {
        Some(folder) => Some(database::embedded(Some(&folder.dynoxide())).await?),
        None => endpoint,
    };
    let local = endpoint.as_deref().filter(|url| url.starts_with("http://"));
    let client = match local {
        Some(url) => database::client(url),
        None => store::client(endpoint.as_deref()).await,
    };
    let table = table.or_else(|| local.map(|_| database::TABLE.to_owned()));
    let table = table.context("which table? Give --table or set TABLE_NAME")?;
    check(&Store::new(client, &table), repair).await.with_context(|| format!("the table {table}"))
}

/// The folder of an ended scripts/dev.
fn open(path: PathBuf) -> Result<Folder> {
    let shown = path.display().to_string();
    let none = format!("{shown} has no data of scripts/dev: give --endpoint, --table or another --data");
    ensure!(path.is_dir(), none.clone());
    let folder = Folder::take(path)?;
    ensure!(folder.dynoxide().is_file(), none);
    Ok(folder)
}

async fn check(store: &Store, repair: bool) -> Result<ExitCode> {
    if repair {
        store.finish_all().await?;
    }
    let step = Step::counted("reading the table");
    let report = store.verify(model::index, |items, of| {
        step.bar().set_length(of.max(items));
        step.bar().set_position(items);
    });
    let report = report.await?;
    step.done();
    println!("{} items, {} parts of writes pending", report.items, report.pending);

    let left = if repair && !report.differences.is_empty() {
        let step = Step::counted("mending");
        step.bar().set_length(report.differences.len() as u64);
        let repair = store.repair(report.differences, |mended| step.bar().inc(mended)).await?;
        step.done();
        for difference in repair.mended {
            println!("mended: {difference}");
        }
        repair.left
    } else {
        report.differences
    };
    for difference in &left {
        println!("{difference}");
    }
    println!("{} differences{}", left.len(), if repair { " left" } else { "" });
    Ok(if left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
