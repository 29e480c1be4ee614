//! `/api/customers/overview`.

use axum::http::StatusCode;
use fastrand::Rng;
use serde_json::{Value, json};
use shared::model::{Activity, Area, Contract, Demand, Follow, Plan, Satisfaction};
use shared::store::{Author, Entity, Write};
use shared::time::Time;
use testing::Company;

const PATH: &str = "/api/customers/overview";
/// By the clock of the company.
const NOW: u32 = 1_627_819_200;

async fn create<T: Entity>(company: &Company, entity: &T) -> u32 {
    let store = &company.stack.app.store;
    let id = store.next_id(T::KIND).await.unwrap();
    let mut write = Write::new(Author::SYSTEM);
    write.create(id, entity).unwrap();
    store.commit(write).await.unwrap();
    id
}

fn activity(customer: u32, at: u32, followers: &[u32]) -> Activity {
    let (operator, created) = (Company::ME, Time(NOW));
    Activity { customer, at: Time(at), followers: followers.to_vec(), operator, created, edition: 1 }
}

fn follow(customer: u32, at: u32) -> Follow {
    let activity = activity(customer, at, &[1, 3]);
    Follow {
        activity,
        organization: Some(3),
        event: 1,
        gain: None,
        attach: None,
        note: Some("再次拜访".to_owned()),
    }
}

fn demand(customer: u32, at: u32) -> Demand {
    let (activity, content) = (activity(customer, at, &[2, 4]), "需求优化".to_owned());
    Demand { activity, organization: Some(1), content, attach: None, note: None }
}

fn satisfaction(customer: u32, at: u32) -> Satisfaction {
    Satisfaction { activity: activity(customer, at, &[4]), value: 3, attach: None, note: None }
}

fn plan(customer: u32, at: u32) -> Plan {
    // Most are done: an employee has one open plan for a customer.
    let done = (!at.is_multiple_of(7)).then_some(Time(at));
    let (operator, created) = (Company::ME, Time(NOW));
    Plan { customer, employee: at, at: Time(at), note: None, done, operator, created, edition: 1 }
}

fn contract(organization: u32, created: u32) -> Contract {
    Contract { followers: vec![3], editor: 4, ..testing::records::contract(organization, Time(created)) }
}

/// The newest five of what was created, by time and id, and how many there are.
fn newest(mut created: Vec<(u32, u32)>) -> Value {
    created.sort_unstable_by(|a, b| b.cmp(a));
    let ids: Vec<_> = created.iter().take(5).map(|(_, id)| id).collect();
    json!({ "ids": ids, "total": created.len() })
}

fn shown(part: &Value) -> Value {
    let ids: Vec<_> = part["data"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    json!({ "ids": ids, "total": part["total"] })
}

#[tokio::test]
async fn it_shows_the_newest_of_all_time_of_this_customer_and_this_organization_for_few_units() {
    let company = Company::start(customers::FUNCTION).await;
    let mut random = Rng::with_seed(7);
    let [mut follows, mut demands, mut satisfactions, mut contracts, mut plans] = [const { Vec::new() }; 5];
    for _ in 0..150 {
        // Some are on one second, and some in the future.
        let mut at = || NOW - 40_000_000 + random.u32(0..1200) * 40_000;
        let (follow_at, demand_at, satisfaction_at, contract_at, plan_at) = (at(), at(), at(), at(), at());
        follows.push((follow_at, create(&company, &follow(2, follow_at)).await));
        demands.push((demand_at, create(&company, &demand(2, demand_at)).await));
        satisfactions.push((satisfaction_at, create(&company, &satisfaction(2, satisfaction_at)).await));
        contracts.push((contract_at, create(&company, &contract(1, contract_at)).await));
        if plans.iter().all(|(at, _)| *at != plan_at) {
            plans.push((plan_at, create(&company, &plan(2, plan_at)).await));
        }
        if random.u32(0..4) == 0 {
            create(&company, &follow(3, NOW + 90_000_000)).await;
            create(&company, &contract(2, NOW + 90_000_000)).await;
        }
    }
    let answer = company.client.get(&format!("{PATH}?customers_id=2")).await;
    let page = answer.ok();
    let row = company.client.get("/api/customers/customers?customers_id=2").await;
    assert_eq!(page["customer"], row.ok()[0]);
    let row = company.client.get("/api/customers/organization?organization_id=1").await;
    assert_eq!(page["organization"], row.ok()[0]);
    for (part, expected) in [
        ("follow", follows),
        ("demand", demands),
        ("satisfy", satisfactions),
        ("contract", contracts),
        ("plan", plans),
    ] {
        assert_eq!(shown(&page[part]), newest(expected), "{part}");
    }
    assert_eq!(page["follow"]["data"][0]["follower"][1]["realName"], "黄浩原");
    assert_eq!(page["contract"]["data"][0]["organization"], "云南耳尖");
    let cost = answer.cost();
    assert!(cost.rcu <= 60.0 && cost.depth <= 5, "{cost:?}");
}

#[tokio::test]
async fn a_customer_of_no_organization_has_no_contracts_and_a_hidden_one_is_shown_as_such() {
    let company = Company::start(customers::FUNCTION).await;
    create(&company, &contract(1, NOW)).await;
    company.hide_customer(1).await;
    let answer = company.client.get(&format!("{PATH}?customers_id=1")).await;
    let page = answer.ok();
    assert_eq!((&page["customer"]["id"], &page["customer"]["status"]), (&json!(1), &json!(0)));
    let nothing = json!({ "data": [], "total": 0 });
    assert_eq!(page["organization"], json!(null));
    for part in ["follow", "demand", "satisfy", "contract", "plan"] {
        assert_eq!(page[part], nothing, "{part}");
    }
    let unknown = company.client.get(&format!("{PATH}?customers_id=99")).await;
    unknown.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(unknown.body["msg"], "客户不存在");
    for query in ["", "?customers_id=", "?customers_id=0", "?customers_id=x"] {
        company.client.get(&format!("{PATH}{query}")).await.refused_field("customers_id");
    }
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_null_and_costs_nothing() {
    let company = Company::start(customers::FUNCTION).await;
    create(&company, &follow(2, NOW)).await;
    create(&company, &contract(1, NOW)).await;
    let uri = format!("{PATH}?customers_id=2");
    let parts = ["follow", "demand", "satisfy", "contract", "plan"];
    let admin = company.stack.client(customers::FUNCTION).with("session", &company.stack.session(1).await);
    let mut cost = company.client.get(&uri).await.cost().rcu;
    for (area, hidden) in [
        (Area::Record, vec!["follow", "demand", "plan"]),
        (Area::Feedback, vec!["satisfy"]),
        (Area::Contract, vec!["contract"]),
    ] {
        let company = Company::start(customers::FUNCTION).await;
        company.claim(area).await;
        let answer = company.client.get(&uri).await;
        let nulls: Vec<_> = parts.into_iter().filter(|part| answer.ok()[*part].is_null()).collect();
        assert_eq!(nulls, hidden);
        let admin =
            company.stack.client(customers::FUNCTION).with("session", &company.stack.session(1).await);
        let page = admin.get(&uri).await;
        assert!(parts.iter().all(|part| page.ok()[*part].is_object()), "{}", page.body);
    }
    company.claim(Area::Record).await;
    // What a known caller began to read with the rights of before was thrown away.
    company.client.get(&uri).await.ok();
    let less = company.client.get(&uri).await.cost().rcu;
    assert!(less < cost, "{less} {cost}");
    cost = less;
    company.claim(Area::Customers).await;
    company.client.get(&uri).await.refused(StatusCode::FORBIDDEN, "forbidden");
    assert!(admin.get(&uri).await.cost().rcu > cost);
}
