//! `/api/contract/contract` and `/api/contract/delcontract`.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::{Area, Contract};
use shared::store::{Order, Total, Window};
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Answer, Company};

const PATH: &str = "/api/contract/contract";
/// What the interface list shows.
const SAMPLE: &str = r#"{"id": 1,"organization_id": 1,"name": "天下第r合同","code": "code","amount": "1200000.00","sign_time": "2021-08-01 00:00:00","follower": [{"nickName": "admin","realName": "admin","phoneNumber": "18888888888"},{"nickName": "小耳尖","realName": "小耳尖","phoneNumber": "15331761337"}],"status": 0,"aging_start_time": null,"aging_end_time": null,"remit_amount": "1000.00","remit_time": "2021-08-01 00:00:00","createTime": "2021-07-21 11:27:05","updateTime": "2021-07-21 11:27:05","note": null,"editor": {"nickName": "admin","realName": "admin","phoneNumber": "18888888888"},"creator": {"nickName": "admin","realName": "admin","phoneNumber": "18888888888"}}"#;
/// The example of the interface list, as it is printed there.
const EXAMPLE: &str = r#"{"organization_id": 1,"name": "天下第一合同","code": "code","amount": 12,"sign_time": "2021-08-01 00:00:00","remit_amount": 1000,"remit_time": "2021-08-01 00:00:00","creator_id": 1,"follower_id": [1,2],"editor_id": 1}"#;

fn example() -> Value {
    serde_json::from_str(EXAMPLE).unwrap()
}

fn of(organization: u32) -> Value {
    json!({ "organization_id": organization, "name": "合同" })
}

async fn create(company: &Company, body: Value) -> u64 {
    company.client.post(PATH, body).await.ok()["id"].as_u64().unwrap()
}

async fn get(company: &Company, query: &str) -> Answer {
    company.client.get(&format!("{PATH}?{query}")).await
}

/// What statistics will see of an organization.
async fn signed(company: &Company, organization: u32) -> Total {
    company.stack.app.store.total(&[Contract::signed_by(organization)], Window::ALL).await.unwrap()
}

#[tokio::test]
async fn the_interface_lists_example_is_accepted_and_shown_with_the_keys_and_types_of_its_sample() {
    let company = Company::start(contract::FUNCTION).await;
    let headers = [("content-type", "application/json")];
    let answer = company.client.send(Method::POST, PATH, &headers, EXAMPLE).await;
    assert_eq!(answer.body, json!({ "status": 0, "msg": "操作成功", "data": { "id": 1 } }));
    let shown = get(&company, "").await;
    let people = ["follower_id", "follower.user_id", "editor.user_id", "creator.user_id"];
    shown.rows_are_like(SAMPLE, &[&people[..], &["version", "organization"]].concat());
    assert_eq!(shown.page(), (1, 1, 20));
    let row = &shown.ok()[0];
    assert_eq!((&row["amount"], &row["remit_amount"]), (&json!("12.00"), &json!("1000.00")));
    assert_eq!((&row["creator"]["user_id"], &row["status"]), (&json!(1), &json!(0)));
    assert_eq!((&row["organization"], &row["follower_id"]), (&json!("云南耳尖"), &json!([1, 2])));
    // What is optional is null, and the session's employee is who did it.
    create(&company, of(2)).await;
    let row = get(&company, "contract_id=2").await.ok()[0].clone();
    for key in
        ["amount", "sign_time", "remit_amount", "remit_time", "aging_start_time", "aging_end_time", "note"]
    {
        assert_eq!(row[key], json!(null), "{key}");
    }
    assert_eq!((&row["code"], &row["follower"]), (&json!(""), &json!([])));
    assert_eq!((&row["creator"]["user_id"], &row["editor"]["user_id"]), (&json!(2), &json!(2)));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn money_is_kept_to_the_hundredth_and_rounded_beyond() {
    let company = Company::start(contract::FUNCTION).await;
    let mut sum = 0;
    for (sent, shown) in [
        ("0.1", "0.10"),
        ("0.2", "0.20"),
        ("1200000.00", "1200000.00"),
        ("10000000000000", "10000000000000.00"),
        ("9999999999999.99", "9999999999999.99"),
        ("123456789012.345", "123456789012.35"),
        ("0", "0.00"),
    ] {
        for quote in ["", "\""] {
            let body = format!(
                r#"{{"organization_id":1,"name":"x","sign_time":"2021-01-01","amount":{quote}{sent}{quote},"remit_amount":{quote}{sent}{quote}}}"#
            );
            let answer = company.client.send(Method::POST, PATH, &[], body).await;
            let id = answer.ok()["id"].as_u64().unwrap();
            let row = get(&company, &format!("contract_id={id}")).await.ok()[0].clone();
            assert_eq!(
                (&row["amount"], &row["remit_amount"]),
                (&json!(shown), &json!(shown)),
                "{quote}{sent}"
            );
            sum += shown.replace('.', "").parse::<i128>().unwrap();
            assert_eq!(signed(&company, 1).await.sum, sum);
        }
    }
    for wrong in
        [json!(-1), json!("-0.01"), json!("NaN"), json!(10_000_000_000_000.01), json!("1e3"), json!(true)]
    {
        for field in ["amount", "remit_amount"] {
            let mut body = of(1);
            body[field] = wrong.clone();
            company.client.post(PATH, body).await.refused_field(field);
        }
    }
    company.client.post(PATH, json!({ "contract_id": 1, "amount": null })).await.ok();
    assert_eq!(get(&company, "contract_id=1").await.ok()[0]["amount"], json!(null));
    assert_eq!(signed(&company, 1).await.sum, sum - 10);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn a_wrong_parameter_is_named_and_nothing_is_written() {
    let company = Company::start(contract::FUNCTION).await;
    create(&company, example()).await;
    company.delete_organization(3).await;
    let before = company.stack.dump().await;
    for field in ["organization_id", "name"] {
        let mut body = example();
        body.as_object_mut().unwrap().remove(field);
        company.client.post(PATH, body).await.refused_field(field);
        company.client.post(PATH, json!({ "contract_id": 1, field: "" })).await.refused_field(field);
    }
    for (field, value) in [
        ("organization_id", json!(99)),
        ("organization_id", json!(3)),
        ("name", json!("长".repeat(65))),
        ("code", json!([1])),
        ("follower_id", json!([1, 99])),
        ("creator_id", json!(99)),
        ("editor_id", json!(99)),
        ("sign_time", json!("2021-02-30")),
        ("remit_time", json!(1)),
        ("aging_start_time", json!("x")),
        ("aging_end_time", json!("1969-01-01")),
        ("status", json!("x")),
        ("note", json!("长".repeat(4001))),
        ("contract_id", json!(0)),
    ] {
        let mut body = example();
        body[field] = value;
        company.client.post(PATH, body).await.refused_field(field);
    }
    let missing = company.client.post(PATH, json!({ "contract_id": 9, "name": "x" })).await;
    missing.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn an_edit_moves_the_contract_and_its_amount_and_never_changes_who_created_it() {
    let company = Company::start(contract::FUNCTION).await;
    create(&company, example()).await;
    assert_eq!(signed(&company, 1).await, Total { count: 1, sum: 1200 });
    company.stack.advance(60);
    let edit = json!({
        "contract_id": 1, "organization_id": 2, "amount": "20.50", "creator_id": 3, "status": 5,
        "aging_start_time": "2021-08-01", "aging_end_time": "2022-08-01", "version": 1,
    });
    let edited = company.client.post(PATH, edit.clone()).await;
    assert_eq!(edited.body, json!({ "status": 0, "msg": "操作成功", "data": { "id": 1, "version": 2 } }));
    let row = get(&company, "contract_id=1").await.ok()[0].clone();
    assert_eq!((&row["creator"]["user_id"], &row["editor"]["user_id"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&row["name"], &row["status"], &row["version"]),
        (&json!("天下第一合同"), &json!(5), &json!(2))
    );
    assert_eq!(row["createTime"], "2021-08-01 12:00:00");
    assert_eq!(row["updateTime"], "2021-08-01 12:01:00");
    assert_eq!(row["aging_end_time"], "2022-08-01 00:00:00");
    assert_eq!(get(&company, "organization_ids=1").await.page().0, 0);
    assert_eq!(get(&company, "organization_ids=2").await.ids(), [1]);
    assert_eq!((signed(&company, 1).await.count, signed(&company, 2).await.sum), (0, 2050));
    // One that is not signed is in no statistic.
    company.client.post(PATH, json!({ "contract_id": 1, "sign_time": null })).await.ok();
    // A form sends what is there again, be it hidden meanwhile, and `creator_id` means nothing then.
    company.delete_organization(2).await;
    let form = json!({ "contract_id": 1, "organization_id": 2, "creator_id": 99, "sign_time": null });
    company.client.post(PATH, form).await.ok();
    assert_eq!(signed(&company, 2).await, Total::default());
    let old = company.client.post(PATH, edit).await;
    old.refused(StatusCode::CONFLICT, "version_out_of_date");
    let race =
        (0..8).map(|n| company.client.post(PATH, json!({ "contract_id": 1, "note": n, "version": 4 })));
    let race = join_all(race).await;
    assert_eq!(race.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(race.iter().filter(|answer| answer.status == 409).count(), 7);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn the_default_window_is_a_calendar_year_by_the_time_of_entry_and_an_edit_does_not_move_it() {
    let company = Company::start(contract::FUNCTION).await;
    create(&company, of(1)).await;
    company.stack.advance(365 * 24 * 60 * 60);
    create(&company, of(1)).await;
    assert_eq!(get(&company, "").await.ids(), [2, 1]);
    company.stack.advance(1);
    company.client.post(PATH, json!({ "contract_id": 1, "note": "x" })).await.ok();
    assert_eq!(get(&company, "").await.ids(), [2]);
    assert_eq!(get(&company, "start_time=2021-08-01&end_time=2021-08-01").await.ids(), [1]);
    assert_eq!(get(&company, "contract_id=1&start_time=2022-08-01").await.ids(), [1]);
    // A window that begins in the future is a week long.
    assert_eq!(get(&company, "start_time=2023-01-01").await.ids(), [0; 0]);
    get(&company, "start_time=2023-01-01&end_time=2022-12-31").await.refused_field("start_time");
}

#[tokio::test]
async fn a_deleted_contract_is_gone_from_every_list_and_statistic() {
    let company = Company::start(contract::FUNCTION).await;
    for _ in 0..3 {
        create(&company, example()).await;
    }
    let path = "/api/contract/delcontract";
    let refused = company.client.get(&format!("{path}?contract_id=1")).await;
    refused.refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let by_post = company.client.post(path, json!({ "contract_id": 1 })).await;
    assert_eq!(by_post.body, json!({ "status": 0, "msg": "删除成功" }));
    company.client.send(Method::DELETE, &format!("{path}?contract_id=2"), &[], "").await.ok();
    let again = company.client.send(Method::DELETE, &format!("{path}?contract_id=2"), &[], "").await;
    again.refused(StatusCode::NOT_FOUND, "not_found");
    for query in ["", "organization_ids=1", "organization_ids=[1,2]"] {
        let left = get(&company, query).await;
        assert_eq!((left.ids(), left.page().0), (vec![3], 1), "{query}");
    }
    assert_eq!(get(&company, "contract_id=1").await.page().0, 0);
    assert_eq!(signed(&company, 1).await, Total { count: 1, sum: 1200 });
    let store = &company.stack.app.store;
    let first = store.first(&[Contract::signed_by(1)], Window::ALL, Order::Ascending).await.unwrap();
    assert_eq!(first.map(|entry| entry.point.id), Some(3));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn twenty_repeats_of_each_write_at_once_do_it_once_also_when_answers_were_lost() {
    let company = Company::start(contract::FUNCTION).await;
    let lost =
        |seen: SeenCall<'_>| match seen.operation == "TransactWriteItems" && seen.transactions_before < 20 {
            true => Fault::LostAnswer,
            false => Fault::Pass,
        };
    let store = company.stack.over(client(&company.stack.endpoint, Hold::default(), lost));
    let impatient = company.over(store.busy_limit(Duration::ZERO)).with("idempotency-key", "lost");
    join_all((0..20).map(|_| impatient.post(PATH, example()))).await;
    let id = impatient.post(PATH, example()).await.ok()["id"].clone();
    assert_eq!(get(&company, "").await.page().0, 1);
    for (key, path, body) in [
        ("create", PATH, example()),
        ("edit", PATH, json!({ "contract_id": id, "name": "x" })),
        ("delete", "/api/contract/delcontract", json!({ "contract_id": id })),
    ] {
        let repeated = company.client.with("idempotency-key", key);
        let answers = join_all((0..20).map(|_| repeated.post(path, body.clone()))).await;
        for answer in &answers {
            answer.ok();
            assert_eq!(answer.body, answers[0].body);
        }
    }
    assert_eq!(get(&company, "").await.page().0, 1);
    company.stack.verify_records().await;
}

#[tokio::test]
async fn after_writers_worked_at_once_every_choice_of_organizations_and_page_is_that_of_a_plain_vector() {
    let company = Company::start(contract::FUNCTION).await;
    let hold = Hold::new(Duration::from_millis(2));
    let meeting = company.over(company.stack.over(client(&company.stack.endpoint, hold, |_| Fault::Pass)));
    let mut random = fastrand::Rng::with_seed(7);
    let mut all: Vec<(u64, u32, i64)> = Vec::new();
    for _ in 0..12 {
        let new: Vec<_> = (0..4).map(|_| (random.u32(1..=3), random.i64(0..100_000))).collect();
        let edited = all.pop().map(|(id, ..)| (id, random.u32(1..=3), random.i64(0..100_000)));
        let deleted = if all.len() > 5 { Some(all.swap_remove(random.usize(0..all.len()))) } else { None };
        let body = |organization: u32, amount: i64| json!({ "organization_id": organization, "name": "合同", "amount": amount, "sign_time": "2021-08-01" });
        let create = join_all(
            new.iter().map(|(organization, amount)| meeting.post(PATH, body(*organization, *amount))),
        );
        let edit = join_all(edited.iter().map(|(id, organization, amount)| {
            let mut body = body(*organization, *amount);
            body["contract_id"] = json!(id);
            meeting.post(PATH, body)
        }));
        let delete = join_all(
            deleted
                .iter()
                .map(|(id, ..)| meeting.post("/api/contract/delcontract", json!({ "contract_id": id }))),
        );
        let (created, edits, deletes) = futures_util::future::join3(create, edit, delete).await;
        for answer in edits.iter().chain(&deletes) {
            answer.ok();
        }
        let ids = created.iter().map(|answer| answer.ok()["id"].as_u64().unwrap());
        all.extend(new.iter().zip(ids).map(|((organization, amount), id)| (id, *organization, *amount)));
        all.extend(edited);
        // The time of entry grows with the ids, but for those of one second, which the ids order.
        company.stack.advance(random.i64(0..40));
        for organizations in [vec![], vec![1], vec![2, 3], vec![1, 2, 3], vec![3, 9]] {
            let mut expected: Vec<_> = all
                .iter()
                .filter(|(_, organization, _)| {
                    organizations.is_empty() || organizations.contains(organization)
                })
                .map(|(id, ..)| *id)
                .collect();
            expected.sort_unstable_by(|a, b| b.cmp(a));
            let (page, count) = (random.usize(1..=3), random.usize(1..=8));
            let answer = get(
                &company,
                &format!("organization_ids={organizations:?}&page={page}&count={count}").replace(' ', ""),
            )
            .await;
            assert_eq!(answer.page().0, expected.len() as u64);
            let expected: Vec<_> = expected.into_iter().skip((page - 1) * count).take(count).collect();
            assert_eq!(answer.ids(), expected);
        }
        company.stack.verify_records().await;
        for organization in 1..=3 {
            let mine: Vec<_> = all.iter().filter(|(_, of, _)| *of == organization).collect();
            let sum = mine.iter().map(|(.., amount)| i128::from(*amount) * 100).sum();
            assert_eq!(signed(&company, organization).await, Total { count: mine.len() as u64, sum });
        }
    }
    company.stack.verify_records().await;
}

#[tokio::test]
async fn an_area_that_a_menu_claims_is_closed_to_whoever_does_not_have_it() {
    let company = Company::start(contract::FUNCTION).await;
    company.claim(Area::Contract).await;
    let admin = company.stack.client(contract::FUNCTION).with("session", &company.stack.session(1).await);
    for path in [PATH, "/api/contract/delcontract"] {
        company.client.post(path, json!({})).await.refused(StatusCode::FORBIDDEN, "forbidden");
        admin.post(path, json!({})).await.refused(StatusCode::BAD_REQUEST, "invalid_parameter");
    }
}
