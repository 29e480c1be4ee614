//! Filling a database with millions of items: a client that collects what batches put, and imports many items at once. Each
//! batch for itself is a transaction of the database, and one of its slowest acts.

use crate::database;
use crate::intercept::{Intercept, answer, http_client, operation};
use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use dynoxide::actions::batch_write_item::BatchWriteItemRequest;
use dynoxide::types::{AttributeValue, Item};
use dynoxide::{Database, ImportOptions};
use serde_json::json;
use std::collections::HashMap;
use std::mem::take;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::task::spawn_blocking;

/// From so many items on they are imported.
const AT_ONCE: usize = 100_000;

/// Serves the database of a file that nobody needs after a crash for as long as this process runs. Answers its address and a
/// client that fills it: its batches may only put; whoever asks it for anything else finds all that its batches have put, and
/// whoever asks another client finds it after that.
pub async fn throwaway(file: &Path) -> Result<(String, Client)> {
    let database = database::open(Some(file))?;
    database.enable_bulk_loading().with_context(|| file.display().to_string())?;
    let endpoint = database::served(0, database.clone()).await?;
    let importer =
        Importer { database, collected: Mutex::default(), importing: tokio::sync::Mutex::default() };
    // Whoever comes while much is imported waits for its end.
    let config = database::config(&endpoint).timeout_config(TimeoutConfig::disabled());
    let client = Client::from_conf(config.http_client(http_client(importer)).build());
    Ok((endpoint, client))
}

/// Items by table.
type Items = HashMap<String, Vec<Item>>;

struct Importer {
    database: Database,
    collected: Mutex<Items>,
    /// One import at a time; those who wait for it are why not too much is collected.
    importing: tokio::sync::Mutex<()>,
}

impl Intercept for Importer {
    async fn call(
        &self,
        database: &SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let failed = |error: anyhow::Error| ConnectorError::other(error.into(), None);
        if operation(&request) == "BatchWriteItem" {
            let count = self.collect(&request).map_err(failed)?;
            if count >= AT_ONCE {
                self.import().await.map_err(failed)?;
            }
            return Ok(answer(200, &json!({ "UnprocessedItems": {} })));
        }
        self.import().await.map_err(failed)?;
        database.call(request).await
    }
}

impl Importer {
    /// Collects what a batch puts, and answers how many items there are now.
    fn collect(&self, batch: &HttpRequest) -> Result<usize> {
        let body = batch.body().bytes().context("a batch has no body")?;
        let batch: BatchWriteItemRequest = serde_json::from_slice(body)?;
        let mut collected = self.collected();
        for (table, requests) in batch.request_items {
            let puts = requests.into_iter().map(|request| request.put_request.expect("a put").item);
            collected.entry(table).or_default().extend(puts);
        }
        Ok(collected.values().map(Vec::len).sum())
    }

    /// Imports whatever is collected, after those who import already.
    async fn import(&self) -> Result<()> {
        let collected = take(&mut *self.collected());
        let _one = self.importing.lock().await;
        for (table, mut items) in collected {
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

    fn collected(&self) -> MutexGuard<'_, Items> {
        self.collected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn text(item: &Item, attribute: &str) -> Option<String> {
    match item.get(attribute) {
        Some(AttributeValue::S(text)) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Stack, Thing};
    use shared::store::{Author, Listing, Window, Write};
    use std::fs;

    #[tokio::test]
    async fn whatever_batches_have_put_is_found() {
        let file = std::env::temp_dir().join(format!("crm-bulk-{}.db", std::process::id()));
        let stack = Stack::on_disk(&file).await;
        let write = |id| {
            let mut write = Write::new(Author::SYSTEM);
            let thing = Thing { name: None, at: id, group: 1, amount: 0, tags: Vec::new() };
            write.create(id, &thing).map(|()| write)
        };
        let store = &stack.app.store;
        store.load((1..=100).map(write), |_| {}).await.unwrap();
        let listings: [Listing; 1] = [Thing::ALL];
        assert_eq!(store.total(&listings, Window::ALL).await.unwrap().count, 100);
        assert!(store.entity::<Thing>(57).await.unwrap().is_some());
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", file.display()));
        }
    }
}
