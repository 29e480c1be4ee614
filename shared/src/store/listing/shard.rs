//! Which shard of its nodes a write adds to.

use crate::store::key::Key;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shards of a node that is written by many at once.
pub const SHARDS: u32 = 8;
/// How long a process that met a conflict spreads its writes from the start.
const SPREAD_MS: u64 = 10_000;

/// How long a note of a node by this process need not be left again.
const NOTED: Duration = Duration::from_secs(600);

/// Remembers when this process met a conflict, and which nodes it has noted to be merged. Clones share that.
#[derive(Debug, Clone)]
pub struct Shards {
    begun: Instant,
    spread_until: Arc<AtomicU64>,
    /// How many transactions of this process add to each shard now.
    in_use: Arc<[AtomicU64; SHARDS as usize]>,
    noted: Arc<Mutex<HashMap<Key, Instant>>>,
}

/// A shard that a transaction adds to, until this is dropped.
pub struct PickedShard {
    /// Which one.
    pub shard: u32,
    of: Shards,
}

impl Drop for PickedShard {
    fn drop(&mut self) {
        self.of.use_of(self.shard).map(|used| used.fetch_sub(1, Ordering::Relaxed));
    }
}

impl Default for Shards {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            spread_until: Arc::default(),
            in_use: Arc::default(),
            noted: Arc::default(),
        }
    }
}

impl Shards {
    /// Shard 0; for a while after a conflict any of those that this process uses least.
    pub fn pick(&self) -> PickedShard {
        let spreads = self.now() < self.spread_until.load(Ordering::Relaxed);
        let first = if spreads { getrandom::u32().unwrap_or_default() % SHARDS } else { 0 };
        let candidates = (first..SHARDS).chain(0..first).take(if spreads { SHARDS as usize } else { 1 });
        let used = |shard: &u32| self.use_of(*shard).map_or(0, |used| used.load(Ordering::Relaxed));
        let picked = PickedShard { shard: candidates.min_by_key(used).unwrap_or(0), of: self.clone() };
        self.use_of(picked.shard).map(|used| used.fetch_add(1, Ordering::Relaxed));
        picked
    }

    fn use_of(&self, shard: u32) -> Option<&AtomicU64> {
        self.in_use.get(shard as usize)
    }

    /// A transaction conflicted with another.
    pub fn conflict(&self) {
        self.spread_until.store(self.now() + SPREAD_MS, Ordering::Relaxed);
    }

    /// The notes among `keys` that this process has not left lately.
    pub fn not_noted(&self, keys: impl Iterator<Item = Key>) -> Vec<Key> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, at| at.elapsed() < NOTED);
        keys.filter(|key| noted.insert(key.clone(), Instant::now()).is_none()).collect()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
