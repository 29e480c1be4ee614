//! Records that name files: what they name is kept.

use crate::place::{PNG, Place, path};
use serde_json::{Value, json};

const UPLOAD: &str = "/api/record/upload";
const FOLLOW: &str = "/api/record/follow";
const CUSTOMERS: &str = "/api/customers/customers";

fn record(more: Value) -> Value {
    let mut body = json!({ "customers_id": 2, "follower_id": 3, "record_time": "2021-07-31", "event": 2 });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn is_used(place: &Place, url: &str) -> bool {
    place.file(url).await.unwrap().is_used
}

/// How many marks of unused files there are.
async fn unused(place: &Place) -> usize {
    place.stack().items().await.iter().filter(|item| item["p"] == "UNUSED").count()
}

#[tokio::test]
async fn every_field_for_an_address_marks_its_file_as_used() {
    let place = Place::open().await;
    let urls: [String; 6] = {
        let mut urls = Vec::new();
        for n in 0..6 {
            urls.push(place.upload(&format!("{n}.png"), "image/png", PNG).await);
        }
        urls.try_into().unwrap()
    };
    assert_eq!(unused(&place).await, 6);
    let [follow, demand, satisfy, avatar, head, edited] = &urls;
    let client = place.client_of(record::FUNCTION);
    let both = record(json!({ "event_attach": follow, "content": "需求", "content_attach": demand }));
    client.post(UPLOAD, both).await.ok();
    let satisfaction = json!({ "customers_id": 2, "follower_id": 3, "record_time": "2021-07-31", "value": 4, "attach": satisfy });
    place.client_of(feedback::FUNCTION).post("/api/feedback/satisfy", satisfaction).await.ok();
    let customer = json!({ "nickName": "新", "avatar": avatar });
    place.client_of(customers::FUNCTION).post(CUSTOMERS, customer).await.ok();
    let admin = place.client_of(user::FUNCTION).with("session", &place.stack().session(1).await);
    admin.post("/api/user/user", json!({ "user_id": 3, "headImageUrl": head })).await.ok();
    // Under the key of its row.
    client.post(FOLLOW, json!({ "follow_id": 1, "attach": edited })).await.ok();
    for url in &urls {
        assert!(is_used(&place, url).await, "{url}");
        assert_eq!(place.shown(url).await.body, PNG);
    }
    assert_eq!(unused(&place).await, 0);
    place.stack().verify_records().await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_refused_by_the_field_that_names_it() {
    let place = Place::open().await;
    let client = place.client_of(record::FUNCTION);
    let before = place.stack().dump().await;
    let missing = format!("https://crm.example/api/file/{}/a.png", "0".repeat(32));
    let answer = client.post(UPLOAD, record(json!({ "event_attach": missing }))).await;
    answer.refused_field("event_attach");
    assert_eq!(answer.body["msg"], "文件不存在，请重新上传");
    let both = record(
        json!({ "content": "需求", "content_attach": missing.to_uppercase().replace("API/FILE", "api/file") }),
    );
    client.post(UPLOAD, both).await.refused_field("content_attach");
    assert_eq!(place.stack().dump().await, before);
}

#[tokio::test]
async fn addresses_of_others_stay_as_good_as_they_were_and_cost_nothing() {
    let place = Place::open().await;
    let client = place.client_of(record::FUNCTION);
    let plain = client.post(UPLOAD, record(json!({}))).await.cost();
    for url in [
        "https://data.eartip.cn/x.png",
        "https://crm.example/api/file/x/a.png",
        "https://crm.example/static/a.png",
    ] {
        let answer = client.post(UPLOAD, record(json!({ "event_attach": url }))).await;
        answer.ok();
        assert_eq!(answer.cost(), plain, "{url}");
    }
    // It looks like one of ours, but is on another host, where it may well be.
    let other = format!("https://elsewhere.example/api/file/{}/a.png", "0".repeat(32));
    client.post(UPLOAD, record(json!({ "event_attach": other }))).await.ok();
    client.post(FOLLOW, json!({ "follow_id": 1, "event_attach": other })).await.ok();
}

#[tokio::test]
async fn a_file_is_ours_on_whichever_host_it_is_named() {
    let place = Place::open().await;
    let url = place.upload("a.png", "image/png", PNG).await;
    let moved = format!("http://old.crm.example:8080{}", path(&url));
    let client = place.client_of(record::FUNCTION);
    client.post(UPLOAD, record(json!({ "event_attach": moved }))).await.ok();
    assert!(is_used(&place, &url).await);
}

#[tokio::test]
async fn a_file_is_marked_once_by_its_first_record() {
    let place = Place::embedded().await;
    let url = place.upload("a.png", "image/png", PNG).await;
    let client = place.client_of(record::FUNCTION);
    let named = record(json!({ "event_attach": url }));
    let twice = record(json!({ "event_attach": url, "content": "需求", "content_attach": url }));
    let plain = client.post(UPLOAD, record(json!({}))).await.cost();
    let first = client.post(UPLOAD, named.clone()).await.cost();
    let second = client.post(UPLOAD, named).await.cost();
    assert_eq!(first.wcu - plain.wcu, 4.0, "the file and its mark");
    assert_eq!((second.wcu, second.depth), (plain.wcu, plain.depth + 1));
    client.post(UPLOAD, twice).await.ok();
    // An edit that sends back what it was shown looks nothing up.
    let edit = |note: &str| json!({ "follow_id": 2, "event_attach": url, "event_note": note });
    client.post(FOLLOW, edit("一")).await.ok();
    let with_url = client.post(FOLLOW, edit("二")).await.cost();
    let without = client.post(FOLLOW, json!({ "follow_id": 2, "event_note": "三" })).await.cost();
    assert_eq!(with_url.depth, without.depth);
}

#[tokio::test]
async fn what_a_file_costs() {
    let place = Place::embedded().await;
    let announced = place.announce("a.png", "image/png", PNG.len()).await;
    let cost = announced.cost();
    assert_eq!((cost.rcu, cost.wcu, cost.depth), (2.0, 4.0, 2), "its item, and the mark that it is unused");
    let url = place.upload("b.png", "image/png", PNG).await;
    let cost = place.show(&url).await.cost();
    assert_eq!((cost.rcu, cost.wcu, cost.depth), (3.0, 0.0, 1), "the session, and the file beside it");
    let client = place.client_of(record::FUNCTION);
    let plain = client.post(UPLOAD, record(json!({}))).await.cost();
    let named = client.post(UPLOAD, record(json!({ "event_attach": url }))).await.cost();
    assert_eq!((named.wcu - plain.wcu, named.depth - plain.depth), (4.0, 1));
    assert!(named.rcu - plain.rcu <= 1.0);
}

#[tokio::test]
async fn twenty_records_at_once_may_name_one_file() {
    let place = Place::open().await;
    let url = place.upload("a.png", "image/png", PNG).await;
    let client = place.client_of(record::FUNCTION);
    let posts = (0..20).map(|_| client.post(UPLOAD, record(json!({ "event_attach": url }))));
    let mut tasks = Vec::new();
    for post in posts {
        tasks.push(post);
    }
    for answer in futures_util::future::join_all(tasks).await {
        answer.ok();
    }
    assert!(is_used(&place, &url).await);
    place.stack().verify_records().await;
}
