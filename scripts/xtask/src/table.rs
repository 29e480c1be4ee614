//! Which table a command is about: a local one, one on AWS, or that of a stack.

use std::{collections::BTreeMap, env};

use anyhow::{Context, Result};
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_dynamodb::{
    Client,
    config::{Builder, Credentials, ProvideCredentials, Region},
};
use shared::{
    bucket::Bucket,
    store::{self, Store},
    time::Clock,
};
use testing::database;

use crate::{local_table, sam::Sam, samconfig::Samconfig};

/// The output of the stack that names its table.
pub const OUTPUT: &str = "TableName";
/// The output that tells by which wall clock its functions go; stacks of version 0.1 have none.
const OFFSET: &str = "UtcOffset";
/// The same in the environment, for everything that is no stack.
const OFFSET_VARIABLE: &str = "UTC_OFFSET";

/// How it is named.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Choice {
    /// A database that is running: http:// for a local one
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// The table [default: TABLE_NAME from the environment; crm for local databases]
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// The stack on AWS whose table it is; credentials come from the environment, as for the AWS CLI
    #[arg(long, value_name = "NAME", conflicts_with_all = ["endpoint", "table"])]
    pub stack: Option<String>,
}

impl Choice {
    /// Whether anything was named.
    pub fn names_nothing(&self) -> bool {
        self.endpoint.is_none() && self.table.is_none() && self.stack.is_none()
    }

    /// The same, with the environment's name for the table where there is no other.
    pub fn or_environment(self) -> Self {
        match self.stack {
            Some(_) => self,
            None => Self { table: self.table.or_else(|| env::var("TABLE_NAME").ok()), ..self },
        }
    }

    /// The bucket of the stack, if a stack is named.
    pub async fn bucket(&self) -> Result<Option<Bucket>> {
        let Some(stack) = &self.stack else { return Ok(None) };
        let region = Samconfig::read()?.and_then(|config| config.region);
        let outputs = Sam::aws(region.clone()).await?.outputs(stack).await?;
        let output =
            |name: &str| outputs.get(name).with_context(|| format!("the stack {stack} has no {name}"));
        let config = aws(region).await;
        let credentials = config.credentials_provider().context("no credentials")?;
        let credentials = credentials.provide_credentials().await?;
        let region = config.region().context("no region")?.to_string();
        let base = format!("https://{}/", output("BucketHost")?);
        Ok(Some(Bucket::new(output("BucketName")?.clone(), base, region, credentials, Clock::utc())))
    }

    /// The table, and its name.
    pub async fn open(self) -> Result<(Store, String)> {
        if let Some(stack) = self.stack {
            let region = Samconfig::read()?.and_then(|config| config.region);
            let outputs = Sam::aws(region.clone()).await?.outputs(&stack).await?;
            return of_stack(&stack, &outputs, region).await;
        }
        let local = self.endpoint.as_deref().filter(|url| url.starts_with("http://"));
        let table = self.table.or_else(|| local.map(|_| local_table::TABLE.to_owned()));
        let table = table.context("which table? Give --table or --stack, or set TABLE_NAME")?;
        let client = match local {
            Some(url) => database::client(url),
            None => client(self.endpoint, None).await,
        };
        Ok((dated(Store::new(client, &table), None)?, table))
    }
}

/// The table that a stack with these outputs serves, and its name.
pub async fn of_stack(
    stack: &str,
    outputs: &BTreeMap<String, String>,
    region: Option<String>,
) -> Result<(Store, String)> {
    let table = outputs.get(OUTPUT).with_context(|| format!("the stack {stack} has no output {OUTPUT}"))?;
    let store = Store::new(client(None, region).await, table);
    Ok((dated(store, outputs.get(OFFSET))?, table.clone()))
}

/// The same table, with the wall clock of its functions: by this offset, or the environment's, or China's.
fn dated(store: Store, offset: Option<&String>) -> Result<Store> {
    let offset = offset.cloned().or_else(|| env::var(OFFSET_VARIABLE).ok());
    let offset = offset.as_deref().unwrap_or("+08:00");
    let clock = Clock::machine(offset).with_context(|| format!("the offset {offset} is not like +08:00"))?;
    Ok(store.with_clock(clock))
}

/// Region and credentials from wherever the AWS CLI has them, but for the region if it is given.
pub async fn aws(region: Option<String>) -> SdkConfig {
    let config = defaults();
    match region {
        Some(region) => config.region(Region::new(region)).load().await,
        None => config.load().await,
    }
}

/// What plays AWS at that address, and this region of it.
pub async fn stand_in(endpoint: &str, region: &'static str) -> SdkConfig {
    let credentials = Credentials::new(database::CREDENTIAL, database::CREDENTIAL, None, None, "rehearsal");
    let config = defaults().endpoint_url(endpoint).region(Region::new(region));
    config.credentials_provider(credentials).load().await
}

/// A client of the tables there.
pub fn client_of(config: &SdkConfig) -> Client {
    Client::from_conf(store::limited(Builder::from(config)).build())
}

fn defaults() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest()).http_client(store::https())
}

async fn client(endpoint: Option<String>, region: Option<String>) -> Client {
    let config = aws(region).await;
    client_of(&match endpoint {
        Some(endpoint) => config.into_builder().endpoint_url(endpoint).build(),
        None => config,
    })
}
