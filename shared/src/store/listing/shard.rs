//! Which shard of its nodes a write adds to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Shards of a node that is written by many at once.
const SHARDS: u32 = 8;
/// How long a process that met a conflict spreads its writes from the start.
const SPREAD_MS: u64 = 10_000;

/// Remembers when this process met a conflict. Clones share that.
#[derive(Debug, Clone)]
pub struct Shards {
    begun: Instant,
    spread_until: Arc<AtomicU64>,
}

impl Default for Shards {
    fn default() -> Self {
        Self { begun: Instant::now(), spread_until: Arc::default() }
    }
}

impl Shards {
    /// Shard 0, or any shard for a while after a conflict.
    pub fn pick(&self) -> u32 {
        if self.now() < self.spread_until.load(Ordering::Relaxed) {
            getrandom::u32().unwrap_or_default() % SHARDS
        } else {
            0
        }
    }

    /// A transaction conflicted with another.
    pub fn conflict(&self) {
        self.spread_until.store(self.now() + SPREAD_MS, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
