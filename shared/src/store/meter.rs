//! What a request costs: capacity units, calls and sequential round trips.

use aws_sdk_dynamodb::types::ConsumedCapacity;
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
pub struct Meter(Arc<Mutex<Cost>>);

/// A call that has begun; its depth is one more than the deepest call that had ended by then.
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
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self) -> Begun {
        Begun(self.cost().depth + 1)
    }

    pub(super) fn end<'a>(
        &self,
        begun: Begun,
        units: Units,
        consumed: impl IntoIterator<Item = &'a ConsumedCapacity>,
    ) {
        let total: f64 = consumed.into_iter().filter_map(ConsumedCapacity::capacity_units).sum();
        let mut cost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        let third = meter.begin();
        let used = ConsumedCapacity::builder().capacity_units(2.5).build();
        meter.end(third, Units::Write, [&used]);
        assert_eq!(meter.cost(), Cost { rcu: 0.0, wcu: 2.5, calls: 3, depth: 2 });
        assert_eq!(meter.cost().to_string(), "rcu=0;wcu=2.5;calls=3;depth=2");
    }
}
