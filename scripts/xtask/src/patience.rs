//! Waiting for something that is just being started.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

/// For how long: far more than a busy machine needs.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// Tries until it succeeds; when it has taken too long, the last failure is the answer.
pub async fn until_it_works<T>(mut attempt: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    loop {
        match attempt().await {
            Err(_) if started.elapsed() < PATIENCE => sleep(Duration::from_millis(100)).await,
            result => return result,
        }
    }
}
