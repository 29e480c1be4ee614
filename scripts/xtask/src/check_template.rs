//! What SAM, cfn-lint and checkov have to say about template.yaml.

use std::{env, path::Path};

use anyhow::Result;

use crate::{child, tools};

/// A region of every partition, for what a template may say is not the same in all of them.
const PARTITIONS: [&str; 8] = [
    "us-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "eusc-de-east-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
];

/// Fails if SAM, which asks cfn-lint too, cannot use it. Needs no account.
pub async fn valid() -> Result<()> {
    let sam = tools::sam().await?.join("sam");
    check(&sam, &["validate", "--lint", "--template", "template.yaml"]).await
}

/// Fails if one of them has an objection.
pub async fn run() -> Result<()> {
    let (sam, checkov) = (tools::sam().await?, tools::checkov().await?);
    valid().await?;
    let cfn_lint = sam.join("cfn-lint");
    check(&cfn_lint, &["template.yaml", "budget.yaml"]).await?;
    check(&cfn_lint, &[&["--regions"], PARTITIONS.as_slice(), &["--", "template.yaml"]].concat()).await?;
    check(&checkov, &["--file", "template.yaml", "--config-file", ".checkov.yaml"]).await
}

async fn check(program: &Path, arguments: &[&str]) -> Result<()> {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let mut command = child::command(program);
    command.args(arguments).current_dir(testing::root()).env("SAM_CLI_TELEMETRY", "0");
    // They ask for a region, whose resources the template has to suit; any will do.
    if env::var_os("AWS_REGION").is_none() && env::var_os("AWS_DEFAULT_REGION").is_none() {
        command.env("AWS_DEFAULT_REGION", "eu-west-1");
    }
    child::run(&format!("{name} reads template.yaml"), command).await
}
