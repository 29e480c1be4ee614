//! `scripts/verify`: recounts a table from its records, and compares it with the bucket.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use shared::{
    Error,
    bucket::Bucket,
    jobs::Job,
    model::{self, check_files},
    store::{Key, Order, Store, Window},
    time::Clock,
};
use testing::{database, storage};

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
    let (table, bucket) = match &folder {
        Some(folder) => {
            let endpoint = database::embedded(Some(&folder.dynoxide())).await?;
            let storage = storage::serve_at(0, &folder.storage()).await?;
            (
                table::Choice { endpoint: Some(endpoint), ..table },
                Some(storage::bucket(&storage, Clock::utc())),
            )
        }
        None => (table.clone(), table.bucket().await?),
    };
    let (store, table) = table.open().await?;
    let clean = check(&store, bucket.as_ref(), repair).await.with_context(|| format!("the table {table}"))?;
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

/// Prints each difference and each collision, and answers whether there is no difference that is not mended. Without a bucket
/// nothing is said of files.
pub async fn check(store: &Store, bucket: Option<&Bucket>, repair: bool) -> Result<bool> {
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
    tell_jobs(store).await?;
    let orphans = match bucket {
        Some(bucket) => files(store, bucket, &report.named, repair).await.context("the bucket")?,
        None => 0,
    };

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
    println!("{} differences{}", left.len() + orphans, if repair { " left" } else { "" });
    Ok(left.is_empty() && orphans == 0)
}

/// Prints how table and bucket differ, and answers how many objects are nobody's and still there. A file that is not there is told
/// and no difference: its employee may never have uploaded it.
async fn files(store: &Store, bucket: &Bucket, named: &[Key], repair: bool) -> Result<usize> {
    let report = check_files(store, bucket, named, Clock::utc().epoch()).await?;
    println!("{} files", report.files);
    for token in &report.missing {
        println!("FILE#{token}: a record names it, and it is not in the bucket");
    }
    for key in &report.orphans {
        if repair {
            bucket.delete(key).await?;
        }
        println!("{}{key}: no file of the table", if repair { "deleted: " } else { "" });
    }
    Ok(if repair { 0 } else { report.orphans.len() })
}

/// Seconds after which a job is thought to be stuck: the sweeper has come twenty times.
const STUCK: u32 = 20 * 60 * 60;

/// Prints how many jobs are under way, and those that have been for too long. That is no difference: a job goes on, or is stopped.
async fn tell_jobs(store: &Store) -> Result<()> {
    let open = store.all(&[Job::OPEN], Window::ALL, Order::Ascending).await?;
    println!("{} jobs under way", open.len());
    let ids: Vec<_> = open.iter().map(|entry| entry.point.id).collect();
    let oldest = store.now().0.saturating_sub(STUCK);
    for job in store.entities::<Job>(&ids).await?.iter().filter(|job| job.created.0 < oldest) {
        println!("job {}: it is not done since {}; see the sweeper's log", job.id, job.created);
    }
    Ok(())
}
