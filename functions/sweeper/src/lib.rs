//! Finishes what writers that died have left undone: the rest of large writes, and renames of organizations.
//!
//! Whoever reads what is concerned finishes it at once; this is for what nobody reads. It is no harm if it runs twice
//! at once, or while the writer is still at work.

use lambda_http::tracing;
use shared::Result;
use shared::http::App;
use shared::model::rename;
use shared::store::Meter;
use std::time::Duration;

/// For how long one run goes on with renames; the next run takes it up where this one leaves it. The template gives the
/// function five minutes.
const PATIENCE: Duration = Duration::from_secs(240);

/// Finishes all there is.
///
/// # Errors
/// [`Error::Busy`](shared::Error::Busy) if the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    let meter = Meter::default();
    let store = app.store.metered(meter.clone());
    let finished = store.finish_all().await;
    let renamed = rename::resume(&store, app.clock.epoch(), PATIENCE).await;
    let cost = meter.cost();
    let database_ms = meter.waited().as_secs_f64() * 1e3;
    tracing::info!(rcu = cost.rcu, wcu = cost.wcu, calls = cost.calls, database_ms, "swept");
    finished.and(renamed)
}
