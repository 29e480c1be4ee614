//! Starts AWS DynamoDB Local, the second database that everything must work on.

use std::{
    fs,
    net::TcpListener,
    path::{self, Path},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use testing::database;

use crate::{
    child::{self, Child},
    patience::until_it_works,
    progress::Step,
    tools,
};

/// A running DynamoDB Local; it ends when this is dropped.
pub struct DynamoDbLocal {
    /// Its address.
    pub endpoint: String,
    process: Child,
}

impl DynamoDbLocal {
    /// Starts one at the port, or at a free one if that is 0, with its data in a folder or else in memory, and waits until it
    /// answers.
    pub async fn start(port: u16, data: Option<&Path>) -> Result<Self> {
        let (program, folder) = (tools::java().await?, tools::dynamodb_local().await?);
        let step = Step::begin("starting AWS DynamoDB Local");
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("port {port} cannot be used for the database: end what uses it"))?;
        let port = listener.local_addr()?.port();
        drop(listener);
        let mut java = child::command(program);
        java.arg(format!("-Djava.library.path={}", folder.join("DynamoDBLocal_lib").display()));
        java.arg("-jar").arg(folder.join("DynamoDBLocal.jar"));
        java.args(["-disableTelemetry", "-sharedDb", "-port", &port.to_string()]).stdout(Stdio::null());
        // It leaves a file of its own where it runs.
        java.current_dir(&folder);
        match data {
            Some(data) => {
                fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
                java.arg("-dbPath").arg(path::absolute(data)?)
            }
            None => java.arg("-inMemory"),
        };
        let mut process = Child::start(java)?;

        let endpoint = format!("http://127.0.0.1:{port}");
        tokio::select! {
            code = process.wait() => bail!("AWS DynamoDB Local ended with code {}", code?),
            ready = ready(&endpoint) => ready?,
        }
        step.done();
        Ok(Self { endpoint, process })
    }

    /// Waits for it to end by itself and answers its exit code.
    pub async fn wait(&mut self) -> Result<i32> {
        self.process.wait().await
    }
}

async fn ready(endpoint: &str) -> Result<()> {
    let client = database::client(endpoint);
    until_it_works(async || {
        client.list_tables().limit(1).send().await.map(drop).context("the database does not answer")
    })
    .await
}
