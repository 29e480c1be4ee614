//! The files of the console: Vite makes them of `functions/console/web`, and the function `console` serves them.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use docs::document;
use shared::http::reference::Dialect;
use tokio::process::Command;

use crate::{
    child::{self, Child},
    tools::{self, Node},
};

/// Where the files are, relative to the project. `--include` of cargo-lambda puts them into the zip.
pub const FILES: &str = "target/console";

/// The sources, with everything from npm in `node_modules`.
pub struct Console {
    sources: PathBuf,
    node: Node,
}

impl Console {
    /// Fetches what the sources need, and describes the API to them as it is now.
    pub async fn prepare() -> Result<Self> {
        let sources = testing::root().join("functions/console/web");
        let packages = tools::console().await?.join("node_modules");
        let console = Self { node: Node::find().await?, sources };
        link(&packages, &console.sources.join("node_modules"))?;
        let api = testing::root().join("target/console-api.json");
        fs::write(&api, document(Dialect::Strict).to_string())?;
        let mut types = console.command("openapi-typescript")?;
        types.arg(&api).args(["--output", "src/api.d.ts"]);
        child::run("describing the API to the console", types).await?;
        Ok(console)
    }

    /// Builds the files.
    pub async fn build(&self) -> Result<()> {
        let mut vite = self.command("vite")?;
        vite.arg("build");
        child::run("building the console", vite).await
    }

    /// Builds them again whenever a source changes, until this is dropped.
    pub fn watch(&self) -> Result<Child> {
        let mut vite = self.command("vite")?;
        vite.args(["build", "--watch"]).stdout(std::process::Stdio::null());
        Child::start(vite)
    }

    /// Checks the types.
    pub async fn check_types(&self) -> Result<()> {
        let mut types = self.command("vue-tsc")?;
        types.arg("--noEmit");
        child::run("checking the types of the console", types).await
    }

    /// A program from npm, in the folder of the sources.
    pub fn command(&self, program: &str) -> Result<Command> {
        let mut command = self.node.command(self.sources.join("node_modules/.bin").join(program))?;
        command.current_dir(&self.sources);
        Ok(command)
    }
}

/// Lets a link lead to a folder, wherever it has led before.
fn link(folder: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).is_ok_and(|old| old == folder) {
        return Ok(());
    }
    if link.is_symlink() {
        fs::remove_file(link)?;
    }
    symlink(folder, link).with_context(|| format!("cannot make the link {}", link.display()))
}
