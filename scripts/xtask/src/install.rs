//! Fetches tools from the package registries into a folder, each once, as its lock file says, hash by hash. pip and npm
//! fetch them, so that their own settings hold here too: proxies, mirrors, certificates.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{process::Command, time::sleep};

use crate::{
    alone::alone,
    child::{self, Ended},
    progress::Step,
};

/// Says that an installation is whole. Moving a finished folder into place would say the same, but a Python
/// environment has its own path written into it.
const WHOLE: &str = ".whole";
/// Where pip keeps what it has not unpacked yet.
const UNFINISHED: &str = "unfinished";
/// What pip and npm say when a registry does not answer, or does not let us in.
const NOT_REACHED: [&str; 16] = [
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "ProtocolError",
    "IncompleteRead",
    "HTTPError",
    "HTTP error",
    "ECONN",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ERR_SOCKET_TIMEOUT",
    "SELF_SIGNED_CERT",
    "UNABLE_TO_",
];
/// What they say when a file is not the one whose hash the lock file has.
const OTHER_HASH: [&str; 2] = ["DO NOT MATCH THE HASHES", "EINTEGRITY"];
/// What they say when there is no such file.
const NOT_THERE: [&str; 3] = ["No matching distribution", "E404", "ETARGET"];

/// Something to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its name for people, and that of its folder.
    pub name: &'static str,
    /// The file or folder, relative to the project, that says what it consists of, in which versions and with which hashes.
    pub lock: &'static str,
    /// About how much arrives, from npm as it is unpacked.
    pub megabytes: u64,
    /// What else somebody can do to have it.
    pub instead: &'static str,
}

/// The folder that tools are in.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Where it is.
    pub folder: PathBuf,
    /// The project's folder, which lock files are below.
    pub root: PathBuf,
    /// Variables for pip and npm, besides those of this process.
    pub environment: Vec<(String, String)>,
}

impl Default for Shelf {
    /// The project's own.
    fn default() -> Self {
        let root = testing::root().to_owned();
        Self { folder: root.join(".tools"), root, environment: Vec::new() }
    }
}

impl Shelf {
    /// The folder of a tool from PyPI: a Python environment with its programs in `bin`.
    pub async fn python(&self, tool: Tool) -> Result<PathBuf> {
        let lock = self.root.join(tool.lock);
        self.install(&folder_name(tool, &lock)?, async |folder| {
            python_is_there().await?;
            let step = fetching(tool, "PyPI");
            let mut venv = child::command("python3");
            venv.args(["-m", "venv"]).arg(folder);
            went_well(tool, "PyPI", &step, child::attempt(&step, venv).await?)?;
            let unfinished = folder.join(UNFINISHED);
            fs::create_dir(&unfinished)?;
            let mut pip = child::command(folder.join("bin/pip"));
            pip.args(["install", "--disable-pip-version-check", "--no-input", "--require-hashes"]);
            // The lock file has all dependencies. Pip refuses those that are asked for with extras, which it cannot name.
            pip.args(["--no-deps", "-r"]).arg(&lock);
            pip.env("TMPDIR", &unfinished).envs(self.environment.iter().cloned());
            let ended = measured(&step, &unfinished, child::attempt(&step, pip)).await?;
            went_well(tool, "PyPI", &step, ended)?;
            fs::remove_dir_all(unfinished)?;
            step.done();
            Ok(())
        })
        .await
    }

    /// The folder of a tool from npm, with its packages in `node_modules`. `npm` is the command to call npm with, and `last`
    /// what is still to be done with the folder.
    pub async fn npm(
        &self,
        tool: Tool,
        npm: impl AsyncFnOnce() -> Result<Command>,
        last: impl AsyncFnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let source = self.root.join(tool.lock);
        let lock = source.join("package-lock.json");
        self.install(&folder_name(tool, &lock)?, async |folder| {
            let mut npm = npm().await?;
            for name in ["package.json", "package-lock.json"] {
                fs::copy(source.join(name), folder.join(name))?;
            }
            let step = fetching(tool, "npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
            npm.envs(self.environment.iter().cloned());
            let ended = measured(&step, &folder.join("node_modules"), child::attempt(&step, npm)).await?;
            went_well(tool, "npm", &step, ended)?;
            step.done();
            last(folder).await
        })
        .await
    }

    /// The folder of that name, after its recipe has filled it if it is not there yet. What was left half done is made anew.
    pub async fn install(
        &self,
        name: &str,
        recipe: impl AsyncFnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        let whole = folder.join(WHOLE);
        if whole.exists() {
            return Ok(folder);
        }
        let shelf = &self.folder;
        fs::create_dir_all(shelf).with_context(|| format!("cannot make {}", shelf.display()))?;
        // One for each folder: a recipe may want another tool.
        let _lock = alone(&format!("installation of {name}"), &shelf.join(format!("{name}.lock"))).await?;
        if !whole.exists() {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir(&folder)?;
            recipe(&folder).await?;
            File::create(whole)?;
        }
        Ok(folder)
    }
}

/// Another for every content of the lock file.
fn folder_name(tool: Tool, lock: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(lock).with_context(|| format!("cannot read {}", lock.display()))?.hash(&mut hasher);
    Ok(format!("{}-{:016x}", tool.name, hasher.finish()))
}

fn fetching(tool: Tool, registry: &str) -> Step {
    let title = format!("fetching {} from {registry}, {} MB", tool.name, tool.megabytes);
    Step::fetching(&title, tool.megabytes * 1_000_000)
}

/// Shows, while the work goes on, how much the folder has grown.
async fn measured<T>(step: &Step, folder: &Path, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = sleep(Duration::from_millis(300)) => {
                let bar = step.bar();
                bar.set_position(bytes_in(folder).min(bar.length().unwrap_or_default()));
            }
        }
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| match file.metadata() {
            Ok(it) if it.is_dir() => bytes_in(&file.path()),
            Ok(it) => it.len(),
            Err(_) => 0,
        })
        .sum()
}

/// One line for what people can do something about; for anything else, all that was said.
fn went_well(tool: Tool, registry: &str, step: &Step, ended: Ended) -> Result<()> {
    if ended.code == 0 {
        return Ok(());
    }
    step.clear();
    let said = format!("{}{}", ended.out, ended.err);
    bail!(failure(tool, registry, &said).unwrap_or_else(|| {
        eprint!("{said}");
        format!("{} cannot be installed from {registry}", tool.name)
    }))
}

/// What is wrong and what to do, if it is one of the usual things.
fn failure(tool: Tool, registry: &str, said: &str) -> Option<String> {
    let has = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    let Tool { name, lock, instead, .. } = tool;
    if has(&OTHER_HASH) {
        return Some(format!(
            "{name}: what {registry} sent is not what {lock} expects, and was thrown away: try again, and if it stays so, do \
             not trust the registry or mirror that pip or npm is set to"
        ));
    }
    if has(&NOT_REACHED) {
        let setting = if registry == "npm" { "npm config set registry" } else { "PIP_INDEX_URL" };
        return Some(format!(
            "{name}: {registry} is not reached: see to the network, the proxy (HTTPS_PROXY) or a mirror ({setting}), and \
             start again; {instead}"
        ));
    }
    has(&NOT_THERE)
        .then(|| format!("{name}: {registry} has none for this machine, as {lock} wants it: {instead}"))
}

async fn python_is_there() -> Result<()> {
    let old = "import sys; sys.exit(sys.version_info < (3, 11))";
    ensure!(
        succeeds("python3", &["-c", old]).await,
        "Python 3.11 or newer is missing: apt install python3-venv"
    );
    let venv = succeeds("python3", &["-c", "import venv, ensurepip"]).await;
    ensure!(venv, "Python's venv is missing: apt install python3-venv");
    Ok(())
}

/// Whether a program of the system is there and ends well.
pub async fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}
