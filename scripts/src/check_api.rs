//! `scripts/check-api`: what others make of the API reference, with their own tools, against a running API.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::{
    child::{self, Child},
    demo, dev, tools,
};

const ALL_PHASES: &str = "examples,coverage,fuzzing,stateful";

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// What to check [default: everything]
    #[arg(value_name = "CHECK")]
    checks: Vec<Check>,
    /// Test cases of schemathesis for each operation
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    examples: u32,
    /// Let schemathesis make only a few random cases of each operation, which takes a minute instead of ten
    #[arg(long, conflicts_with = "examples")]
    quick: bool,
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
    let chromium = if is_chosen(Check::Page) { Some(tools::chromium()?) } else { None };
    let schemathesis = if is_chosen(Check::Fuzz) { Some(tools::schemathesis().await?) } else { None };
    let node = Node::prepare().await?;

    let dev = dev::start(dev::Options::temporary()).await?;
    let document = format!("{}/api/openapi.json", dev.url);
    if is_chosen(Check::Lint) {
        node.run("linting the API reference", "redocly", &["lint", &document, "--config", "lint.yaml"])
            .await?;
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
        let (cases, phases) =
            if options.quick { (5, "examples,fuzzing") } else { (options.examples, ALL_PHASES) };
        let cases = cases.to_string();
        let token = sign_in(&dev.url)?;
        for token in [None, Some(token)] {
            let mut command = child::command(&schemathesis);
            command.args(["--config-file", "schemathesis.toml", "run", &document]);
            command.args(["--max-examples", &cases, "--phases", phases]);
            if let Some(token) = token {
                command.args(["--header", &format!("Authorization: Bearer {token}")]);
            }
            // For the hooks, which keep the session alive.
            command.env("PHONE", demo::ADMIN_PHONE).env("PASSWORD", demo::ADMIN_PASSWORD);
            command.current_dir(source());
            if Child::start(command)?.wait().await? != 0 {
                bail!("schemathesis has findings");
            }
        }
    }
    Ok(())
}

/// The tools and the scripts of `scripts/api-checks`, in a folder where they may write.
struct Node(PathBuf);

impl Node {
    async fn prepare() -> Result<Self> {
        let source = source();
        let folder = tools::node_modules("api-checks", &source).await?;
        for file in ["lint.yaml", "tsconfig.json", "story.ts", "page.ts"] {
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

/// The token of a new session of the admin.
fn sign_in(url: &str) -> Result<String> {
    let login = json!({ "phoneNumber": demo::ADMIN_PHONE, "password": demo::ADMIN_PASSWORD });
    let mut answer = ureq::post(format!("{url}/api/user/login")).send_json(login)?;
    let answer: Value = answer.body_mut().read_json()?;
    answer.pointer("/data/session").and_then(Value::as_str).map(str::to_owned).context("no session")
}
