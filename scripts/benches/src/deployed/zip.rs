//! The programs in the zips that are deployed.

use anyhow::{Context, Result};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use xtask::child;

/// Unpacks the program of a function's zip, which is in its folder in `zips`, into `parent`, and answers where it is, and how large
/// the zip.
pub async fn unpack(package: &str, zips: &Path, parent: &Path) -> Result<(PathBuf, u64)> {
    let zip = zips.join(package).join("bootstrap.zip");
    let size = fs::metadata(&zip).with_context(|| format!("no {}", zip.display()))?.len();
    let folder = parent.join(package);
    let mut python = child::command("python3");
    python.args(["-m", "zipfile", "--extract"]).arg(&zip).arg(&folder);
    child::run(&format!("unpacking {package}"), python).await?;
    let bootstrap = folder.join("bootstrap");
    // Python leaves the permissions in the zip.
    fs::set_permissions(&bootstrap, Permissions::from_mode(0o755))?;
    Ok((bootstrap, size))
}
