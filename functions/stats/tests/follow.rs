//! `/api/stats/follow`.

use super::company::{Company, asked, cases, follow, moment, time};
use fastrand::Rng;
use serde_json::json;
use shared::model::Follow;
use shared::time::Time;

const PATH: &str = "/api/stats/follow";

#[tokio::test]
async fn follow_ups_are_counted_in_the_odd_shape_of_the_interface_list() {
    let company = Company::start().await;
    for at in ["2021-07-23 15:00:00", "2021-07-30", "2021-07-23 14:59:59"] {
        company.create(&follow(Some(1), time(at))).await;
    }
    company.create(&follow(Some(2), time("2021-07-23 15:00:00"))).await;
    company.create(&follow(None, time("2021-07-23 15:00:00"))).await;
    let window = "start_time=2021-07-23T15:00:00&end_time=2021-07-30";
    let answer = company.staff.get(&format!("{PATH}?organization_id=1&{window}")).await;
    let row = json!({ "organization_id": 1, "follow_count": 2, "min_sign_time": "2021-07-23 15:00:00" });
    let info = json!({ "total": 1, "page": 1, "count": 20 });
    assert_eq!(answer.body, json!({ "status": 0, "data": [[row], info] }));
    let beyond = company.staff.get(&format!("{PATH}?organization_id=1&{window}&page=2&count=7")).await;
    assert_eq!(beyond.ok(), &json!([[], { "total": 1, "page": 2, "count": 7 }]));
    for query in ["", "organization_id=0", "organization_id=[1,2]"] {
        company.staff.get(&format!("{PATH}?{query}")).await.refused_field("organization_id");
    }
}

#[tokio::test]
async fn any_window_is_that_of_a_look_at_every_follow_up_after_edits_and_deletes() {
    for seed in 0..cases(10) {
        let mut random = Rng::with_seed(seed);
        let company = Company::start().await;
        for _ in 0..60 {
            let new = follow(Some(random.u32(1..4)), moment(&mut random));
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
            let (from, to, _, _, query) = asked(&mut random);
            let id = random.u32(1..5);
            let times = follows
                .iter()
                .filter(|(_, follow)| follow.organization == Some(id))
                .map(|(_, follow)| follow.activity.at);
            let times: Vec<Time> = times.filter(|at| (from..=to).contains(at)).collect();
            let uri = format!("{PATH}?organization_id={id}&{query}");
            let answer = company.staff.get(&uri.replace("page=", "x=")).await;
            let expected = times.iter().min().map(|first| {
                json!({ "organization_id": id, "follow_count": times.len(), "min_sign_time": first.to_string() })
            });
            let rows: Vec<_> = expected.into_iter().collect();
            assert_eq!(
                (&answer.ok()[0], &answer.ok()[1]["total"]),
                (&json!(rows), &json!(rows.len())),
                "{uri}"
            );
        }
        company.stack.verify_records().await;
    }
}
