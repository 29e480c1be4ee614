//! A company with records of known organizations and times, made through the store.

use fastrand::Rng;
use shared::model::{Activity, Contract, Demand, Follow, Organization, Role, save_organization};
use shared::money::Money;
use shared::store::{Author, Entity, Write};
use shared::time::{DayEdge, Time};
use testing::{Client, Stack};

/// Its table, and somebody who looks at its statistics.
pub struct Company {
    pub stack: Stack,
    pub staff: Client,
}

impl Company {
    pub async fn start() -> Self {
        let stack = Stack::start().await;
        let staff = stack.signed_in(stats::FUNCTION, "15331761337", Role::Staff).await;
        Self { stack, staff }
    }

    /// Creates it, and answers its id.
    pub async fn create<T: Entity>(&self, entity: &T) -> u32 {
        let id = self.stack.app.store.next_id(T::KIND).await.unwrap();
        let mut write = write();
        write.create(id, entity).unwrap();
        self.stack.app.store.commit(write).await.unwrap();
        id
    }

    /// Organizations with the ids from 1 on, each called as [`name`] says.
    pub async fn organizations(&self, count: u32) {
        let store = &self.stack.app.store;
        for id in 1..=count {
            let mut write = write();
            let new = Organization::new(name(Some(id), count), Time(0));
            save_organization(store, &mut write, None, &new, 0).await.unwrap();
            store.commit(write).await.unwrap();
        }
    }

    /// Replaces the entity `id`, or deletes it.
    pub async fn change<T: Entity>(&self, id: u32, new: Option<&T>) {
        let store = &self.stack.app.store;
        let old = store.entity::<T>(id).await.unwrap().unwrap();
        let mut write = write();
        match new {
            Some(new) => write.replace(&old, new).unwrap(),
            None => write.remove(&old).unwrap(),
        }
        store.commit(write).await.unwrap();
    }

    /// All that there are of a kind, with their ids.
    pub async fn all<T: Entity>(&self) -> Vec<(u32, T)> {
        let ids: Vec<u32> = (1..=200).collect();
        let found = self.stack.app.store.entities::<T>(&ids).await.unwrap();
        found.into_iter().map(|stored| (stored.id, stored.record.value)).collect()
    }
}

fn write() -> Write {
    Write::new(Author::SYSTEM)
}

/// What the organization `id` is called where there are so many.
pub fn name(id: Option<u32>, count: u32) -> String {
    id.filter(|id| *id <= count).map(|id| format!("单位{id}")).unwrap_or_default()
}

pub fn time(text: &str) -> Time {
    Time::parse(text, DayEdge::Start).unwrap()
}

pub fn contract(organization: u32, amount: Option<&str>, signed: Option<Time>) -> Contract {
    let amount = amount.map(|amount| Money::parse(amount).unwrap());
    Contract { amount, signed, ..testing::records::contract(organization, Time(0)) }
}

pub fn activity(at: Time) -> Activity {
    Activity { customer: 1, at, followers: vec![1], operator: 1, created: Time(0), edition: 1 }
}

pub fn demand(organization: Option<u32>, at: Time) -> Demand {
    Demand { activity: activity(at), organization, content: "需求".to_owned(), attach: None, note: None }
}

pub fn follow(organization: Option<u32>, at: Time) -> Follow {
    Follow { activity: activity(at), organization, event: 1, gain: None, attach: None, note: None }
}

/// Seconds that meet, that are in one slot, and that are on either side of the borders of slots and half-years.
pub fn moment(random: &mut Rng) -> Time {
    let base = 1_627_783_168; // a multiple of 2^16
    let half_year = base - base % (1 << 24);
    Time(match random.u32(0..8) {
        0..=2 => base + random.u32(0..400),
        3 => base + 77,
        4 => base + random.u32(0..400_000),
        5 => base + (random.u32(0..4) << 16) - random.u32(0..2),
        6 => half_year - random.u32(0..2),
        _ => random.u32(half_year - 20_000_000..base + 1_000_000),
    })
}

/// A window, the window as a query, and a page of it.
pub fn asked(random: &mut Rng) -> (Time, Time, u64, u64, String) {
    let (a, b) = (moment(random), moment(random));
    let (from, to) = (a.min(b), a.max(b));
    let (page, count) = (random.u64(1..4), random.u64(1..5));
    let text = |time: Time| time.to_string().replace(' ', "T");
    let query = format!("start_time={}&end_time={}&page={page}&count={count}", text(from), text(to));
    (from, to, page, count, query)
}

pub fn cases(default: u64) -> u64 {
    // The second database is asked whether it agrees; it is too slow for more.
    let default = if std::env::var("TEST_DATABASE").is_ok() { 1 } else { default };
    std::env::var("STATS_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default)
}
