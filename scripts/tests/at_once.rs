//! How many calls a function has under way at once.
#![allow(clippy::expect_used, reason = "test code: a panic is a failed test")]

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use scripts::database;
use scripts::testing::{Client as Caller, Company};
use shared::http::App;
use shared::store::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Calls that are under way, and the most that were.
#[derive(Debug, Default)]
struct Calls {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

#[derive(Debug)]
struct Counted {
    calls: Arc<Calls>,
    database: SharedHttpConnector,
}

impl HttpConnector for Counted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (calls, database) = (Arc::clone(&self.calls), self.database.clone());
        HttpConnectorFuture::new(async move {
            calls.all.fetch_add(1, Ordering::SeqCst);
            calls.most.fetch_max(calls.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // As long as DynamoDB needs.
            tokio::time::sleep(Duration::from_millis(3)).await;
            let answer = database.call(request).await;
            calls.now.fetch_sub(1, Ordering::SeqCst);
            answer
        })
    }
}

fn counted(endpoint: &str, calls: Arc<Calls>) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let http = http_client_fn(move |settings, components| {
        let database = http.http_connector(settings, components);
        SharedHttpConnector::new(Counted { calls: Arc::clone(&calls), database })
    });
    Client::from_conf(database::config(endpoint).http_client(http).build())
}

#[tokio::test]
async fn a_union_of_a_hundred_organizations_opens_no_more_than_thirty_two_connections() {
    let company = Company::start(contract::router).await;
    let calls = Arc::new(Calls::default());
    let store = Store::new(counted(&company.stack.endpoint, Arc::clone(&calls)), &company.stack.table);
    let app = App { store, ..company.stack.app.clone() };
    let client = Caller::of(contract::router(app)).with("session", &company.token);
    let ids: Vec<_> = (1..=100).map(|id: u32| id.to_string()).collect();
    let answer = client.get(&format!("/api/contract/contract?organization_ids={}", ids.join(","))).await;
    assert_eq!(answer.page().0, 0);
    let number = |count: &AtomicUsize| count.load(Ordering::SeqCst);
    assert!(number(&calls.all) > 200, "{calls:?}");
    assert_eq!(number(&calls.most), 32, "{calls:?}");
}
