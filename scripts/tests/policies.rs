//! The roles of template.yaml: each function may do what it does, and nothing else.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use scripts::{
    template::Template,
    testing::{
        Client, Company, Make, ROUTERS, events,
        faults::{Fault, Hold, client},
    },
};
use serde_json::json;
use shared::http::App;

/// What the events of a function ask of the table.
async fn asked_by(function: &str, router: Make) -> BTreeSet<String> {
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    for event in events(function) {
        // What is edited and deleted has to be there.
        let company = Company::start(record::router).await;
        let record = json!({
            "customers_id": 2, "follower_id": 3, "record_time": "2021-07-23", "event": 2, "content": "需求",
        });
        company.client.post("/api/record/upload", record).await.ok();
        let heard = Arc::clone(&asked);
        let recorder = client(&company.stack.endpoint, Hold::default(), move |seen| {
            heard.lock().unwrap().extend(seen.permissions());
            Fault::Pass
        });
        let app = App { store: company.stack.over(recorder), ..company.stack.app.clone() };
        Client::of(router(app)).event(&event, &company.token).await;
    }
    let asked = asked.lock().unwrap();
    asked.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_may_do_what_it_does_and_those_that_only_read_may_not_write() {
    let template = Template::read().unwrap();
    let allowed =
        |name: &str| &template.functions.iter().find(|function| function.name == name).unwrap().actions;
    let mut all = BTreeSet::new();
    for (name, router) in ROUTERS {
        let asked = asked_by(name, router).await;
        let missing: Vec<_> = asked.difference(allowed(name)).collect();
        assert!(missing.is_empty(), "{name} does what its role does not allow: {missing:?}");
        all.extend(asked);
    }
    assert_eq!(&all, allowed("record"), "what is allowed and what is done");
    assert_eq!(allowed("sweeper"), allowed("record"));
    assert_eq!(allowed("stats").iter().collect::<Vec<_>>(), ["dynamodb:BatchGetItem", "dynamodb:Query"]);
    assert!(allowed("docs").is_empty());
}
