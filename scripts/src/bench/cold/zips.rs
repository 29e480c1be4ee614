//! The zips that are deployed.

use crate::{child, root, tools};
use anyhow::{Context, Result};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Builds the zips of these packages with one call.
pub async fn build(packages: &[&str]) -> Result<()> {
    let mut build = child::command(tools::cargo_lambda().await?);
    build.args(["lambda", "build", "--release", "--output-format", "zip", "--lambda-dir", "target/lambda"]);
    for package in packages {
        build.args(["--package", package, "--bin", package]);
    }
    build.current_dir(root());
    child::run("building the functions, some minutes after a change", build).await
}

/// Unpacks the program of a zip into `home` and answers where it is, and how large the zip.
pub async fn unpack(package: &str, home: &Path) -> Result<(PathBuf, u64)> {
    let zip = root().join(format!("target/lambda/{package}/bootstrap.zip"));
    let size = fs::metadata(&zip).with_context(|| format!("no {}", zip.display()))?.len();
    let folder = home.join(package);
    let mut python = child::command("python3");
    python.args(["-m", "zipfile", "--extract"]).arg(&zip).arg(&folder);
    child::run(&format!("unpacking {package}"), python).await?;
    let bootstrap = folder.join("bootstrap");
    fs::set_permissions(&bootstrap, Permissions::from_mode(0o755))?;
    Ok((bootstrap, size))
}
