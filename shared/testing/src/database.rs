//! Databases on this machine: the embedded one, and the table made from template.yaml.

use std::{future, path::Path};

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
        TimeToLiveSpecification,
    },
};
use tokio::net::TcpListener;

use crate::template::Table;

/// What local databases take for a region and for credentials, which is anything.
pub const REGION: &str = "local";
/// See [`REGION`].
pub const CREDENTIAL: &str = "local";

/// Serves the embedded database for as long as this process runs, from a file or in memory, and answers its
/// address. As AWS does, it remembers the answer of each transaction for ten minutes, some 5 kB each: it grows while much is
/// written, and is smaller again ten minutes later.
pub async fn embedded(file: Option<&Path>) -> Result<String> {
    embedded_at(0, file).await
}

/// As [`embedded`], at that port of this machine.
pub async fn embedded_at(port: u16, file: Option<&Path>) -> Result<String> {
    served(port, open(file)?).await
}

/// Serves an open database for as long as this process runs, at that port of this machine or, if it is 0, at any, and answers its
/// address.
pub(crate) async fn served(port: u16, database: dynoxide::Database) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("port {port} cannot be used for the database: end what uses it"))?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    run(listener, database);
    Ok(endpoint)
}

/// Serves the embedded database for as long as the current runtime lives.
pub fn serve(listener: TcpListener, file: Option<&Path>) -> Result<()> {
    run(listener, open(file)?);
    Ok(())
}

/// The database of a file, or a new one in memory.
pub(crate) fn open(file: Option<&Path>) -> Result<dynoxide::Database> {
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
        .credentials_provider(Credentials::new(CREDENTIAL, CREDENTIAL, None, None, "testing"));
    shared::store::limited(config)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    #[tokio::test]
    async fn items_expire_as_the_template_says() {
        let client = client(&embedded(None).await.unwrap());
        create_table(&client, "table", &Template::read().unwrap().table).await.unwrap();
        let answer = client.describe_time_to_live().table_name("table").send().await.unwrap();
        let ttl = answer.time_to_live_description().unwrap();
        assert_eq!(ttl.attribute_name(), Some("ttl"));
    }
}
