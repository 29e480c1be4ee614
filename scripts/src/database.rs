//! The database of local runs: the embedded one, the table made from template.yaml, and the mark that says
//! whether the demo data is whole. No other file of this crate knows DynamoDB.

use std::{future, path::Path};

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
        TimeToLiveSpecification,
    },
};
use tokio::net::TcpListener;

use crate::template::Table;

/// What local databases take for a region and for credentials, which is anything.
pub const REGION: &str = "local";
/// See [`REGION`].
pub const CREDENTIAL: &str = "local";
/// The table of local runs, unless TABLE_NAME says otherwise.
pub const TABLE: &str = "crm";

const MARK: &str = "LOCAL";

/// Serves the embedded database for as long as this process runs, from a file or in memory, and answers its
/// address.
pub async fn embedded(file: Option<&Path>) -> Result<String> {
    at_any_port(open(file)?).await
}

/// As [`embedded`], from a file that nobody needs after a crash: many times faster to write.
pub async fn throwaway(file: &Path) -> Result<String> {
    let database = open(Some(file))?;
    database.enable_bulk_loading().map_err(|error| anyhow!("{}: {error}", file.display()))?;
    at_any_port(database).await
}

async fn at_any_port(database: dynoxide::Database) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    run(listener, database);
    Ok(endpoint)
}

/// Serves the embedded database for as long as the current runtime lives.
pub fn serve(listener: TcpListener, file: Option<&Path>) -> Result<()> {
    run(listener, open(file)?);
    Ok(())
}

fn open(file: Option<&Path>) -> Result<dynoxide::Database> {
    match file {
        Some(file) => dynoxide::Database::new(&file.to_string_lossy())
            .map_err(|error| anyhow!("cannot open the database {}: {error}", file.display())),
        None => dynoxide::Database::memory().map_err(|error| anyhow!("no database in memory: {error}")),
    }
}

fn run(listener: TcpListener, database: dynoxide::Database) {
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, future::pending()));
}

/// A client of the database at that address.
pub fn client(endpoint: &str) -> Client {
    Client::from_conf(
        config(endpoint).http_client(aws_smithy_http_client::Builder::new().build_http()).build(),
    )
}

/// How a client of the database at that address is made, apart from what carries its calls: as in production.
pub fn config(endpoint: &str) -> aws_sdk_dynamodb::config::Builder {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(CREDENTIAL, CREDENTIAL, None, None, "scripts"));
    shared::store::limited(config)
}

/// Whether the database answers.
pub async fn answers(client: &Client) -> Result<()> {
    client.list_tables().limit(1).send().await.map(drop).context("the database does not answer")
}

/// Makes the table.
pub async fn create_table(client: &Client, name: &str, table: &Table) -> Result<()> {
    let mut request = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for attribute in &table.attribute_definitions {
        request = request.attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(&attribute.attribute_name)
                .attribute_type(ScalarAttributeType::from(attribute.attribute_type.as_str()))
                .build()?,
        );
    }
    for key in &table.key_schema {
        request = request.key_schema(
            KeySchemaElement::builder()
                .attribute_name(&key.attribute_name)
                .key_type(KeyType::from(key.key_type.as_str()))
                .build()?,
        );
    }
    request.send().await.with_context(|| format!("cannot make the table {name}"))?;

    let ttl = TimeToLiveSpecification::builder()
        .attribute_name(&table.time_to_live_specification.attribute_name)
        .enabled(table.time_to_live_specification.enabled)
        .build()?;
    let request = client.update_time_to_live().table_name(name).time_to_live_specification(ttl);
    request.send().await.with_context(|| format!("cannot set the expiry of the table {name}"))?;
    Ok(())
}

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
    use super::*;
    use crate::template::Template;

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

    #[tokio::test]
    async fn items_expire_as_the_template_says() {
        let client = client(&embedded(None).await.unwrap());
        create_table(&client, TABLE, &Template::read().unwrap().table).await.unwrap();
        let answer = client.describe_time_to_live().table_name(TABLE).send().await.unwrap();
        let ttl = answer.time_to_live_description().unwrap();
        assert_eq!(ttl.attribute_name(), Some("ttl"));
    }
}
