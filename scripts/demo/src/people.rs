//! Those whom records are about, and what is noted down about them.

use super::{DAY, DAYS, choose};
use fastrand::Rng;
use shared::model::Activity;
use shared::time::Time;

/// Those who sell most, the best first: the interface list's own people.
const LEADERS: [u32; 4] = [6, 8, 22, 2];

/// Notes: many have none.
pub const NOTES: [&str; 5] = ["", "", "客户沟通很好", "需要技术同事一起去", "等领导审批"];

/// Those whom records are about.
pub struct People<'a> {
    /// The organization of every customer, in the order of their ids, which begin with 1.
    pub customers: &'a [Option<u32>],
    /// How many seconds there are between two of them: the last one came just now.
    pub seconds_between: u32,
    /// How many organizations there are.
    pub organizations: u32,
    /// How many employees there are.
    pub employees: u32,
    /// When the records end.
    pub now: Time,
}

impl People<'_> {
    /// The activity of the record `id` of `count`, and the organization of its customer.
    pub fn activity(&self, random: &mut Rng, id: u32, count: u32) -> (Activity, Option<u32>) {
        let created = self.created(random, id, count);
        // Most are noted down within hours; some people only tell the day.
        let at = created.0 - random.u32(60..6 * 60 * 60);
        let at = if random.f64() < 0.2 { at - at % DAY } else { at };
        let customer = random.u32(1..=self.customers_before(Time(at)));
        let activity = Activity {
            customer,
            at: Time(at),
            followers: self.some_employees(random),
            operator: self.somebody(random),
            created,
            edition: 1,
        };
        (activity, self.customers.get(customer as usize - 1).copied().flatten())
    }

    /// How many customers had been entered at that time, which begin with 1; at least one.
    pub fn customers_before(&self, at: Time) -> u32 {
        let customers = u32::try_from(self.customers.len()).unwrap_or(u32::MAX);
        let later = self.now.0.saturating_sub(at.0).div_ceil(self.seconds_between.max(1));
        customers.saturating_sub(later).max(1)
    }

    /// When the record `id` of `count` was entered: one after the other, and four times as many in a month at the end as at
    /// the beginning.
    pub fn created(&self, random: &mut Rng, id: u32, count: u32) -> Time {
        // Within a share x of the time up to now there is a share y = 1.6x - 0.6x² of the records.
        let share = |y: f64| (1.6 - (2.56 - 2.4 * y).sqrt()) / 1.2;
        let back = |n: u32| (share(f64::from(n) / f64::from(count.max(1))) * f64::from(DAYS * DAY)) as u32;
        let (oldest, newest) = (back(count - id + 1), back(count - id));
        Time(self.now.0 - random.u32(newest..=oldest))
    }

    /// An employee: often one of those who sell most.
    pub fn somebody(&self, random: &mut Rng) -> u32 {
        let rank = (random.f64().powi(2) * LEADERS.len() as f64) as usize;
        let leader = LEADERS.get(rank).filter(|leader| **leader <= self.employees);
        match leader {
            Some(leader) if random.f64() < 0.4 => *leader,
            _ => random.u32(1..=self.employees),
        }
    }

    /// One to three of them, each once.
    pub fn some_employees(&self, random: &mut Rng) -> Vec<u32> {
        let mut some: Vec<_> = (0..random.u32(1..=3)).map(|_| self.somebody(random)).collect();
        some.sort_unstable();
        some.dedup();
        some
    }

    /// Whether the interface list's own people are among them.
    pub fn are_known(&self) -> bool {
        self.customers.len() >= 250 && self.employees >= 22
    }
}

/// One of `from`; none is nothing.
pub fn text(random: &mut Rng, from: &[&str]) -> Option<String> {
    Some(choose(random, from)).filter(|text| !text.is_empty())
}
