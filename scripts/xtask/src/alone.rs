//! Work that one command does at a time, while others wait for it.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::time::sleep;

use crate::progress::Step;

/// Waits until nobody else has the lock at `path`; `other` is what they do, as "build of the console". The lock ends with this
/// value, or with the process.
pub async fn alone(other: &str, path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut waiting = None;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) => {
                waiting.get_or_insert_with(|| Step::begin(&format!("waiting for another {other}")));
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
