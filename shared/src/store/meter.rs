//! What a request costs: capacity units, calls, sequential round trips and time.

use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// What one request has consumed so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Read capacity units.
    pub rcu: f64,
    /// Write capacity units.
    pub wcu: f64,
    /// Calls to the database; a call that the SDK repeats counts once.
    pub calls: u32,
    /// The longest chain of calls in which each began after the one before had ended.
    pub depth: u32,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rcu, wcu, calls, depth } = self;
        write!(f, "rcu={rcu};wcu={wcu};calls={calls};depth={depth}")
    }
}

/// Sums the cost of one request. Clones share the sum.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    sum: Arc<Mutex<Sum>>,
    path: Arc<Path>,
}

/// One of the paths through a request that are gone side by side.
#[derive(Debug, Default)]
struct Path {
    /// The depth from which its next call goes on.
    reached: AtomicU32,
    /// The depth of the deepest call on it and on the branches of it.
    deepest: AtomicU32,
    /// The path that it is a branch of.
    trunk: Option<Arc<Path>>,
}

impl Path {
    /// A call on this path has ended at `depth`.
    fn end(&self, depth: u32) {
        self.reached.fetch_max(depth, Ordering::SeqCst);
        let mut path = Some(self);
        while let Some(here) = path {
            here.deepest.fetch_max(depth, Ordering::SeqCst);
            path = here.trunk.as_deref();
        }
    }
}

#[derive(Debug, Default)]
struct Sum {
    cost: Cost,
    under_way: u32,
    /// Since when at least one call has been under way.
    since: Option<Instant>,
    waited: Duration,
}

/// A call that has begun, with its depth: one more than was reached before. It is under way until this is dropped.
pub(super) struct Begun {
    depth: u32,
    sum: Arc<Mutex<Sum>>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut sum = lock(&self.sum);
        sum.under_way -= 1;
        if sum.under_way == 0
            && let Some(since) = sum.since.take()
        {
            sum.waited += since.elapsed();
        }
    }
}

/// A poisoned lock means a panic elsewhere; the numbers in it are still whole.
fn lock(sum: &Mutex<Sum>) -> MutexGuard<'_, Sum> {
    sum.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone, Copy)]
pub(super) enum Units {
    Read,
    Write,
}

impl Meter {
    /// The cost so far.
    pub fn cost(&self) -> Cost {
        lock(&self.sum).cost
    }

    /// The time so far in which at least one call was under way.
    pub fn waited(&self) -> Duration {
        lock(&self.sum).waited
    }

    /// The same sum for one of several calls that are made at once: none of them comes after another, however fast that
    /// is.
    pub(super) fn branch(&self) -> Self {
        let reached = self.path.reached.load(Ordering::SeqCst);
        let path = Path {
            reached: AtomicU32::new(reached),
            deepest: AtomicU32::new(reached),
            trunk: Some(Arc::clone(&self.path)),
        };
        Self { sum: Arc::clone(&self.sum), path: Arc::new(path) }
    }

    /// All branches have ended: calls from now on come after the deepest of them.
    pub(super) fn join(&self) {
        self.path.reached.store(self.path.deepest.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    pub(super) fn begin(&self, permit: Option<OwnedSemaphorePermit>) -> Begun {
        let mut sum = lock(&self.sum);
        sum.under_way += 1;
        sum.since.get_or_insert_with(Instant::now);
        drop(sum);
        Begun {
            depth: self.path.reached.load(Ordering::SeqCst) + 1,
            sum: Arc::clone(&self.sum),
            _permit: permit,
        }
    }

    pub(super) fn end<'a>(
        &self,
        begun: Begun,
        units: Units,
        consumed: impl IntoIterator<Item = &'a ConsumedCapacity>,
    ) {
        let total: f64 = consumed.into_iter().filter_map(ConsumedCapacity::capacity_units).sum();
        self.path.end(begun.depth);
        let cost = &mut lock(&self.sum).cost;
        match units {
            Units::Read => cost.rcu += total,
            Units::Write => cost.wcu += total,
        }
        cost.calls += 1;
        cost.depth = cost.depth.max(begun.depth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_side_by_side_are_one_round_trip_and_a_call_after_them_is_another() {
        let meter = Meter::default();
        let (first, second) = (meter.begin(None), meter.begin(None));
        meter.end(first, Units::Read, []);
        meter.end(second, Units::Read, []);
        // A branch that begins late, because it waited for the processor, is still beside the others.
        let (early, deferred) = (meter.branch(), meter.branch());
        early.end(early.begin(None), Units::Read, []);
        deferred.end(deferred.begin(None), Units::Read, []);
        meter.join();
        let third = meter.begin(None);
        let used = ConsumedCapacity::builder().capacity_units(2.5).build();
        meter.end(third, Units::Write, [&used]);
        assert_eq!(meter.cost(), Cost { rcu: 0.0, wcu: 2.5, calls: 5, depth: 3 });
        assert_eq!(meter.cost().to_string(), "rcu=0;wcu=2.5;calls=5;depth=3");
    }

    #[test]
    fn a_branch_that_joins_its_own_branches_does_not_wait_for_those_beside_it() {
        let meter = Meter::default();
        let call = |meter: &Meter| meter.end(meter.begin(None), Units::Read, []);
        let (slow, fast) = (meter.branch(), meter.branch());
        (0..4).for_each(|_| call(&fast));
        let (one, two) = (slow.branch(), slow.branch());
        call(&one);
        call(&two);
        call(&two);
        slow.join();
        call(&slow);
        assert_eq!(meter.cost().depth, 4);
        call(&slow);
        call(&slow);
        assert_eq!(meter.cost().depth, 5);
        meter.join();
        call(&meter);
        assert_eq!(meter.cost().depth, 6);
    }

    #[test]
    fn time_counts_once_however_many_calls_are_under_way_and_also_when_a_call_fails() {
        const PAUSE: Duration = Duration::from_millis(20);
        let (meter, start) = (Meter::default(), Instant::now());
        let (first, failing) = (meter.begin(None), meter.begin(None));
        std::thread::sleep(PAUSE);
        meter.end(first, Units::Read, []);
        drop(failing);
        let waited = meter.waited();
        assert!(waited >= PAUSE && waited <= start.elapsed(), "{waited:?}");
        std::thread::sleep(PAUSE);
        assert_eq!(meter.waited(), waited, "nothing is under way");
    }
}
