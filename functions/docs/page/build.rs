//! Puts the reference page together: Swagger UI, then what stands in this folder.

use crate::{Result, read};
use flate2::{Compression, Crc, bufread::DeflateDecoder, write::GzEncoder};
use rawzip::ZipArchive;
use std::{
    fs,
    io::{self, Write},
    path::Path,
};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// The files of the page, and what of Swagger UI comes first in them.
const FILES: [(&str, &str); 2] = [("script.js", "swagger-ui-bundle.js"), ("style.css", "swagger-ui.css")];

/// Writes the page and its files, which are compressed, to `out`.
pub fn make(out: &Path) -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let mut page = read(&here.join("index.html"))?;
    for (name, first) in FILES {
        let whole = [swagger_ui(first)?, read(&here.join(name))?].join("\n");
        let mut file = GzEncoder::new(Vec::new(), Compression::best());
        file.write_all(whole.as_bytes())?;
        fs::write(out.join(format!("{name}.gz")), file.finish()?)?;
        let mut checksum = Crc::new();
        checksum.update(whole.as_bytes());
        page = page.replace(name, &format!("{name}?{:08x}", checksum.sum()));
    }
    Ok(fs::write(out.join("index.html"), page)?)
}

/// A file of Swagger UI. The crate holds all of a release, in a folder whose name tells its version.
fn swagger_ui(name: &str) -> Result<String> {
    let release = ZipArchive::from_slice(SWAGGER_UI_VENDORED)?;
    let end = format!("/dist/{name}");
    for entry in release.entries() {
        let entry = entry?;
        if entry.file_path().as_ref().ends_with(end.as_bytes()) {
            let file = release.get_entry(entry.wayfinder())?;
            return Ok(io::read_to_string(file.verifying_reader(DeflateDecoder::new(file.data())))?);
        }
    }
    Err(format!("utoipa-swagger-ui-vendored has no dist/{name}").into())
}
