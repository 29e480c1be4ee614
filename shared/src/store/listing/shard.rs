//! Which shard of its nodes a write adds to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Shards of a node that is written by many at once.
const SHARDS: u32 = 8;
/// How long a process that met a conflict spreads its writes from the start.
const SPREAD_MS: u64 = 10_000;

/// Remembers conflicts. Clones share the memory.
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
    /// Shard 0 where nobody is in the way, else any.
    pub fn pick(&self) -> u32 {
        if self.now() < self.spread_until.load(Ordering::Relaxed) {
            getrandom::u32().unwrap_or_default() % SHARDS
        } else {
            0
        }
    }

    /// Somebody was in the way.
    pub fn conflict(&self) {
        self.spread_until.store(self.now() + SPREAD_MS, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
