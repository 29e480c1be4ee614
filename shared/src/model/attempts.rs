//! Failures that end in a lock.

use serde::{Deserialize, Serialize};

/// The failures of one count, and the lock that they have led to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attempts {
    /// When they failed, in seconds since 1970 UTC, oldest first.
    failed: Vec<i64>,
    /// Until when no more are heard.
    locked_until: i64,
}

impl Attempts {
    /// Seconds in which failures count, and seconds that a lock lasts.
    pub const WINDOW: i64 = 15 * 60;

    /// Seconds at `now` until the lock ends; `None` if there is none.
    pub fn locked_for(&self, now: i64) -> Option<u32> {
        u32::try_from(self.locked_until - now).ok().filter(|seconds| *seconds > 0)
    }

    /// Writes down a failure at `now`. So many as `limit` within [`Self::WINDOW`] are a lock.
    #[must_use]
    pub fn failed(mut self, now: i64, limit: usize) -> Self {
        self.failed.retain(|failed| now - failed < Self::WINDOW);
        self.failed.push(now);
        if self.failed.len() >= limit {
            self.failed.clear();
            self.locked_until = now + Self::WINDOW;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(times: impl Iterator<Item = i64>) -> Attempts {
        times.fold(Attempts::default(), |attempts, time| attempts.failed(time, 10))
    }

    #[test]
    fn ten_failures_in_fifteen_minutes_lock_for_fifteen_minutes() {
        assert_eq!(failures(0..9).locked_for(9), None);
        let locked = failures(0..10);
        assert_eq!(locked.locked_for(10), Some(899));
        assert_eq!(locked.locked_for(908), Some(1));
        assert_eq!(locked.locked_for(909), None);
        assert_eq!(locked.failed(909, 10).locked_for(909), None, "after the lock ten more are allowed");
    }

    #[test]
    fn slower_failures_never_lock() {
        assert_eq!(failures((0..100).map(|n| n * 101)).locked_for(99 * 101), None);
    }
}
