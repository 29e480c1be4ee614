//! `/api/history/restore` and `/api/history/trash`.

use super::office::{DELETABLE, Deletable, Office};
use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::Area;
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Answer, Client};

/// Every list, total, page and statistic that a deletion or a restore concerns.
async fn everything(office: &Office) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for path in [
        "/api/record/follow?all=true",
        "/api/record/follow?all=true&customers_id=2",
        "/api/record/follow?all=true&user_id=3&event=2",
        "/api/record/follow?all=true&organization_id=1",
        "/api/record/demand?all=true&customers_id=all",
        "/api/record/demand?all=true&customers_id=3&user_id=3",
        "/api/feedback/satisfy?all=true&customers_id=all",
        "/api/feedback/satisfy?all=true&customers_id=2",
        "/api/contract/contract?all=true",
        "/api/contract/contract?all=true&time=sign&organization_ids=1&user_id=2&status=0&name=A1",
        "/api/user/menu?",
        "/api/user/usermenu?",
        "/api/stats/sign?all=true",
        "/api/stats/demand?all=true&organization_ids=[1,2]",
        "/api/stats/follow?all=true&organization_id=1",
        "/api/customers/overview?customers_id=2",
    ] {
        for page in ["", "&count=1&page=2"] {
            let uri = format!("{path}{page}");
            let mut body = office.get(&uri).await.body;
            if path.starts_with("/api/user/menu") {
                // The version of a menu is its revision, which a restore moves.
                body["data"]
                    .as_array_mut()
                    .unwrap()
                    .iter_mut()
                    .for_each(|menu| menu["version"] = Value::Null);
            }
            all.push((uri, body));
        }
    }
    all
}

#[track_caller]
fn same(now: &[(String, Value)], before: &[(String, Value)]) {
    for (now, before) in now.iter().zip(before) {
        assert_eq!(now, before);
    }
}

#[tokio::test]
async fn deleted_restored_edited_fifty_times_deleted_and_restored_all_is_as_before_the_deletion() {
    for it in &DELETABLE {
        let office = Office::open().await;
        let id = office.create(it).await;
        let before = everything(&office).await;
        for round in 0..2 {
            let before = everything(&office).await;
            office.delete(it, id).await;
            let without = everything(&office).await;
            assert_ne!(without, before);
            let trash = office.trash(it.kind).await;
            assert_eq!((trash.ids(), trash.page().0), (vec![id], 1), "{}", it.kind);
            office.company.stack.verify_records().await;
            office.restore(it.kind, id).await.ok();
            same(&everything(&office).await, &before);
            assert_eq!(office.trash(it.kind).await.page().0, 0);
            office.restore(it.kind, id).await.refused(StatusCode::CONFLICT, "not_deleted");
            office.company.stack.verify_records().await;
            for n in 0..50 * (1 - round) {
                office.edit(it, id, n).await;
            }
        }
        assert_eq!(office.history(it.kind, id).await.page().0, 55, "{}", it.kind);
        assert_ne!(everything(&office).await, before, "the edits");
        // It can be edited and deleted as any other.
        office.edit(it, id, 99).await;
        office.delete(it, id).await;
        assert_eq!(office.trash(it.kind).await.ids(), [id]);
        office.company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn the_trash_has_titles_newest_first_page_by_page() {
    let office = Office::open().await;
    let titles = ["赵丽萍 2021-07-31", "普翠 2021-07-31", "赵丽萍 2021-07-31", "第7次", "第7次"];
    for (it, title) in DELETABLE.iter().zip(titles) {
        let first = office.create(it).await;
        office.edit(it, first, 7).await;
        office.delete(it, first).await;
        office.company.stack.advance(5);
        office.delete(it, first + 1).await;
        let trash = office.trash(it.kind).await;
        assert_eq!((trash.ids(), trash.page()), (vec![first + 1, first], (2, 1, 20)), "{}", it.kind);
        let row = trash.ok()[1].clone();
        assert_eq!((&row["kind"], &row["title"]), (&json!(it.kind), &json!(title)));
        assert_eq!((&row["by"]["user_id"], &row["by"]["realName"]), (&json!(1), &json!("admin")));
        let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["by", "id", "kind", "time", "title"]);
        let second = office.get(&format!("/api/history/trash?kind={}&count=1&page=2", it.kind)).await;
        assert_eq!((second.ok(), second.page()), (&json!([row]), (2, 2, 1)));
        // What was restored is gone from it, and the other is still there.
        office.restore(it.kind, first + 1).await.ok();
        assert_eq!(office.trash(it.kind).await.ok(), &json!([row]));
    }
    for kind in ["user", "customers", "organization"] {
        assert_eq!(office.trash(kind).await.page().0, 0);
    }
    for query in ["", "kind=x", "kind="] {
        office.get(&format!("/api/history/trash?{query}")).await.refused_field("kind");
    }
    office.get("/api/history/trash?kind=menu&page=0").await.refused_field("page");
}

#[tokio::test]
async fn of_twenty_restores_at_once_one_succeeds_also_when_answers_are_lost() {
    for it in &DELETABLE {
        let office = Office::open().await;
        let id = office.create(it).await;
        if it.kind == "menu" {
            office.post("/api/user/usermenu", json!({ "user_id": 3, "menu": [id] })).await.ok();
        }
        let before = everything(&office).await;
        let endpoint = &office.company.stack.endpoint;
        for lost in [0, 3] {
            office.delete(it, id).await;
            // The first answers are lost: what was done is not done again.
            let fault = move |seen: SeenCall<'_>| match seen.operation == "TransactWriteItems" {
                true if seen.transactions_before < lost => Fault::LostAnswer,
                _ => Fault::Pass,
            };
            let store =
                office.company.stack.over(client(endpoint, Hold::new(Duration::from_millis(2)), fault));
            let admin = office.company.over(store).with("session", &office.admin);
            let body = json!({ "kind": it.kind, "id": id });
            let answers = join_all((0..20).map(|_| patient(&admin, &body))).await;
            let restored = answers.iter().filter(|answer| answer.status == 200).count();
            let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
            assert_eq!(restored, 1, "{} {lost} {statuses:?}", it.kind);
            for answer in answers.iter().filter(|answer| answer.status != 200) {
                answer.refused(StatusCode::CONFLICT, "not_deleted");
            }
            office.company.stack.verify_records().await;
        }
        if it.kind != "menu" {
            same(&everything(&office).await, &before);
        }
        assert_eq!(office.history(it.kind, id).await.page().0, 5, "{}", it.kind);
        // Repeated with its key it is answered as it was.
        office.delete(it, id).await;
        let repeated = office.client("/api/history/restore", &office.admin).with("idempotency-key", "once");
        let body = json!({ "kind": it.kind, "id": id });
        let answers = join_all((0..5).map(|_| repeated.post("/api/history/restore", body.clone()))).await;
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (200, &answers[0].body));
        }
        office.company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn what_it_refers_to_may_be_hidden_but_has_to_be_there() {
    let office = Office::open().await;
    let stack = &office.company.stack;
    let mut ids = Vec::new();
    for it in &DELETABLE[..4] {
        ids.push(office.create(it).await);
        office.delete(it, ids[ids.len() - 1]).await;
    }
    office.company.hide_customer(2).await;
    office.company.hide_customer(3).await;
    office.company.delete_organization(1).await;
    for (it, id) in DELETABLE.iter().zip(&ids) {
        office.restore(it.kind, *id).await.ok();
        office.delete(it, *id).await;
    }
    stack.verify_records().await;
    // Nothing deletes these today.
    stack.drop_item("ORG#1", "CARD").await;
    let refused = async |which: usize, field: &str| {
        let before = stack.dump().await;
        office.restore(DELETABLE[which].kind, ids[which]).await.refused_field(field);
        assert_eq!(stack.dump().await, before);
    };
    refused(0, "organization_id").await;
    refused(3, "organization_id").await;
    stack.drop_item("CUS#2", "R").await;
    refused(0, "customers_id").await;
    refused(2, "customers_id").await;
    stack.drop_item("E#employees/cards", "0000000300000003").await;
    refused(1, "follower_id").await;
}

#[tokio::test]
async fn staff_without_the_area_get_403_and_for_employees_and_menus_always() {
    let areas = [
        ("customers", Area::Customers),
        ("organization", Area::Customers),
        ("follow", Area::Record),
        ("demand", Area::Record),
        ("satisfy", Area::Feedback),
        ("contract", Area::Contract),
    ];
    let may = async |office: &Office, kind: &str| {
        let staff = office.client("/api/history/record", &office.company.token);
        let body = json!({ "kind": kind, "id": 99 });
        let back = json!({ "kind": kind, "id": 99, "to_revision": 1 });
        let answers = [
            staff.get(&format!("/api/history/record?kind={kind}&id=99")).await,
            staff.get(&format!("/api/history/trash?kind={kind}")).await,
            staff.post("/api/history/restore", body).await,
            staff.post("/api/history/restore", back).await,
        ];
        let statuses = answers.map(|answer| answer.status);
        assert!([[404, 200, 404, 404], [403; 4]].contains(&statuses), "{kind}: {statuses:?}");
        statuses[0] == 404
    };
    let office = Office::open().await;
    for (kind, _) in areas {
        assert!(may(&office, kind).await, "{kind}");
    }
    for kind in ["user", "menu"] {
        assert!(!may(&office, kind).await, "{kind}");
    }
    for (_, claimed) in areas {
        let office = Office::open().await;
        office.company.claim(claimed).await;
        for (kind, area) in areas {
            assert_eq!(may(&office, kind).await, area != claimed, "{kind}");
            office.history(kind, 99).await.refused(StatusCode::NOT_FOUND, "not_found");
            office.trash(kind).await.ok();
        }
    }
    let nobody = office.company.stack.client(history::FUNCTION);
    for uri in ["/api/history/record?kind=menu&id=1", "/api/history/trash?kind=menu"] {
        nobody.get(uri).await.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
}

#[tokio::test]
async fn what_lives_or_never_was_is_refused_and_nothing_is_written() {
    let office = Office::open().await;
    let mut known = vec![("user", 1), ("customers", 1), ("organization", 1)];
    for it in &DELETABLE {
        known.push((it.kind, office.create(it).await));
    }
    let path = "/api/history/restore";
    let before = office.company.stack.dump().await;
    for (kind, id) in known {
        office.restore(kind, id).await.refused(StatusCode::CONFLICT, "not_deleted");
        office.restore(kind, 99).await.refused(StatusCode::NOT_FOUND, "not_found");
        office.revert(kind, 99, 1).await.refused(StatusCode::NOT_FOUND, "not_found");
        for revision in [json!(7), json!(0), json!(-1), json!("x"), json!(4.5), json!(4_294_967_297_u64)] {
            let body = json!({ "kind": kind, "id": id, "to_revision": revision });
            office.post(path, body).await.refused_field("to_revision");
        }
        let old = json!({ "kind": kind, "id": id, "to_revision": 1, "version": 9 });
        let old = office.post(path, old).await;
        old.refused(StatusCode::CONFLICT, "version_out_of_date");
        assert_eq!(old.body["data"]["id"], id);
    }
    for (body, field) in [
        (json!({ "id": 1 }), "kind"),
        (json!({ "kind": "session", "id": 1 }), "kind"),
        (json!({ "kind": "menu" }), "id"),
        (json!({ "kind": "menu", "id": 0 }), "id"),
        (json!({ "kind": "menu", "id": [1, 2] }), "id"),
        (json!({ "kind": "menu", "id": 1, "version": "x" }), "version"),
    ] {
        office.post(path, body).await.refused_field(field);
    }
    assert_eq!(office.company.stack.dump().await, before);
}

#[tokio::test]
async fn a_record_that_does_not_fit_into_one_transaction_comes_back_whole() {
    let office = Office::open().await;
    let it = &DELETABLE[3];
    let code: String = (0..200).map(|n| char::from_u32('一' as u32 + n * 7).unwrap()).collect();
    let id = office.create(it).await;
    office.post(it.path, json!({ "contract_id": id, "code": code })).await.ok();
    let part: String = code.chars().skip(150).take(2).collect();
    let found = async || office.get(&format!("{}?all=true&name={part}", it.path)).await.ids();
    for _ in 0..2 {
        assert_eq!(found().await, [id]);
        office.delete(it, id).await;
        assert_eq!(found().await, [0; 0]);
        office.restore(it.kind, id).await.ok();
    }
    assert_eq!(found().await, [id]);
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn a_page_of_the_trash_costs_the_same_wherever_it_is() {
    let office = Office::open().await;
    for it in &DELETABLE {
        for n in 0..60 {
            let id = if it.kind == "menu" {
                let menu = json!({ "name": format!("菜单{n}") });
                office.post(it.path, menu).await.ok()["id"].as_u64().unwrap()
            } else {
                office.create(it).await + 1
            };
            office.company.stack.advance(600);
            office.delete(it, id).await;
        }
        for page in 1..=3 {
            let uri = format!("/api/history/trash?kind={}&page={page}", it.kind);
            let answer = office.get(&uri).await;
            assert_eq!((answer.page().0, answer.ids().len()), (60, 20), "{uri}");
            let cost = answer.cost();
            println!("{uri}: {cost:?}");
            assert!(cost.rcu <= 15.0 && cost.wcu == 0.0 && cost.depth <= 5, "{uri}: {cost:?}");
        }
    }
}

/// The answer to a restore; where the table is too busy for twenty at once, that to the next try.
async fn patient(client: &Client, body: &Value) -> Answer {
    loop {
        let answer = client.post("/api/history/restore", body.clone()).await;
        if answer.status != 503 {
            return answer;
        }
    }
}

/// The trash and the histories of all kinds.
async fn answers(office: &Office, deletable: &[Deletable]) -> String {
    let mut text = String::new();
    for kind in deletable.iter().map(|it| it.kind).chain(["user", "customers", "organization"]) {
        text += &office.trash(kind).await.body.to_string();
        for id in 1..=5 {
            text += &office.history(kind, id).await.body.to_string();
        }
    }
    text
}

#[tokio::test]
async fn passwords_hashes_and_tokens_are_in_no_answer() {
    let office = Office::open().await;
    for it in &DELETABLE {
        let id = office.create(it).await;
        office.delete(it, id).await;
    }
    let employee = json!({ "phoneNumber": "13900000005", "realName": "五", "password": "secret-first" });
    office.post("/api/user/user", employee).await.ok();
    let anybody = office.company.stack.client(user::FUNCTION);
    let signed_in = anybody.signed_in("13900000005", "secret-first").await;
    let change = json!({ "old_password": "secret-first", "new_password": "secret-second" });
    signed_in.post("/api/user/password", change).await.ok();
    let login = json!({ "phoneNumber": "13900000005", "password": "secret-second" });
    let token = anybody.post("/api/user/login", login).await.ok()["session"].as_str().unwrap().to_owned();
    office.post("/api/user/user", json!({ "user_id": 5, "password": "secret-third" })).await.ok();
    let mut text = answers(&office, &DELETABLE).await;
    text += &office.revert("user", 5, 1).await.body.to_string();
    text += &office
        .post("/api/history/restore", json!({ "kind": "user", "id": 5, "to_revision": 1, "version": 1 }))
        .await
        .body
        .to_string();
    text += &answers(&office, &DELETABLE).await;
    assert!(text.contains("13900000005"));
    for secret in [
        "secret-",
        "argon2",
        "password",
        "generation",
        "signed_in",
        &token,
        &office.admin,
        &office.company.token,
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
}
