//! Finishes what writers that died have left: deferred writes, renames of organizations, and handovers of
//! customers. Goes on with jobs that nobody asks for. Merges the shards of counters that have been quiet. Deletes files that nobody
//! has used.
//!
//! Readers finish some of it too; this is for what nobody reads. It does no harm if it runs twice at once, or while the writer
//! is still at work.

use lambda_runtime::tracing;
use shared::Result;
use shared::http::App;
use shared::jobs::resume;
use shared::model::{resume_handovers, resume_renames, sweep_files};
use shared::store::Meter;
use std::time::Duration;
use transfer::Transfers;

/// For how long one run goes on with renames, then with handovers, jobs and files; the next run continues where this one ends.
/// The template gives the function five minutes.
const CHAIN_TIME: Duration = Duration::from_secs(60);

/// Finishes all there is.
///
/// # Errors
/// [`Error::Busy`](shared::Error::Busy) if the table or the bucket does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    let meter = Meter::default();
    let store = app.store.metered(meter.clone());
    let finished = store.finish_all().await;
    let renamed = resume_renames(&store, app.clock.epoch(), CHAIN_TIME).await;
    let handed_over = resume_handovers(&store, app.clock.epoch(), CHAIN_TIME).await;
    let worked = match &app.bucket {
        Some(bucket) => resume(&store, &Transfers::new(&store, bucket), CHAIN_TIME).await,
        None => Ok(()),
    };
    let merged = store.merge_shards().await;
    let swept = match &app.bucket {
        Some(bucket) => sweep_files(&store, bucket, app.clock.epoch(), CHAIN_TIME).await,
        None => Ok(()),
    };
    let cost = meter.cost();
    let database_ms = meter.waited().as_secs_f64() * 1e3;
    tracing::info!(rcu = cost.rcu, wcu = cost.wcu, calls = cost.calls, database_ms, "swept");
    finished.and(renamed).and(handed_over).and(merged.map(drop)).and(worked).and(swept)
}
