//! The tools that the commands need, installed on first use into the project's ignored `.tools` folder.

use std::{
    env,
    fs::{self, File, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{process::Command, time::sleep};

use crate::{child, progress::Step};

const CARGO_LAMBDA: &str = "1.9.2";
const CARGO_DENY: &str = "0.20.2";
const SAM: &str = "1.170.0";
const CHECKOV: &str = "3.3.30";
const SCHEMATHESIS: &str = "4.32.5";
/// The version of the npm package that carries AWS DynamoDB Local.
const DYNAMODB_LOCAL: &str = "2.9.30";
const MINISTACK: &str = "1.5.33";

/// Says that an installation is whole. Moving a finished folder into place would say the same, but a Python
/// environment has its own path written into it.
const WHOLE: &str = ".whole";

/// The program cargo-lambda.
pub async fn cargo_lambda() -> Result<PathBuf> {
    if let Some(program) = on_path("cargo-lambda", &["lambda", "--version"], CARGO_LAMBDA).await {
        return Ok(program);
    }
    Ok(python("cargo-lambda", CARGO_LAMBDA).await?.join("cargo-lambda"))
}

/// The folder of the programs `sam` and `cfn-lint`, which sam brings.
pub async fn sam() -> Result<PathBuf> {
    python("aws-sam-cli", SAM).await
}

/// The program checkov.
pub async fn checkov() -> Result<PathBuf> {
    Ok(python("checkov", CHECKOV).await?.join("checkov"))
}

/// The program ministack, which plays AWS.
pub async fn ministack() -> Result<PathBuf> {
    Ok(python("ministack[full]", MINISTACK).await?.join("ministack"))
}

/// The program of schemathesis.
pub async fn schemathesis() -> Result<PathBuf> {
    Ok(python("schemathesis", SCHEMATHESIS).await?.join("st"))
}

/// The folder with the packages that the package-lock.json in `source` says, in node_modules.
pub async fn node_modules(name: &str, source: &Path) -> Result<PathBuf> {
    let files = ["package.json", "package-lock.json"].map(|file| source.join(file));
    let mut hasher = DefaultHasher::new();
    fs::read(&files[1])?.hash(&mut hasher);
    install(name, &format!("{:016x}", hasher.finish()), async |folder| {
        require("npm", "--version", "install Node.js 20 or newer").await?;
        for file in &files {
            fs::copy(file, folder.join(file.file_name().unwrap_or_default()))?;
        }
        let mut npm = child::command("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
        child::run(&format!("installing {name}"), npm).await
    })
    .await
}

/// The load generator hey, which comes from the system.
pub fn hey() -> Result<PathBuf> {
    on_system(&["hey"]).context("hey is missing: apt install hey")
}

/// The browser Chromium, or Chrome, which comes from the system.
pub fn chromium() -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    on_system(&names).context("chromium is missing: apt install chromium")
}

/// The first program of one of these names that is on the path.
fn on_system(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut programs =
        env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    programs.find(|program| program.is_file())
}

/// The folder of a Python package's programs, in an environment of its own.
async fn python(package: &str, version: &str) -> Result<PathBuf> {
    let name = package.split('[').next().unwrap_or(package);
    let folder = install(name, version, async |folder| {
        require("python3", "--version", "install Python 3").await?;
        if !succeeds("python3", &["-c", "import venv, ensurepip"]).await {
            bail!("Python's venv is missing: install python3-venv");
        }
        let mut venv = child::command("python3");
        venv.args(["-m", "venv"]).arg(folder);
        child::run("making a Python environment", venv).await?;
        let mut pip = child::command(folder.join("bin/pip"));
        pip.args(["install", "--disable-pip-version-check", &format!("{package}=={version}")]);
        child::run(&format!("installing {package} {version}"), pip).await
    });
    Ok(folder.await?.join("bin"))
}

/// The program cargo-deny.
pub async fn cargo_deny() -> Result<PathBuf> {
    if let Some(program) = on_path("cargo-deny", &["--version"], CARGO_DENY).await {
        return Ok(program);
    }
    let folder = install("cargo-deny", CARGO_DENY, async |folder| {
        let mut cargo = child::command("cargo");
        cargo.args(["install", "--locked", "--no-default-features", "--version", CARGO_DENY, "cargo-deny"]);
        cargo.arg("--root").arg(folder);
        child::run(&format!("building cargo-deny {CARGO_DENY}, some minutes"), cargo).await
    });
    Ok(folder.await?.join("bin/cargo-deny"))
}

/// The folder of AWS DynamoDB Local, which holds its jar and its native libraries.
pub async fn dynamodb_local() -> Result<PathBuf> {
    require("java", "-version", "AWS DynamoDB Local needs Java 17 or newer").await?;
    install("dynamodb-local", DYNAMODB_LOCAL, async |folder| {
        require("npm", "--version", "AWS DynamoDB Local comes from the npm registry").await?;
        require("tar", "--version", "it unpacks AWS DynamoDB Local").await?;
        let package = format!("amplify-dynamodb-simulator@{DYNAMODB_LOCAL}");
        let mut npm = child::command("npm");
        npm.args(["pack", &package, "--pack-destination"]).arg(folder);
        child::run(&format!("fetching AWS DynamoDB Local {DYNAMODB_LOCAL}"), npm).await?;
        let archive = folder.join(format!("amplify-dynamodb-simulator-{DYNAMODB_LOCAL}.tgz"));
        let mut tar = child::command("tar");
        tar.arg("-xzf").arg(&archive).arg("-C").arg(folder);
        tar.args(["--strip-components=2", "package/emulator"]);
        child::run("unpacking AWS DynamoDB Local", tar).await?;
        Ok(fs::remove_file(archive)?)
    })
    .await
}

/// Answers the folder of a tool, after its recipe has filled it if it is not there yet.
async fn install(
    name: &str,
    version: &str,
    recipe: impl AsyncFnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let tools = testing::root().join(".tools");
    let folder = tools.join(format!("{name}-{version}"));
    let whole = folder.join(WHOLE);
    if whole.exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&tools).with_context(|| format!("cannot make {}", tools.display()))?;
    let _lock = lock(&tools.join("lock")).await?;
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

/// Waits until no other process installs anything.
async fn lock(path: &Path) -> Result<File> {
    let file = File::create(path)?;
    let mut waiting = None;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) => {
                waiting.get_or_insert_with(|| Step::begin("waiting for another installation"));
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn on_path(program: &str, arguments: &[&str], version: &str) -> Option<PathBuf> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().await.ok()?;
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    words.split_whitespace().any(|word| word == version).then(|| PathBuf::from(program))
}

async fn require(program: &str, argument: &str, reason: &str) -> Result<()> {
    if succeeds(program, &[argument]).await { Ok(()) } else { bail!("{program} is missing: {reason}") }
}

async fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}
