//! `scripts/verify`: recounts a table from its records.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use shared::{Error, model, store::Store};
use testing::database;

use crate::{folder::Folder, progress::Step, table};

/// Which table, and whether to mend it.
#[derive(clap::Args, Debug)]
pub struct VerifyOptions {
    #[command(flatten)]
    table: table::Choice,
    /// The folder with the data of an ended scripts/dev [default, where no database, table or stack is named: .data in
    /// the project]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["endpoint", "stack"])]
    data: Option<PathBuf>,
    /// Mend what differs. The table must be quiet: no functions, no sweeper
    #[arg(long)]
    repair: bool,
}

/// Prints each difference in one line; fails if there is any that is not mended.
pub async fn run(options: VerifyOptions) -> Result<ExitCode> {
    let VerifyOptions { table, data, repair } = options;
    let table = table.or_environment();
    let data = data.or_else(|| table.names_nothing().then(Folder::default_path));
    // The folder stays ours to the end.
    let folder = data.map(open).transpose()?;
    let table = match &folder {
        Some(folder) => {
            let endpoint = database::embedded(Some(&folder.dynoxide())).await?;
            table::Choice { endpoint: Some(endpoint), ..table }
        }
        None => table,
    };
    let (store, table) = table.open().await?;
    let clean = check(&store, repair).await.with_context(|| format!("the table {table}"))?;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

/// Prints each difference and each collision, and answers whether there is no difference that is not mended.
pub async fn check(store: &Store, repair: bool) -> Result<bool> {
    if repair {
        match store.finish_all().await {
            // The recount tells which.
            Err(Error::Internal(cause)) => println!("not all large writes can be finished: {cause}"),
            finished => finished?,
        }
    }
    let step = Step::counted("reading the table");
    let report = store.verify(model::ENTITY_TYPES, |items, of| {
        step.bar().set_length(of.max(items));
        step.bar().set_position(items);
    });
    let report = report.await?;
    step.done();
    println!("{} items, {} large writes pending", report.items, report.deferred);

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
    for collision in &report.collisions {
        println!("collision: {collision}");
    }
    if !report.collisions.is_empty() {
        println!("{} collisions: give all but one another value", report.collisions.len());
    }
    println!("{} differences{}", left.len(), if repair { " left" } else { "" });
    Ok(left.is_empty())
}
