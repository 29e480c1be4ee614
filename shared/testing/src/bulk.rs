//! Filling a database with millions of items: a client that collects what batches put, and imports many items at once. Each
//! batch for itself is a transaction of the database, and one of its slowest acts.

use crate::database;
use anyhow::Result;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::actions::batch_write_item::BatchWriteItemRequest;
use dynoxide::types::{AttributeValue, Item};
use dynoxide::{Database, ImportOptions};
use std::collections::HashMap;
use std::fmt;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::spawn_blocking;

/// From so many items on they are imported.
const AT_ONCE: usize = 100_000;

/// A client of a `database` that is served at `endpoint` too. Its batches may only put; whoever asks it for anything else finds
/// all that its batches have put, and whoever asks another client finds it after that.
pub fn client(endpoint: &str, database: Database) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let importer = Arc::new(Importer {
        database,
        collected: Mutex::default(),
        importing: tokio::sync::Mutex::default(),
    });
    let http = http_client_fn(move |settings, components| {
        let served = http.http_connector(settings, components);
        SharedHttpConnector::new(Connector { importer: Arc::clone(&importer), served })
    });
    // Whoever comes while much is imported waits for its end.
    let config = database::config(endpoint).timeout_config(TimeoutConfig::disabled());
    Client::from_conf(config.http_client(http).build())
}

struct Connector {
    importer: Arc<Importer>,
    served: SharedHttpConnector,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (importer, served) = (Arc::clone(&self.importer), self.served.clone());
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let is_batch = target.ends_with(".BatchWriteItem");
            let body = if is_batch { request.body().bytes() } else { None };
            match importer.collect(body).await {
                Err(error) => Err(ConnectorError::other(error.into(), None)),
                Ok(()) if is_batch => Ok(done()),
                Ok(()) => served.call(request).await,
            }
        })
    }
}

/// Items by table.
type Items = HashMap<String, Vec<Item>>;

struct Importer {
    database: Database,
    collected: Mutex<Items>,
    /// One import at a time; those who wait for it are why not too much is collected.
    importing: tokio::sync::Mutex<()>,
}

impl Importer {
    /// Collects what a batch puts, and imports all once it is much. Without a batch it imports whatever there is.
    async fn collect(&self, batch: Option<&[u8]>) -> Result<()> {
        let batch: Option<BatchWriteItemRequest> = batch.map(serde_json::from_slice).transpose()?;
        let least = if batch.is_some() { AT_ONCE } else { 1 };
        let many = {
            let mut collected = self.collected.lock().unwrap_or_else(PoisonError::into_inner);
            for (table, requests) in batch.into_iter().flat_map(|batch| batch.request_items) {
                let puts = requests.into_iter().map(|request| request.put_request.expect("a put").item);
                collected.entry(table).or_default().extend(puts);
            }
            let count: usize = collected.values().map(Vec::len).sum();
            if count < least { Items::new() } else { take(&mut *collected) }
        };
        if many.is_empty() && least > 1 {
            return Ok(());
        }
        let _one = self.importing.lock().await;
        for (table, mut items) in many {
            let database = self.database.clone();
            let import = move || {
                // Neighbours on one page of the file come one after the other.
                items.sort_by_cached_key(|item| (text(item, "p"), text(item, "s")));
                database.import_items(&table, items, ImportOptions::default())
            };
            spawn_blocking(import).await??;
        }
        Ok(())
    }
}

fn text(item: &Item, attribute: &str) -> Option<String> {
    match item.get(attribute) {
        Some(AttributeValue::S(text)) => Some(text.clone()),
        _ => None,
    }
}

/// What DynamoDB answers when it has done a whole batch.
fn done() -> HttpResponse {
    let status = StatusCode::try_from(200).expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(r#"{"UnprocessedItems":{}}"#));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
