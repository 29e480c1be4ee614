//! `/api/stats/follow`.

use super::company::{Company, asked, cases, follow, moment, name, time};
use fastrand::Rng;
use serde_json::json;
use shared::model::Follow;
use shared::time::Time;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const PATH: &str = "/api/stats/follow";

#[tokio::test]
async fn follow_ups_are_counted_in_the_odd_shape_of_the_interface_list() {
    let company = Company::start().await;
    company.organizations(1).await;
    for at in ["2021-07-23 15:00:00", "2021-07-30", "2021-07-23 14:59:59"] {
        company.create(&follow(Some(1), time(at))).await;
    }
    company.create(&follow(Some(2), time("2021-07-23 15:00:00"))).await;
    company.create(&follow(None, time("2021-07-23 15:00:00"))).await;
    let window = "start_time=2021-07-23T15:00:00&end_time=2021-07-30";
    let answer = company.staff.get(&format!("{PATH}?organization_id=1&{window}")).await;
    let row = json!({ "organization_id": 1, "organization": "单位1", "follow_count": 2, "min_sign_time": "2021-07-23 15:00:00" });
    let info = json!({ "total": 1, "page": 1, "count": 20 });
    assert_eq!(answer.body, json!({ "status": 0, "data": [[row], info], "page_info": info }));
    let beyond = company.staff.get(&format!("{PATH}?organization_id=1&{window}&page=2&count=7")).await;
    assert_eq!(beyond.ok(), &json!([[], { "total": 1, "page": 2, "count": 7 }]));
    let refused = [
        "",
        "organization_id=0",
        "organization_id=[1,2]",
        "organization_ids=",
        "organization_ids=1&organization_id=x",
    ];
    for query in refused {
        company.staff.get(&format!("{PATH}?{query}")).await.refused_field("organization_id");
    }
    company
        .staff
        .get(&format!("{PATH}?organization_ids=x&organization_id=1"))
        .await
        .refused_field("organization_ids");
}

#[tokio::test]
async fn several_organizations_are_those_that_either_parameter_names_and_the_most_come_first() {
    let company = Company::start().await;
    company.organizations(3).await;
    for organization in [Some(3), Some(1), Some(3), Some(2), None, None, None] {
        company.create(&follow(organization, time("2021-07-23 15:00:00"))).await;
    }
    for (ids, expected) in [
        ("organization_ids=1,2,3", json!([3, 1, 2])),
        ("organization_ids=[2,null]&organization_id=3", json!([null, 3, 2])),
        ("organization_ids=3&organization_id=3", json!([3])),
        ("organization_ids=0,1,9", json!([null, 1])),
        ("organization_ids=[]", json!([])),
    ] {
        let answer = company.staff.get(&format!("{PATH}?{ids}&start_time=2021-07-01")).await;
        let rows = answer.ok()[0].as_array().unwrap();
        let found: Vec<_> = rows.iter().map(|row| row["organization_id"].clone()).collect();
        assert_eq!(json!(found), expected, "{ids}");
    }
}

#[tokio::test]
async fn any_window_is_that_of_a_look_at_every_follow_up_after_edits_and_deletes() {
    for seed in 0..cases(10) {
        let mut random = Rng::with_seed(seed);
        let company = Company::start().await;
        company.organizations(2).await;
        for _ in 0..60 {
            let new = follow(Some(random.u32(0..4)).filter(|id| *id > 0), moment(&mut random));
            let there = company.all::<Follow>().await;
            match random.u32(0..10) {
                kind @ 0..=3 if !there.is_empty() => {
                    let earliest = there.iter().min_by_key(|(_, follow)| follow.activity.at).unwrap().0;
                    company.change(earliest, (kind < 2).then_some(&new)).await;
                }
                _ => drop(company.create(&new).await),
            }
        }
        let follows = company.all::<Follow>().await;
        for _ in 0..60 {
            let (from, to, page, count, query) = asked(&mut random);
            let ids: BTreeSet<u32> = (0..5).filter(|_| random.bool()).collect();
            let mut groups: BTreeMap<Option<u32>, Vec<Time>> = BTreeMap::new();
            for (_, follow) in &follows {
                let at = follow.activity.at;
                if (from..=to).contains(&at) && ids.contains(&follow.organization.unwrap_or(0)) {
                    groups.entry(follow.organization).or_default().push(at);
                }
            }
            let mut groups: Vec<_> = groups.into_iter().collect();
            groups.sort_by_key(|(id, times)| (Reverse(times.len()), id.unwrap_or(u32::MAX)));
            let total = groups.len();
            let row = |(id, times): (Option<u32>, Vec<Time>)| {
                let first = times.iter().min().unwrap().to_string();
                json!({ "organization_id": id, "organization": name(id, 2), "follow_count": times.len(), "min_sign_time": first })
            };
            let skip = ((page - 1) * count) as usize;
            let rows: Vec<_> = groups.into_iter().skip(skip).take(count as usize).map(row).collect();
            // One organization may be named on its own.
            let chosen = match (ids.len(), ids.first()) {
                (1, Some(id)) if *id > 0 => format!("organization_id={id}"),
                _ => format!("organization_ids={}", json!(ids)),
            };
            let uri = format!("{PATH}?{query}&{chosen}");
            let answer = company.staff.get(&uri).await;
            let info = json!({ "total": total, "page": page, "count": count });
            assert_eq!(answer.ok(), &json!([rows, info]), "{uri}");
        }
        company.stack.verify_records().await;
    }
}
