//! The packages of another commit, built from its own sources with its own Cargo.lock.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use testing::template::Template;

use crate::{child, package};

const TEMPLATE: &str = "template.yaml";
/// What a template may need beside itself.
const PARTS: [&str; 1] = ["budget.yaml"];
/// Says that a folder has all of it.
const WHOLE: &str = ".whole";

/// The sources of a commit, in a temporary folder that goes when this is dropped.
struct Worktree(PathBuf);

impl Worktree {
    async fn add(commit: &str) -> Result<Self> {
        let folder = env::temp_dir().join(format!("crm-{commit}-{}", process::id()));
        let mut git = child::command("git");
        git.args(["worktree", "add", "--detach"]).arg(&folder).arg(commit).current_dir(testing::root());
        // It removes what it could not finish, too.
        let worktree = Self(folder);
        child::run(&format!("taking out the sources of {commit}"), git).await?;
        Ok(worktree)
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        let mut git = Command::new("git");
        git.args(["worktree", "remove", "--force"]).arg(&self.0).current_dir(testing::root());
        let _ = git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The commit of a revision, as 40 digits.
pub async fn commit(revision: &str) -> Result<String> {
    let mut git = tokio::process::Command::new("git");
    git.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(format!("{revision}^{{commit}}"));
    let output = git.current_dir(testing::root()).stdin(Stdio::null()).output().await;
    let output = output.context("git is missing")?;
    ensure!(output.status.success(), "{revision} is no commit of this repository");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The folder with the template and the zips of a commit. They are built once, for a commit does not change.
pub async fn packages(commit: &str, arm64: bool) -> Result<PathBuf> {
    let architecture = if arm64 { "arm64" } else { "x86_64" };
    let folder = testing::root().join(format!("target/older/{commit}-{architecture}"));
    if folder.join(WHOLE).exists() {
        return Ok(folder);
    }
    let sources = Worktree::add(commit).await?;
    let template = Template::read_from(&sources.0).with_context(|| format!("the commit {commit}"))?;
    fs::create_dir_all(&folder)?;
    let names: Vec<_> = template.functions.iter().map(|function| function.name.as_str()).collect();
    let build = folder.join("build");
    package::build_from(&sources.0, Some(&build), &names, arm64, &folder.join("lambda")).await?;
    take_over(&sources.0, &folder)?;
    // Half a gigabyte that nobody needs again.
    fs::remove_dir_all(build)?;
    Ok(folder)
}

/// Copies the template, which then finds the zips in its own folder.
fn take_over(sources: &Path, folder: &Path) -> Result<()> {
    let text = fs::read_to_string(sources.join(TEMPLATE))?;
    fs::write(folder.join(TEMPLATE), text.replace("CodeUri: target/", "CodeUri: "))?;
    for part in PARTS.iter().filter(|part| sources.join(part).exists()) {
        fs::copy(sources.join(part), folder.join(part))?;
    }
    fs::write(folder.join(WHOLE), "")?;
    Ok(())
}
