//! `/api/stats/demand`.

use super::company::{Company, asked, cases, demand, moment, name, time};
use fastrand::Rng;
use serde_json::{Value, json};
use shared::model::Demand;
use std::cmp::Reverse;
use std::collections::BTreeMap;

const PATH: &str = "/api/stats/demand";

#[tokio::test]
async fn demands_are_counted_in_the_odd_shape_of_the_interface_list_and_those_of_nobody_only_when_asked_for()
{
    let company = Company::start().await;
    for (organization, times, at) in [
        (Some(1), 3, "2021-07-16 14:00:00"),
        (Some(2), 1, "2021-07-16 14:00:00"),
        (Some(4), 1, "2021-07-17"),
        (Some(5), 1, "2021-06-30 23:59:59"),
        (None, 1, "2021-07-23 09:13:55"),
    ] {
        for n in 0..times {
            company.create(&demand(organization, shared::time::Time(time(at).0 + n))).await;
        }
    }
    let row = |organization: Value, count: u64, at: &str| json!({ "organization_id": organization, "organization": "", "demand_count": count, "m_recordTime": at });
    let named = vec![
        row(json!(1), 3, "2021-07-16 14:00:00"),
        row(json!(2), 1, "2021-07-16 14:00:00"),
        row(json!(4), 1, "2021-07-17 00:00:00"),
    ];
    let mut all = named.clone();
    all.push(row(json!(null), 1, "2021-07-23 09:13:55"));
    let window = "start_time=2021-07-01&end_time=2021-07-31";
    for (ids, rows) in
        [("[1,2,4,5]", &named), ("[5,4,2,1,null]", &all), ("0,1,2,4", &all), ("%5B1,2,4,0%5D", &all)]
    {
        let answer = company.staff.get(&format!("{PATH}?organization_ids={ids}&{window}")).await;
        let info = json!({ "total": rows.len(), "page": 1, "count": 20 });
        assert_eq!(answer.body, json!({ "status": 0, "data": [rows, info], "page_info": info }), "{ids}");
    }
    let none = company.staff.get(&format!("{PATH}?organization_ids=9&{window}")).await;
    assert_eq!(none.ok(), &json!([[], { "total": 0, "page": 1, "count": 20 }]));
    for query in ["", "organization_ids=", "organization_ids=x", "organization_ids=-1"] {
        company.staff.get(&format!("{PATH}?{query}")).await.refused_field("organization_ids");
    }
}

#[tokio::test]
async fn any_window_organizations_and_page_is_that_of_a_look_at_every_demand_after_edits_and_deletes() {
    for seed in 0..cases(8) {
        let mut random = Rng::with_seed(seed);
        let company = Company::start().await;
        company.organizations(3).await;
        for _ in 0..30 {
            for _ in 0..3 {
                let new = demand(Some(random.u32(0..5)).filter(|id| *id > 0), moment(&mut random));
                let there = company.all::<Demand>().await;
                match random.u32(0..10) {
                    kind @ 0..=3 if !there.is_empty() => {
                        let earliest = there.iter().min_by_key(|(_, demand)| demand.activity.at).unwrap().0;
                        company.change(earliest, (kind < 2).then_some(&new)).await;
                    }
                    _ => drop(company.create(&new).await),
                }
            }
            let demands = company.all::<Demand>().await;
            for _ in 0..4 {
                let (from, to, page, count, query) = asked(&mut random);
                let ids: Vec<u32> = (0..6).filter(|_| random.f64() < 0.6).collect();
                if ids.is_empty() {
                    continue;
                }
                let mut groups: BTreeMap<Option<u32>, (u64, u32)> = BTreeMap::new();
                for (_, demand) in &demands {
                    let at = demand.activity.at;
                    if (from..=to).contains(&at) && ids.contains(&demand.organization.unwrap_or(0)) {
                        let (count, first) = groups.entry(demand.organization).or_insert((0, u32::MAX));
                        (*count, *first) = (*count + 1, (*first).min(at.0));
                    }
                }
                let mut rows: Vec<_> = groups.into_iter().collect();
                rows.sort_by_key(|(id, (count, _))| (Reverse(*count), id.unwrap_or(u32::MAX)));
                let total = rows.len();
                let row = |(id, (count, first)): (Option<u32>, (u64, u32))| {
                    let first = shared::time::Time(first).to_string();
                    json!({ "organization_id": id, "organization": name(id, 3), "demand_count": count, "m_recordTime": first })
                };
                let skip = ((page - 1) * count) as usize;
                let rows: Vec<_> = rows.into_iter().skip(skip).take(count as usize).map(row).collect();
                let uri = format!("{PATH}?{query}&organization_ids={}", json!(ids));
                let answer = company.staff.get(&uri).await;
                let info = json!({ "total": total, "page": page, "count": count });
                assert_eq!(answer.ok(), &json!([rows, info]), "{seed}: {uri}");
                assert_eq!(answer.page(), (total as u64, page, count), "{seed}: {uri}");
            }
        }
        company.stack.verify_records().await;
    }
}
