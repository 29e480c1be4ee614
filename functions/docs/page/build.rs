//! Puts the reference page together: Swagger UI from the npm registry, then what stands in this folder.

use crate::{Result, read};
use flate2::{Compression, Crc, write::GzEncoder};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// The files of the page, and what of Swagger UI comes first in them.
const FILES: [(&str, &str); 2] = [("script.js", "swagger-ui-bundle.js"), ("style.css", "swagger-ui.css")];

/// Writes the page and its files, which are compressed, to `out`.
pub fn make(out: &Path) -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let swagger_ui = install(&here, out)?;
    let mut page = read(&here.join("index.html"))?;
    for (name, first) in FILES {
        let whole = [fs::read_to_string(swagger_ui.join(first))?, read(&here.join(name))?].join("\n");
        let mut file = GzEncoder::new(Vec::new(), Compression::best());
        file.write_all(whole.as_bytes())?;
        fs::write(out.join(format!("{name}.gz")), file.finish()?)?;
        let mut checksum = Crc::new();
        checksum.update(whole.as_bytes());
        page = page.replace(name, &format!("{name}?{:08x}", checksum.sum()));
    }
    Ok(fs::write(out.join("index.html"), page)?)
}

/// Installs what package-lock.json says, whose checksums npm compares, unless that has been done. Answers the folder of
/// Swagger UI.
fn install(here: &Path, out: &Path) -> Result<PathBuf> {
    let (package, lock) = (read(&here.join("package.json"))?, read(&here.join("package-lock.json"))?);
    let installed = out.join("installed.json");
    if !fs::read_to_string(&installed).is_ok_and(|text| text == lock) {
        fs::write(out.join("package.json"), package)?;
        fs::write(out.join("package-lock.json"), &lock)?;
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(out);
        let output = npm.output().map_err(|_| {
            "npm is missing, with which the docs function fetches Swagger UI: install Node.js 20 or newer"
        })?;
        if !output.status.success() {
            return Err(format!("npm ci failed: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
        fs::write(installed, lock)?;
    }
    Ok(out.join("node_modules/swagger-ui-dist"))
}
