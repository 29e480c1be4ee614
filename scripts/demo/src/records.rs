//! Follow-ups, changes of demand, satisfaction, contracts and plans of two years. The records in the examples of the interface list
//! have the same ids here.

use super::people::{NOTES, People, text};
use super::plans::plan;
use super::{DAY, Loader, choose, entered};
use fastrand::Rng;
use shared::Result;
use shared::model::{Activity, Contract, Demand, Follow, Satisfaction};
use shared::money::Money;
use shared::store::Entity;
use shared::time::Time;

/// How many records of each kind there are.
#[derive(Debug, Clone, Copy)]
pub struct RecordCounts {
    /// Follow-ups.
    pub follows: u32,
    /// Changes of demand.
    pub demands: u32,
    /// Satisfaction.
    pub satisfactions: u32,
    /// Contracts.
    pub contracts: u32,
    /// Plans.
    pub plans: u32,
}

impl Default for RecordCounts {
    fn default() -> Self {
        Self { follows: 600, demands: 300, satisfactions: 200, contracts: 100, plans: 300 }
    }
}

impl RecordCounts {
    /// What commands call the kinds.
    pub const KINDS: [&str; 5] = ["follows", "demands", "satisfactions", "contracts", "plans"];

    /// So `many` of each of the `kinds`, and so `few` of each of the others.
    pub fn some(kinds: &[impl AsRef<str>], many: u32, few: u32) -> Self {
        let [follows, demands, satisfactions, contracts, plans] =
            Self::KINDS.map(|kind| if kinds.iter().any(|it| it.as_ref() == kind) { many } else { few });
        Self { follows, demands, satisfactions, contracts, plans }
    }
}

impl Loader<'_> {
    /// All records, in bulk.
    pub(super) async fn records(
        &self,
        random: &mut Rng,
        people: &People<'_>,
        counts: RecordCounts,
    ) -> Result<()> {
        let RecordCounts { follows, demands, satisfactions, contracts, plans } = counts;
        self.records_of(follows, |id| follow(random, people, id, follows)).await?;
        self.records_of(demands, |id| demand(random, people, id, demands)).await?;
        self.records_of(satisfactions, |id| satisfaction(random, people, id, satisfactions)).await?;
        self.records_of(contracts, |id| contract(random, people, id, contracts)).await?;
        self.records_of(plans, |id| plan(random, people, id, plans)).await
    }

    /// So many records of one kind.
    async fn records_of<T: Entity>(&self, count: u32, mut make: impl FnMut(u32) -> T) -> Result<()> {
        self.store.next_ids(T::KIND, count).await?;
        let record = |id| {
            let record = make(id);
            let mut write = entered(&record);
            write.create(id, &record)?;
            Ok(write)
        };
        self.bulk((1..=count).map(record), count * ITEMS).await
    }
}

/// About how many items a record is, with its entries.
const ITEMS: u32 = 20;

const GAINS: [&str; 6] = [
    "",
    "达成初步合作意向",
    "客户希望下周看演示",
    "对报价有疑问，需要重新核算",
    "确认了验收时间",
    "客户对目前的服务比较满意，愿意介绍其他单位",
];
const DEMANDS: [&str; 6] = [
    "需求优化",
    "希望增加报表导出功能",
    "首页需要展示本周拜访数量",
    "日报",
    "要求支持多个单位合并统计，并且能够按月份对比",
    "消息提醒改为短信",
];

/// The follow-up `id` of `count`.
fn follow(random: &mut Rng, people: &People, id: u32, count: u32) -> Follow {
    let (activity, organization) = people.activity(random, id, count);
    let follow = Follow {
        activity,
        organization,
        event: *random.choice(&[1, 2, 2, 2, 3, 3, 3, 4, 5]).unwrap_or(&1),
        gain: text(random, &GAINS),
        attach: picture(random, id),
        note: text(random, &NOTES),
    };
    if id != 7 || !people.are_known() {
        return follow;
    }
    let activity = Activity { customer: 227, followers: vec![8], operator: 22, ..follow.activity };
    Follow { activity, organization: None, event: 2, gain: None, attach: None, note: None }
}

/// The change of demand `id` of `count`.
fn demand(random: &mut Rng, people: &People, id: u32, count: u32) -> Demand {
    let (activity, organization) = people.activity(random, id, count);
    let demand = Demand {
        activity,
        organization,
        content: choose(random, &DEMANDS),
        attach: picture(random, id),
        note: text(random, &NOTES),
    };
    if id != 7 || !people.are_known() {
        return demand;
    }
    Demand {
        activity: Activity { customer: 236, operator: 22, ..demand.activity },
        organization: None,
        content: "需求优化".to_owned(),
        attach: Some("http://data.eartip.cn/static/upload/cover/cover_1627024247758.png".to_owned()),
        note: Some("测试序曲".to_owned()),
    }
}

/// The satisfaction `id` of `count`.
fn satisfaction(random: &mut Rng, people: &People, id: u32, count: u32) -> Satisfaction {
    let (activity, _) = people.activity(random, id, count);
    let note = text(random, &NOTES);
    let satisfaction = Satisfaction { activity, value: random.i8(-3..=10), attach: None, note };
    if id != 1 || !people.are_known() {
        return satisfaction;
    }
    let activity = Activity { customer: 1, operator: 2, ..satisfaction.activity };
    Satisfaction { activity, value: 4, attach: None, note: None }
}

/// The contract `id` of `count`.
fn contract(random: &mut Rng, people: &People, id: u32, count: u32) -> Contract {
    let created = people.created(random, id, count);
    let amount = Money(random.i64(5..=600) * 200_000);
    let signed = (random.f64() < 0.9).then(|| Time(created.0 - random.u32(0..10) * DAY));
    let signed = signed.map(|Time(at)| Time(at - at % DAY));
    let paid = signed.filter(|_| random.f64() < 0.6);
    let creator = people.somebody(random);
    let contract = Contract {
        organization: random.u32(1..=people.organizations),
        name: format!("{}合同", choose(random, &["软件开发", "技术服务", "年度维护", "设备采购", "推广"])),
        code: format!("HT-{id:05}"),
        amount: Some(amount),
        signed,
        followers: people.some_employees(random),
        status: 0,
        aging_start: signed,
        aging_end: signed.map(|Time(at)| Time(at + 365 * DAY)),
        remit_amount: paid.map(|_| Money(amount.0 / 2)),
        remitted: paid.map(|Time(at)| Time(at + random.u32(1..20) * DAY)),
        note: text(random, &NOTES),
        creator,
        editor: creator,
        created,
        updated: created,
        edition: 1,
    };
    if id != 1 || !people.are_known() {
        return contract;
    }
    Contract {
        organization: 1,
        name: "天下第r合同".to_owned(),
        code: "code".to_owned(),
        amount: Some(Money(120_000_000)),
        followers: vec![1, 2],
        aging_start: None,
        aging_end: None,
        remit_amount: Some(Money(100_000)),
        note: None,
        creator: 1,
        editor: 1,
        ..contract
    }
}

fn picture(random: &mut Rng, id: u32) -> Option<String> {
    let url = || {
        format!("http://data.eartip.cn/static/upload/cover/cover_{}.png", 1_627_024_247_000 + u64::from(id))
    };
    (random.f64() < 0.3).then(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What statistics are shown for: there is more each year, and one who is ahead of all others.
    #[test]
    fn there_are_a_trend_and_a_leader() {
        let now = Time(1_627_819_200);
        let people =
            People { customers: &[None; 250], seconds_between: DAY, organizations: 86, employees: 40, now };
        let mut random = Rng::with_seed(crate::SEED);
        let follows: Vec<_> = (1..=600).map(|id| follow(&mut random, &people, id, 600)).collect();
        let last_year = follows.iter().filter(|it| it.activity.created.0 > now.0 - 365 * DAY).count();
        assert!((380..=420).contains(&last_year), "{last_year} of 600");
        let of = |id| follows.iter().filter(|it| it.activity.followers.contains(&id)).count();
        let others = (1..=40).filter(|id| *id != 6).map(of).max();
        assert!(of(6) * 2 > others.unwrap_or(0) * 3, "{} and {others:?}", of(6));
    }
}
