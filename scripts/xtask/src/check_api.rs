//! `scripts/check-api`: what others make of the API reference, with their own tools, against a `scripts/dev` that it starts.

use std::{fs, path::PathBuf};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::{
    child::{self, Child},
    dev,
    tools::{self, Node},
};

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct CheckApiOptions {
    /// What to check [default: everything]
    #[arg(value_name = "CHECK")]
    checks: Vec<Check>,
    /// Random requests of schemathesis to each operation, besides those at the limits of parameters
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    examples: u32,
    /// Renew the pictures in functions/docs/pictures, with a Chromium and a Chinese font that are fetched for it
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
pub async fn run(options: CheckApiOptions) -> Result<()> {
    let is_chosen = |check| options.checks.is_empty() || options.checks.contains(&check);
    // What is missing is said before anything is built.
    let chromium = match (is_chosen(Check::Page), options.pictures) {
        (true, true) => Some(tools::chromium_with_fonts().await?),
        (true, false) => Some(tools::chromium().await?),
        (false, _) => None,
    };
    let schemathesis = if is_chosen(Check::Fuzz) { Some(tools::schemathesis().await?) } else { None };
    let bench = Bench::prepare().await?;

    let dev = dev::start(dev::DevOptions::temporary()).await?;
    let document = format!("{}/api/openapi.json", dev.url);
    let strict = format!("{document}?strict=true");
    if is_chosen(Check::Lint) {
        bench.module("linting", "redocly", &["lint", &document, &strict, "--config", "lint.yaml"]).await?;
    }
    if is_chosen(Check::Client) || is_chosen(Check::Page) {
        for (document, types) in [(&document, "lenient.d.ts"), (&strict, "strict.d.ts")] {
            bench.module("making a client", "openapi-typescript", &[document, "--output", types]).await?;
        }
        bench.module("compiling", "tsc", &[]).await?;
    }
    if is_chosen(Check::Client) {
        bench.script("looking for any and never", "types.js", &["lenient.d.ts", "strict.d.ts"]).await?;
        bench.script("running the client", "story.js", &[&dev.url]).await?;
    }
    if let Some(chromium) = chromium {
        let pictures = testing::root().join("functions/docs/pictures");
        let pictures = options.pictures.then_some(pictures);
        let arguments =
            [Some(dev.url.as_str()), chromium.to_str(), pictures.as_ref().and_then(|it| it.to_str())];
        let arguments: Vec<_> = arguments.into_iter().flatten().collect();
        bench.script("opening the page in Chromium", "page.js", &arguments).await?;
    }
    if let Some(schemathesis) = schemathesis {
        let token = dev.token().await?;
        let session = ["--header".to_owned(), format!("Authorization: Bearer {token}")];
        for session in [&[], session.as_slice()] {
            let mut command = child::command(&schemathesis);
            command.args(["--config-file", "schemathesis.toml", "run", &document]);
            command.args(["--max-examples", &options.examples.to_string()]).args(session);
            command.current_dir(&bench.folder);
            // For the hooks, which keep the session alive.
            command.env("PHONE", demo::ADMIN_PHONE).env("PASSWORD", demo::ADMIN_PASSWORD);
            if Child::start(command)?.wait().await? != 0 {
                bail!("schemathesis has findings; what the functions said is in {}", dev::LOG);
            }
        }
    }
    Ok(())
}

/// What is in `scripts/xtask/api-checks`, and the tools from npm, in a folder where they may write.
struct Bench {
    folder: PathBuf,
    node: Node,
}

impl Bench {
    async fn prepare() -> Result<Self> {
        let source = testing::root().join("scripts/xtask/api-checks");
        let (folder, node) = (tools::api_checks().await?, Node::find().await?);
        for file in fs::read_dir(source)? {
            let file = file?;
            fs::copy(file.path(), folder.join(file.file_name()))?;
        }
        Ok(Self { folder, node })
    }

    async fn module(&self, title: &str, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.node.command(self.folder.join("node_modules/.bin").join(program))?;
        command.args(arguments).current_dir(&self.folder).env("REDOCLY_TELEMETRY", "off");
        child::run(title, command).await
    }

    async fn script(&self, title: &str, script: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.node.command("node")?;
        command.arg(script).args(arguments).current_dir(&self.folder);
        child::run(title, command).await
    }
}
