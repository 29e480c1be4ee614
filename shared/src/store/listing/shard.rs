//! Which shards of their nodes a write adds to.
//!
//! A process remembers which listings' nodes it has met a conflict at. It spreads what it writes to these, and to no others,
//! over some shards for a while. The more conflicts, the more shards: `docs/scale.md` has the simulation that the numbers come
//! from, `scripts/bench shards` repeats it.

use crate::store::key::Key;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Over how many shards a process spreads after a first conflict, and at most.
const SHARDS: [u32; 2] = [16, 64];
/// How long a process that met a conflict spreads.
const SPREAD: Duration = Duration::from_secs(10);
/// How long a note of a node by this process need not be left again.
const NOTED: Duration = Duration::from_secs(600);

/// What a process remembers of conflicts, and which nodes it has noted to be merged. Clones share that.
#[derive(Debug, Clone, Default)]
pub struct Shards(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The listings whose nodes have met a conflict lately, by name.
    spread: HashMap<String, Spread>,
    /// How many transactions of this process add to each shard now.
    in_use: HashMap<u32, u32>,
    noted: HashMap<Key, Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Spread {
    until: Instant,
    shards: u32,
}

/// The shards that a transaction adds to, until this is dropped.
pub struct PickedShards {
    /// That of the listing that is spread most.
    shard: u32,
    /// The names of the listings that are spread, with their numbers of shards.
    spread: HashMap<String, u32>,
    of: Shards,
}

impl PickedShards {
    /// The shard of the nodes of the listing with this name. One number decides for all: two transactions that meet in one of
    /// their listings rather meet in all of them.
    pub fn shard(&self, listing: &str) -> u32 {
        self.spread.get(listing).map_or(0, |shards| self.shard % shards)
    }

    /// Whether any of the listings is spread.
    pub fn are_spread(&self) -> bool {
        !self.spread.is_empty()
    }
}

impl Drop for PickedShards {
    fn drop(&mut self) {
        if let Some(used) = self.of.state().in_use.get_mut(&self.shard) {
            *used = used.saturating_sub(1);
        }
    }
}

impl Shards {
    /// Shard 0; of listings that are spread, one that this process uses least.
    pub fn pick<'a>(&self, listings: impl Iterator<Item = &'a str>) -> PickedShards {
        let now = Instant::now();
        let mut state = self.state();
        let live = |spread: &&Spread| now < spread.until;
        let shards = |name: &str| {
            let spread = state.spread.get(name).filter(live)?;
            Some((name.to_owned(), spread.shards))
        };
        let spread: HashMap<_, _> = listings.filter_map(shards).collect();
        let most = spread.values().copied().max().unwrap_or(1);
        let first = if most > 1 { getrandom::u32().unwrap_or_default() % most } else { 0 };
        let used = |shard: &u32| state.in_use.get(shard).copied().unwrap_or_default();
        let shard = (first..most).chain(0..first).min_by_key(used).unwrap_or_default();
        *state.in_use.entry(shard).or_default() += 1;
        PickedShards { shard, spread, of: self.clone() }
    }

    /// A transaction that added to these shards has met another one at the nodes of these listings, however many of each: half as
    /// many shards more, for all listings of it that are spread.
    ///
    /// All get the same number. If only those that met got more, each would have another, transactions would share a shard of
    /// some listing wherever they go, and hardly one would get through that adds to twenty of them.
    pub fn conflict<'a>(&self, picked: &'a PickedShards, met: impl Iterator<Item = &'a str>) {
        let now = Instant::now();
        let until = now + SPREAD;
        let [first, most] = SHARDS;
        let mut state = self.state();
        state.spread.retain(|_, spread| now < spread.until);
        let names: HashSet<_> = met.chain(picked.spread.keys().map(String::as_str)).collect();
        let before =
            names.iter().filter_map(|name| state.spread.get(*name)).map(|spread| spread.shards).max();
        let shards = before.map_or(first, |shards| shards + shards / 2).min(most);
        for name in names {
            state.spread.insert(name.to_owned(), Spread { until, shards });
        }
    }

    /// A transaction that added to these shards is done: a sixth of them fewer next time.
    pub fn success(&self, picked: &PickedShards) {
        let [first, _] = SHARDS;
        let mut state = self.state();
        for name in picked.spread.keys() {
            if let Some(Spread { shards, .. }) = state.spread.get_mut(name) {
                *shards = (*shards - *shards / 6).max(first);
            }
        }
    }

    /// The notes among `keys` that this process has not left lately.
    pub fn not_noted(&self, keys: impl Iterator<Item = Key>) -> Vec<Key> {
        let mut state = self.state();
        state.noted.retain(|_, at| at.elapsed() < NOTED);
        keys.filter(|key| state.noted.insert(key.clone(), Instant::now()).is_none()).collect()
    }

    /// A poisoned lock means a panic elsewhere; what is remembered is still whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shards that so many transactions at once add to in two listings.
    fn picked(shards: &Shards, count: u32) -> Vec<(u32, u32)> {
        let picked: Vec<_> = (0..count).map(|_| shards.pick(["hot", "cold"].into_iter())).collect();
        picked.iter().map(|picked| (picked.shard("hot"), picked.shard("cold"))).collect()
    }

    /// A transaction of both listings meets another one at these.
    fn met(shards: &Shards, at: &[&str]) {
        let picked = shards.pick(["hot", "cold"].into_iter());
        shards.conflict(&picked, at.iter().copied());
    }

    fn most_of_hot(shards: &Shards) -> u32 {
        picked(shards, 64).into_iter().map(|(hot, _)| hot).max().unwrap()
    }

    #[test]
    fn only_a_listing_that_met_a_conflict_is_spread() {
        let shards = Shards::default();
        assert!(picked(&shards, 64).iter().all(|picked| *picked == (0, 0)));
        met(&shards, &["hot"]);
        let mut picked = picked(&shards, 16);
        picked.sort_unstable();
        assert_eq!(picked, (0..16).map(|shard| (shard, 0)).collect::<Vec<_>>(), "each the least used");
    }

    #[test]
    fn further_conflicts_spread_it_more_and_successes_less() {
        let shards = Shards::default();
        for most in [15, 23, 35, 53, 63, 63] {
            // Several of its nodes have met one other transaction.
            met(&shards, &["hot", "hot", "hot"]);
            assert_eq!(most_of_hot(&shards), most);
        }
        for most in [53, 44, 37, 31, 26, 22, 19, 16, 15, 15] {
            shards.success(&shards.pick(["hot"].into_iter()));
            assert_eq!(most_of_hot(&shards), most);
        }
    }

    #[test]
    fn listings_of_one_transaction_are_spread_alike() {
        let shards = Shards::default();
        met(&shards, &["hot", "cold"]);
        met(&shards, &["hot"]);
        assert!(picked(&shards, 64).iter().all(|(hot, cold)| hot == cold));
        assert_eq!(most_of_hot(&shards), 23);
    }
}
