//! `scripts/check-api`: what others make of the API reference, with their own tools, against a running API.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::{
    child::{self, Child},
    demo, dev, tools,
};

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// What to check [default: everything]
    #[arg(value_name = "CHECK")]
    checks: Vec<Check>,
    /// Test cases of schemathesis for each operation
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    examples: u32,
    /// Renew the pictures in functions/docs/pictures
    #[arg(long)]
    pictures: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Redocly's linter
    Lint,
    /// A TypeScript client, generated, compiled and run
    Client,
    /// The page in headless Chromium
    Page,
    /// schemathesis, without a session and with an admin's
    Fuzz,
}

/// Fails if one of the checks does.
pub async fn run(options: Options) -> Result<()> {
    let is_chosen = |check| options.checks.is_empty() || options.checks.contains(&check);
    // What is missing should be said before anything is built.
    let chromium = if is_chosen(Check::Page) { Some(tools::chromium().await?) } else { None };
    let schemathesis = if is_chosen(Check::Fuzz) { Some(tools::schemathesis().await?) } else { None };
    let node = Node::prepare().await?;

    let dev = dev::start(dev::Options::temporary()).await?;
    let document = format!("{}/api/openapi.json", dev.url);
    if is_chosen(Check::Lint) {
        node.run("linting the API reference", "redocly", &["lint", &document]).await?;
    }
    if is_chosen(Check::Client) || is_chosen(Check::Page) {
        node.run("making a client", "openapi-typescript", &[&document, "--output", "api.d.ts"]).await?;
        node.run("compiling", "tsc", &[]).await?;
    }
    if is_chosen(Check::Client) {
        node.script("running the client", "story.js", &[&dev.url]).await?;
    }
    if let Some(chromium) = chromium {
        let pictures = crate::root().join("functions/docs/pictures");
        let pictures = options.pictures.then(|| pictures.to_string_lossy().into_owned());
        let arguments = [Some(dev.url.as_str()), chromium.to_str(), pictures.as_deref()];
        let arguments: Vec<_> = arguments.into_iter().flatten().collect();
        node.script("opening the page in Chromium", "page.js", &arguments).await?;
    }
    if let Some(schemathesis) = schemathesis {
        fuzz(&schemathesis, &document, options.examples).await?;
    }
    Ok(())
}

/// The tools and the scripts of `scripts/api-checks`, in a folder where they may write.
struct Node(PathBuf);

impl Node {
    async fn prepare() -> Result<Self> {
        let source = source();
        let folder = tools::node_modules("api-checks", &source).await?;
        for file in ["redocly.yaml", "tsconfig.json", "story.ts", "page.ts"] {
            fs::copy(source.join(file), folder.join(file))?;
        }
        Ok(Self(folder))
    }

    async fn run(&self, title: &str, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = child::command(self.0.join("node_modules/.bin").join(program));
        command.args(arguments).current_dir(&self.0).env("REDOCLY_TELEMETRY", "off");
        child::run(title, command).await
    }

    async fn script(&self, title: &str, script: &str, arguments: &[&str]) -> Result<()> {
        let mut command = child::command("node");
        command.arg(script).args(arguments).current_dir(&self.0);
        child::run(title, command).await
    }
}

fn source() -> PathBuf {
    crate::root().join("scripts/api-checks")
}

/// Runs schemathesis without a session and with the admin's.
async fn fuzz(schemathesis: &Path, document: &str, examples: u32) -> Result<()> {
    for phone in [None, Some(demo::ADMIN_PHONE)] {
        let mut command = child::command(schemathesis);
        command.args(["--config-file", "schemathesis.toml", "run", document]);
        command.args(["--max-examples", &examples.to_string()]);
        command.env("SCHEMATHESIS_HOOKS", "hooks");
        command.current_dir(source());
        if let Some(phone) = phone {
            command.env("PHONE", phone).env("PASSWORD", demo::ADMIN_PASSWORD);
        }
        if Child::start(command)?.wait().await? != 0 {
            bail!("schemathesis has findings");
        }
    }
    Ok(())
}
