//! `/api/stats/sign`.

use super::company::{Company, asked, cases, contract, moment, name, time};
use fastrand::Rng;
use serde_json::{Value, json};
use shared::model::{Contract, RelatedIds};
use shared::money::{Money, shown};
use shared::store::Meter;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test]
async fn contracts_are_added_up_as_in_the_interface_list() {
    let company = Company::start().await;
    company.organizations(1).await;
    for (organization, amount, signed) in [
        (83, Some("100000"), Some("2021-07-26 09:31:33")),
        (84, Some("100000.00"), Some("2021-07-26 09:28:31")),
        (1, Some("1200000"), Some("2021-07-21")),
        (1, None, Some("2021-07-22")),
        (2, Some("5"), None),
        (3, Some("5"), Some("2021-08-01")),
    ] {
        company.create(&contract(organization, amount, signed.map(time))).await;
    }
    let expected = json!([
        { "organization_id": 83, "organization": "", "sign_amount": "100000.00", "sign_count": 1, "min_sign_time": "2021-07-26 09:31:33" },
        { "organization_id": 84, "organization": "", "sign_amount": "100000.00", "sign_count": 1, "min_sign_time": "2021-07-26 09:28:31" },
        { "organization_id": 1, "organization": "单位1", "sign_amount": "1200000.00", "sign_count": 2, "min_sign_time": "2021-07-21 00:00:00" },
    ]);
    for ids in ["", "&organization_ids=[1,2,83,84]", "&organization_ids="] {
        let query = format!("/api/stats/sign?start_time=2021-07-01&end_time=2021-07-31{ids}");
        let answer = company.staff.get(&query).await;
        assert_eq!(answer.ok(), &expected, "{ids}");
        assert_eq!(answer.page(), (3, 1, 20));
    }
    let one = company.staff.get("/api/stats/sign?organization_ids=84").await;
    assert_eq!((one.ok().as_array().map(Vec::len), one.page().0), (Some(1), 1), "the last week");
    for query in ["start_time=2021-08-01&end_time=2021-07-01", "start_time=x"] {
        company.staff.get(&format!("/api/stats/sign?{query}")).await.refused_field("start_time");
    }
    company.staff.get("/api/stats/sign?organization_ids=0").await.refused_field("organization_ids");
    let unknown = company.staff.get("/api/stats/sign?order=organization_id").await;
    unknown.refused_field("order");
}

#[tokio::test]
async fn amounts_of_ten_to_the_thirteenth_and_of_hundredths_are_added_up_exactly() {
    let company = Company::start().await;
    for amount in ["10000000000000", "10000000000000", "0.1", "0.2", "9999999999999.99"] {
        company.create(&contract(1, Some(amount), Some(time("2021-07-26")))).await;
    }
    for ids in ["", "&organization_ids=1"] {
        let query = format!("/api/stats/sign?start_time=2021-07-26&end_time=2021-07-30{ids}");
        assert_eq!(company.staff.get(&query).await.ok()[0]["sign_amount"], "30000000000000.29");
    }
}

/// What a look at every contract adds up to.
fn brute_force(
    contracts: &[(u32, Contract)],
    ids: Option<&[u32]>,
    (from, to): (u32, u32),
    order: &str,
    named: u32,
) -> Vec<Value> {
    let mut groups: BTreeMap<u32, (i128, u64, u32)> = BTreeMap::new();
    for (_, contract) in contracts {
        let Some(signed) = contract.signed.filter(|signed| (from..=to).contains(&signed.0)) else { continue };
        if ids.is_some_and(|ids| !ids.contains(&contract.organization)) {
            continue;
        }
        let (sum, count, first) = groups.entry(contract.organization).or_insert((0, 0, u32::MAX));
        *sum += contract.amount.map_or(0, |Money(hundredths)| i128::from(hundredths));
        *count += 1;
        *first = (*first).min(signed.0);
    }
    let mut rows: Vec<_> = groups.into_iter().collect();
    rows.sort_by_key(|(organization, (sum, count, first))| {
        let highest = match order {
            "sign_amount" => *sum,
            "sign_count" => i128::from(*count),
            _ => i128::from(*first),
        };
        (Reverse(highest), *organization)
    });
    let row = |(organization, (sum, count, first)): (u32, (i128, u64, u32))| {
        let first = shared::time::Time(first).to_string();
        json!({
            "organization_id": organization, "organization": name(Some(organization), named), "sign_amount": shown(sum), "sign_count": count, "min_sign_time": first,
        })
    };
    rows.into_iter().map(row).collect()
}

#[tokio::test]
async fn any_window_organizations_and_page_is_that_of_a_look_at_every_contract_after_every_change() {
    for seed in 0..cases(12) {
        let mut random = Rng::with_seed(seed);
        let company = Company::start().await;
        let organizations = [3, 12, 30][random.usize(0..3)];
        company.organizations(organizations / 2).await;
        let mut contracts: Vec<(u32, Contract)> = Vec::new();
        for _ in 0..100 {
            // Small ones are the same more often.
            let amount = if random.bool() { random.u64(0..10_000_000_000) } else { random.u64(0..3) };
            let amount = random.bool().then(|| format!("{}.{:02}", amount / 100, amount % 100));
            let signed = (random.f64() < 0.9).then(|| moment(&mut random));
            let new = contract(random.u32(1..=organizations), amount.as_deref(), signed);
            match random.u32(0..10) {
                0..=2 if !contracts.is_empty() => {
                    let (id, old) = random.choice(contracts.iter_mut()).unwrap();
                    company.change(*id, Some(&new)).await;
                    *old = new;
                }
                3 if !contracts.is_empty() => {
                    // The earliest of all is the one whose loss is seen.
                    contracts.sort_by_key(|(_, contract)| contract.signed);
                    let (id, _) = contracts.remove(0);
                    company.change::<Contract>(id, None).await;
                }
                _ => {
                    let id = company.create(&new).await;
                    contracts.push((id, new));
                }
            }
            for _ in 0..2 {
                compare(&company, &mut random, organizations, &contracts, seed).await;
            }
        }
        company.stack.verify_records().await;
    }
}

async fn compare(
    company: &Company,
    random: &mut Rng,
    organizations: u32,
    contracts: &[(u32, Contract)],
    seed: u64,
) {
    let (from, to, page, count, query) = asked(random);
    let chosen: Vec<u32> = (1..=organizations + 1).filter(|_| random.f64() < 0.5).collect();
    let ids = Some(chosen).filter(|ids| random.bool() && !ids.is_empty());
    let order = ["", "min_sign_time", "sign_amount", "sign_count"][random.usize(0..4)];
    let expected = brute_force(contracts, ids.as_deref(), (from.0, to.0), order, organizations / 2);
    let chosen = ids.map(|ids| format!("&organization_ids={}", json!(ids))).unwrap_or_default();
    let uri = format!("/api/stats/sign?{query}{chosen}&order={order}");
    let answer = company.staff.get(&uri).await;
    let skip = ((page - 1) * count) as usize;
    let rows: Vec<_> = expected.iter().skip(skip).take(count as usize).cloned().collect();
    assert_eq!(answer.ok(), &json!(rows), "{seed}: {uri}");
    assert_eq!(answer.page(), (expected.len() as u64, page, count), "{seed}: {uri}");
}

#[tokio::test]
async fn twenty_names_of_a_chart_are_a_read_unit_and_a_round_trip() {
    let company = Company::start().await;
    company.organizations(100).await;
    for organization in 1..=100 {
        company.create(&contract(organization, Some("1"), Some(time("2021-07-26 09:00:00")))).await;
    }
    let store = &company.stack.app.store;
    for ids in [1..=20, 41..=60, 1..=100] {
        let meter = Meter::default();
        let organization_names: BTreeSet<u32> = ids.collect();
        let names = f64::from(u32::try_from(organization_names.len()).unwrap());
        let related = RelatedIds { organization_names, ..RelatedIds::default() };
        related.names(&store.metered(meter.clone())).await.unwrap();
        let cost = meter.cost();
        assert!(cost.rcu <= names / 20.0 && cost.depth == 1, "{cost:?}");
    }
    let ids: Vec<u32> = (1..=20).collect();
    let query = format!("start_time=2021-07-26&organization_ids={}", json!(ids));
    // The first request is that of a caller who is not known yet.
    for (order, depth) in [("min_sign_time", 3), ("sign_amount", 2), ("sign_count", 2)] {
        let chart = company.staff.get(&format!("/api/stats/sign?order={order}&{query}")).await;
        let names: Vec<_> =
            chart.ok().as_array().unwrap().iter().map(|row| row["organization"].clone()).collect();
        assert_eq!(json!(names), json!((1..=20).map(|id| format!("单位{id}")).collect::<Vec<_>>()));
        assert_eq!(chart.cost().depth, depth);
    }
    // Of 200 calls that are made at once, most wait for a place; none waits for what another answers.
    let ids: Vec<u32> = (1..=100).collect();
    let uri = format!("/api/stats/sign?start_time=2021-07-26&organization_ids={}", json!(ids));
    assert_eq!(company.staff.get(&uri).await.cost().depth, 2);
}
