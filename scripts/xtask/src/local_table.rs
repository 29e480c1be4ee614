//! The table of a local run, with the mark that says whether the demo data is whole.

use anyhow::{Context, Result};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use testing::{database::create_table, template::Table};

/// Its name, which Cargo.toml tells the functions too.
pub const TABLE: &str = "crm";

const MARK: &str = "LOCAL";

/// The table of a local run.
pub struct LocalTable<'a> {
    client: &'a Client,
    name: &'a str,
    definition: &'a Table,
}

/// What is in the table of a local run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Nothing yet, but a note that loading has begun.
    Loading,
    /// All that was to be loaded, and whatever came since.
    Loaded,
    /// Data that no start of ours has put there.
    Foreign,
}

impl<'a> LocalTable<'a> {
    /// Names the table; nothing is made yet.
    pub fn new(client: &'a Client, name: &'a str, definition: &'a Table) -> Self {
        Self { client, name, definition }
    }

    /// Sees to it that the table is there. One whose loading was broken off is made anew, so that nobody
    /// ever works on half the data; one that holds somebody else's data is never touched.
    pub async fn prepare(&self) -> Result<Contents> {
        if self.exists().await? {
            match self.contents().await? {
                Some(Contents::Loading) => {
                    self.client.delete_table().table_name(self.name).send().await?;
                }
                Some(contents) => return Ok(contents),
                None => return self.mark(Contents::Loading).await,
            }
        }
        create_table(self.client, self.name, self.definition).await?;
        self.mark(Contents::Loading).await
    }

    /// Notes that everything is loaded.
    pub async fn loaded(&self) -> Result<Contents> {
        self.mark(Contents::Loaded).await
    }

    async fn exists(&self) -> Result<bool> {
        match self.client.describe_table().table_name(self.name).send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(error).context("the database does not answer"),
        }
    }

    /// What the table holds, or nothing at all.
    async fn contents(&self) -> Result<Option<Contents>> {
        let mut request = self.client.get_item().table_name(self.name).consistent_read(true);
        for (key, value) in self.mark_key() {
            request = request.key(key, value);
        }
        let item = request.send().await.context("the table has other keys than template.yaml")?.item;
        if let Some(item) = item {
            let whole = item.get("loaded").and_then(|value| value.as_bool().ok()) == Some(&true);
            return Ok(Some(if whole { Contents::Loaded } else { Contents::Loading }));
        }
        let first = self.client.scan().table_name(self.name).limit(1).consistent_read(true).send().await?;
        Ok((first.count() > 0).then_some(Contents::Foreign))
    }

    async fn mark(&self, contents: Contents) -> Result<Contents> {
        let mut request = self.client.put_item().table_name(self.name);
        for (key, value) in self.mark_key() {
            request = request.item(key, value);
        }
        request.item("loaded", AttributeValue::Bool(contents == Contents::Loaded)).send().await?;
        Ok(contents)
    }

    fn mark_key(&self) -> impl Iterator<Item = (&str, AttributeValue)> {
        let keys = self.definition.key_schema.iter();
        keys.map(|key| (key.attribute_name.as_str(), AttributeValue::S(MARK.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use testing::{
        database::{client, embedded},
        template::Template,
    };

    use super::*;

    const TABLE: &str = "table";

    async fn put(client: &Client, key: &str) {
        let value = || AttributeValue::S(key.to_owned());
        client.put_item().table_name(TABLE).item("p", value()).item("s", value()).send().await.unwrap();
    }

    async fn count(client: &Client) -> i32 {
        client.scan().table_name(TABLE).send().await.unwrap().count()
    }

    #[tokio::test]
    async fn a_broken_load_begins_anew_and_a_whole_one_is_kept() {
        let client = client(&embedded(None).await.unwrap());
        let template = Template::read().unwrap();
        let table = LocalTable::new(&client, TABLE, &template.table);

        assert_eq!(table.prepare().await.unwrap(), Contents::Loading);
        put(&client, "half").await;
        assert_eq!(table.prepare().await.unwrap(), Contents::Loading);
        assert_eq!(count(&client).await, 1, "the mark alone");

        put(&client, "whole").await;
        table.loaded().await.unwrap();
        assert_eq!(table.prepare().await.unwrap(), Contents::Loaded);
        assert_eq!(count(&client).await, 2);
    }

    #[tokio::test]
    async fn an_empty_table_is_filled_and_a_foreign_one_left_alone() {
        let client = client(&embedded(None).await.unwrap());
        let template = Template::read().unwrap();
        let table = LocalTable::new(&client, TABLE, &template.table);

        create_table(&client, TABLE, &template.table).await.unwrap();
        assert_eq!(table.prepare().await.unwrap(), Contents::Loading);
        client.delete_table().table_name(TABLE).send().await.unwrap();

        create_table(&client, TABLE, &template.table).await.unwrap();
        put(&client, "theirs").await;
        assert_eq!(table.prepare().await.unwrap(), Contents::Foreign);
        assert_eq!(count(&client).await, 1);
    }
}
