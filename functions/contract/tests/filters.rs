//! The filters of contracts.

use fastrand::Rng;
use serde_json::{Value, json};
use shared::search::fold;
use testing::filters::{ALWAYS, TestFilter, TestList};
use testing::{Company, Stack};

const PATH: &str = "/api/contract/contract";

fn employees(random: &mut Rng) -> Vec<u32> {
    (1..=4).filter(|_| random.bool()).collect()
}

/// Some of few characters, so that many have the same.
fn text(random: &mut Rng, longest: usize) -> String {
    let length = random.usize(1..=longest);
    (0..length).map(|_| *random.choice(&['合', '同', 'A', 'ａ', 'ß', '１']).unwrap()).collect()
}

fn fields(random: &mut Rng) -> Value {
    let code_length = *random.choice(&[1, 6, 100, 300]).unwrap();
    let signed = format!("2021-07-{:02}", random.u32(1..=30));
    let values = [
        ("organization_id", json!(random.u32(1..=3))),
        ("name", json!(text(random, 12))),
        ("code", json!(random.bool().then(|| text(random, code_length)))),
        ("amount", json!(random.u32(0..100))),
        ("sign_time", json!((random.u32(0..3) > 0).then_some(signed))),
        ("follower_id", json!(employees(random))),
        ("status", json!(random.i64(-1..=1))),
        ("note", json!("注".repeat(*random.choice(&[0, 5, 300]).unwrap()))),
    ];
    values.into_iter().filter(|_| random.bool()).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn organizations(random: &mut Rng) -> TestFilter {
    let mut ids = employees(random);
    ids.push(random.u32(1..=4));
    let query = format!("{ids:?}");
    TestFilter::new("organization_ids", query, move |row| ids.iter().any(|id| row["organization_id"] == *id))
}

fn name(random: &mut Rng) -> TestFilter {
    let name = text(random, 4);
    let part = fold(&name);
    TestFilter::new("name", name, move |row| {
        let code: String = row["code"].as_str().unwrap().chars().take(256).collect();
        fold(row["name"].as_str().unwrap()).contains(&part) || fold(&code).contains(&part)
    })
}

fn status(random: &mut Rng) -> TestFilter {
    let status = random.i64(-1..=2);
    TestFilter::new("status", status, move |row| row["status"] == status)
}

/// One who does not exist is 5.
fn employee(random: &mut Rng) -> TestFilter {
    let id = random.u32(1..=5);
    TestFilter::new("user_id", id, move |row| {
        let followers = row["follower"].as_array().unwrap();
        [&row["creator"]].into_iter().chain(followers).any(|person| person["user_id"] == id)
    })
}

#[tokio::test]
async fn every_filter_and_every_combination_finds_what_a_plain_vector_has_at_every_page() {
    let seeds = std::env::var("RECORD_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    for seed in 0..seeds {
        let company = Company::start(contract::FUNCTION).await;
        // Few contracts reach every level of counters.
        let client = company.over(company.stack.app.store.clone().skipping(2));
        // An admin changes what is another's too.
        let admin = client.with("session", &company.stack.session(1).await);
        let mut random = Rng::with_seed(seed);
        let all = TestList { client: &client, path: PATH, time: "createTime" };
        for _ in 0..3 {
            for _ in 0..20 {
                let mut body =
                    json!({ "organization_id": 1, "name": "合同", "creator_id": random.u32(1..=4) });
                body.as_object_mut().unwrap().extend(fields(&mut random).as_object().unwrap().clone());
                client.post(PATH, body).await.ok();
                company.stack.advance(random.i64(0..20_000));
            }
            for row in all.all().await {
                if random.u32(0..3) > 0 {
                    continue;
                }
                let mut body = fields(&mut random);
                body["contract_id"] = row["id"].clone();
                let delete = random.u32(0..4) == 0;
                let path = if delete { "/api/contract/delcontract" } else { PATH };
                admin.post(path, body).await.ok();
            }
            let rows = all.all().await;
            assert!(rows.len() > 10);
            all.is_that_of(&rows, &[&organizations, &name, &status, &employee], &mut random).await;
            let signed = TestList { path: "/api/contract/contract?time=sign", time: "sign_time", ..all };
            signed.is_that_of(&rows, &[&organizations, &name, &status, &employee], &mut random).await;
        }
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_named_and_one_of_nobody_finds_nothing() {
    let company = Company::start(contract::FUNCTION).await;
    let body = json!({ "organization_id": 1, "name": "天下第一合同", "code": "ＹＬ-1", "status": 3 });
    company.client.post(PATH, body).await.ok();
    let get = async |query: &str| company.client.get(&format!("{PATH}?{query}")).await;
    for (query, field) in [
        ("time=update", "time"),
        ("time=sign&time=create", "time"),
        ("status=x", "status"),
        ("status=1&status=2", "status"),
        ("user_id=0", "user_id"),
        ("user_id=1&user_id=2", "user_id"),
        ("name=a&name=b", "name"),
        ("name=a%00", "name"),
    ] {
        get(query).await.refused_field(field);
    }
    for query in ["user_id=4000000000", "status=4", "time=sign", "name=天上"] {
        let query = testing::encoded::encoded_query(query);
        assert_eq!(get(&format!("{query}&{ALWAYS}")).await.page().0, 0, "{query}");
    }
    for query in ["name=", "name=%20", "time=", "status=3", "name=yl-1", "name=Y", "time=create&user_id=2"] {
        assert_eq!(get(query).await.ids(), [1], "{query}");
    }
    // An id is all that is looked at.
    assert_eq!(get("contract_id=1&user_id=4000000000&time=sign").await.ids(), [1]);
}

#[tokio::test]
async fn a_contract_with_a_hundred_characters_in_its_code_is_found_by_each_of_them() {
    let company = Company::start(contract::FUNCTION).await;
    let code: String = (0x4e00..0x4e00 + 300).filter_map(char::from_u32).collect();
    let mut body = json!({ "organization_id": 1, "name": "长", "code": code, "follower_id": [1, 2, 3, 4] });
    company.client.post(PATH, body.clone()).await.ok();
    let found = async |part: &str| {
        let query = format!("{PATH}?name={}", testing::encoded::encoded(part));
        company.client.get(&query).await.ids()
    };
    let characters: Vec<_> = code.chars().collect();
    for start in [0, 62, 63, 200, 253, 254] {
        let part: String = characters.iter().skip(start).take(3).collect();
        assert_eq!(found(&part).await, if start <= 253 { vec![1] } else { vec![] }, "{start}");
    }
    body = json!({ "contract_id": 1, "code": "短" });
    company.client.post(PATH, body).await.ok();
    assert_eq!((found("丁").await, found("短").await), (vec![], vec![1]));
    company.stack.verify_records().await;
}

#[tokio::test]
async fn each_filter_costs_a_write_no_more_than_a_listing() {
    let company = Company::of(Stack::embedded().await, contract::FUNCTION).await;
    let cost = async |name: &str, more: Value| {
        let mut body = json!({ "organization_id": 2, "name": name, "creator_id": 1 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        company.client.post(PATH, body.clone()).await.ok();
        company.client.post(PATH, body).await.cost().wcu
    };
    // An entity, 2 listings and a reserved id; the status, the creator, and each gram of the name; the log.
    let least = cost("甲", json!({})).await;
    assert_eq!(least, 17.0 + 6.0 + 6.0 + 4.0 + 6.0);
    assert_eq!(cost("甲", json!({ "follower_id": [1, 2, 3] })).await, least + 12.0);
    assert_eq!(cost("甲乙", json!({})).await, least + 8.0);
    assert_eq!(cost("甲", json!({ "code": "乙" })).await, least + 4.0);
    // Two listings for statistics, one for this, and one for each employee.
    assert_eq!(cost("甲", json!({ "sign_time": "2021-07-30" })).await, least + 10.0 + 6.0 + 4.0);
    let signed_by_three = json!({ "sign_time": "2021-07-30", "follower_id": [1, 2, 3] });
    assert_eq!(cost("甲", signed_by_three).await, least + 12.0 + 10.0 + 6.0 + 3.0 * 4.0);
}
