//! The items of a table as JSON.

use crate::{Stack, database};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use serde_json::Value;
use std::collections::HashMap;

/// DynamoDB's limit of items in one BatchWriteItem.
const BATCH: usize = 25;

impl Stack {
    /// Every item of the table, in the order of the keys.
    pub async fn items(&self) -> Vec<Value> {
        let client = database::client(&self.endpoint);
        let scan =
            client.scan().table_name(&self.table).consistent_read(true).into_paginator().items().send();
        let items = scan.collect::<Result<Vec<_>, _>>().await.expect("a scan");
        let json = |item| serde_dynamo::from_item::<_, Value>(item).expect("an item of ours");
        let mut items: Vec<_> = items.into_iter().map(json).collect();
        items.sort_by_key(|item| ["p", "s"].map(|key| item[key].as_str().unwrap_or_default().to_owned()));
        items
    }

    /// Deletes an item, which must be there.
    pub async fn drop_item(&self, p: &str, s: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let delete = database::client(&self.endpoint).delete_item().table_name(&self.table);
        let delete = delete.key("p", text(p)).key("s", text(s)).return_values("ALL_OLD".into());
        let deleted = delete.send().await.expect("it is deleted");
        assert!(deleted.attributes.is_some(), "no item {p} {s}");
    }

    /// Puts these items into the table, as they are.
    pub async fn load(&self, items: &[Value]) {
        let client = database::client(&self.endpoint);
        for batch in items.chunks(BATCH) {
            let put = |item: &Value| {
                let item: HashMap<String, AttributeValue> = serde_dynamo::to_item(item).expect("an item");
                let put = PutRequest::builder().set_item(Some(item)).build().expect("a put");
                WriteRequest::builder().put_request(put).build()
            };
            let call = client.batch_write_item().request_items(&self.table, batch.iter().map(put).collect());
            let left = call.send().await.expect("they are put").unprocessed_items;
            assert!(left.is_none_or(|left| left.is_empty()), "the table is busy");
        }
    }
}
