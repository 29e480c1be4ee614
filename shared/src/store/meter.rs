//! What a request costs: capacity units, calls and sequential round trips.

use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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
    sum: Arc<Mutex<Cost>>,
    /// The depth that has been reached on this way through the request.
    reached: Arc<AtomicU32>,
}

/// A call that has begun, with its depth: one more than had been reached.
pub(super) struct Begun(u32);

#[derive(Clone, Copy)]
pub(super) enum Units {
    Read,
    Write,
}

impl Meter {
    /// The cost so far.
    pub fn cost(&self) -> Cost {
        // A poisoned lock means a panic elsewhere; the numbers in it are still whole.
        *self.sum.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same sum for one of several calls that are made at once: however fast one of them is, the others do not
    /// come after it.
    pub(super) fn branch(&self) -> Self {
        let reached = self.reached.load(Ordering::SeqCst);
        Self { sum: Arc::clone(&self.sum), reached: Arc::new(AtomicU32::new(reached)) }
    }

    /// All branches have ended: what comes now comes after the deepest of them.
    pub(super) fn join(&self) {
        self.reached.store(self.cost().depth, Ordering::SeqCst);
    }

    pub(super) fn begin(&self) -> Begun {
        Begun(self.reached.load(Ordering::SeqCst) + 1)
    }

    pub(super) fn end<'a>(
        &self,
        begun: Begun,
        units: Units,
        consumed: impl IntoIterator<Item = &'a ConsumedCapacity>,
    ) {
        let total: f64 = consumed.into_iter().filter_map(ConsumedCapacity::capacity_units).sum();
        self.reached.fetch_max(begun.0, Ordering::SeqCst);
        let mut cost = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        match units {
            Units::Read => cost.rcu += total,
            Units::Write => cost.wcu += total,
        }
        cost.calls += 1;
        cost.depth = cost.depth.max(begun.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_side_by_side_are_one_round_trip_and_a_call_after_them_is_another() {
        let meter = Meter::default();
        let (first, second) = (meter.begin(), meter.begin());
        meter.end(first, Units::Read, []);
        meter.end(second, Units::Read, []);
        // A branch that begins late, because it waited for the processor, is still beside the others.
        let (early, late) = (meter.branch(), meter.branch());
        early.end(early.begin(), Units::Read, []);
        late.end(late.begin(), Units::Read, []);
        meter.join();
        let third = meter.begin();
        let used = ConsumedCapacity::builder().capacity_units(2.5).build();
        meter.end(third, Units::Write, [&used]);
        assert_eq!(meter.cost(), Cost { rcu: 0.0, wcu: 2.5, calls: 5, depth: 3 });
        assert_eq!(meter.cost().to_string(), "rcu=0;wcu=2.5;calls=5;depth=3");
    }
}
