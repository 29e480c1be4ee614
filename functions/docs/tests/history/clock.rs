//! A clock that is turned by hand, hours in a minute, and yet no request lasts longer than on AWS.

use shared::time::Clock;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testing::Company;

/// Seconds that a request may last: Lambda ends it then.
const LONGEST_REQUEST: i64 = 29;

pub struct HandClock {
    company: Arc<Company>,
    clock: Clock,
    /// When the requests that are under way began, by their numbers.
    under_way: Mutex<(u64, BTreeMap<u64, i64>)>,
}

/// A request that is under way until this is dropped.
pub struct UnderWay {
    number: u64,
    clock: Arc<HandClock>,
}

impl HandClock {
    pub fn of(company: &Arc<Company>) -> Self {
        let (company, clock) = (Arc::clone(company), company.stack.app.clock.clone());
        Self { company, clock, under_way: Mutex::default() }
    }

    /// Seconds of the wall clock.
    pub fn now(&self) -> u32 {
        self.clock.wall(self.clock.epoch()).0
    }

    /// A request begins.
    pub fn begin(self: &Arc<Self>) -> UnderWay {
        let mut under_way = self.under_way.lock().unwrap();
        under_way.0 += 1;
        let number = under_way.0;
        under_way.1.insert(number, self.clock.epoch());
        UnderWay { number, clock: Arc::clone(self) }
    }

    pub async fn turn_until(self: Arc<Self>, is_done: Arc<AtomicBool>) {
        let mut random = fastrand::Rng::with_seed(0);
        while !is_done.load(Ordering::SeqCst) {
            let seconds = random.i64(0..4);
            {
                let under_way = self.under_way.lock().unwrap();
                let oldest = under_way.1.values().min().copied();
                if oldest.is_none_or(|oldest| self.clock.epoch() + seconds - oldest <= LONGEST_REQUEST) {
                    self.company.stack.advance(seconds);
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.clock.under_way.lock().unwrap().1.remove(&self.number);
    }
}
