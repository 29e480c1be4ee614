//! AWS's SAM, which deploys, describes and deletes stacks.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::process::Command;

use crate::{child, tools};

/// SAM, and the AWS that it talks to.
pub struct Sam {
    program: PathBuf,
    region: Option<String>,
    stand_in: Option<StandIn>,
}

/// What plays AWS.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// Variables that lead there. Those that lead to the caller's own AWS are taken away.
    pub environment: Vec<(String, String)>,
    /// A samconfig.toml in place of the team's own.
    pub config: PathBuf,
}

/// One output of a stack.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

/// One resource of a stack: its name in template.yaml and its name in AWS.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    logical_resource_id: String,
    physical_resource_id: String,
}

impl Sam {
    /// For the account that the caller's environment names. The region is the environment's too, unless it is given.
    pub async fn aws(region: Option<String>) -> Result<Self> {
        Ok(Self { program: tools::sam().await?.join("sam"), region, stand_in: None })
    }

    /// For what plays AWS.
    pub async fn rehearsal(stand_in: StandIn) -> Result<Self> {
        Ok(Self { program: tools::sam().await?.join("sam"), region: None, stand_in: Some(stand_in) })
    }

    /// Deploys as somebody does who sits at the terminal: SAM may ask, and shows what it does.
    pub async fn deploy(&self, arguments: &[String]) -> Result<()> {
        let mut sam = Command::new(&self.program);
        sam.arg("deploy").args(arguments).current_dir(testing::root());
        match sam.kill_on_drop(true).status().await.context("cannot start sam")?.success() {
            true => Ok(()),
            false => bail!("sam deploy failed: what it says above tells why"),
        }
    }

    /// Deploys without questions, under a spinner.
    pub async fn deploy_unattended(
        &self,
        title: &str,
        stack: &str,
        template: &Path,
        parameters: &[String],
    ) -> Result<()> {
        let mut sam = self.command(&["deploy", "--stack-name", stack, "--no-progressbar"]);
        sam.args(UNATTENDED).arg("--template-file").arg(template);
        sam.arg("--parameter-overrides").args(parameters);
        child::run(title, sam).await
    }

    /// Deletes a stack without questions.
    pub async fn delete(&self, stack: &str) -> Result<()> {
        let title = format!("deleting the stack {stack}");
        child::run(&title, self.command(&["delete", "--no-prompts", "--stack-name", stack])).await
    }

    /// The outputs of a stack, by name.
    pub async fn outputs(&self, stack: &str) -> Result<BTreeMap<String, String>> {
        let outputs: Vec<Output> = self.list("stack-outputs", stack).await?;
        Ok(outputs.into_iter().map(|output| (output.output_key, output.output_value)).collect())
    }

    /// What is in a stack: names in AWS by names in template.yaml.
    pub async fn resources(&self, stack: &str) -> Result<BTreeMap<String, String>> {
        let resources: Vec<Resource> = self.list("resources", stack).await?;
        let names = |resource: Resource| (resource.logical_resource_id, resource.physical_resource_id);
        // What the template makes only on a condition is listed with a dash.
        Ok(resources.into_iter().map(names).filter(|(_, name)| name != "-").collect())
    }

    async fn list<T: for<'a> Deserialize<'a>>(&self, what: &str, stack: &str) -> Result<Vec<T>> {
        let mut sam = self.command(&["list", what, "--stack-name", stack, "--output", "json"]);
        if let Some(region) = &self.region {
            sam.args(["--region", region]);
        }
        let text = child::output(&format!("asking for the {what} of {stack}"), sam).await?;
        serde_json::from_str(&text).with_context(|| format!("the {what} of the stack {stack}"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut sam = child::command(&self.program);
        sam.args(arguments).current_dir(testing::root());
        if let Some(StandIn { environment, config }) = &self.stand_in {
            env::vars_os().map(|(name, _)| name).filter(is_of_aws).for_each(|name| {
                sam.env_remove(name);
            });
            sam.envs(environment.clone()).arg("--config-file").arg(config);
        }
        sam
    }
}

fn is_of_aws(name: &OsString) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("AWS_") || name.starts_with("SAM_"))
}

/// What `sam deploy` needs where nobody answers its questions.
pub const UNATTENDED: [&str; 5] = [
    "--resolve-s3",
    "--no-confirm-changeset",
    "--no-fail-on-empty-changeset",
    "--capabilities",
    "CAPABILITY_IAM",
];
