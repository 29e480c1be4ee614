//! What a file is, by how it begins.

use super::package::Package;
use super::unreadable::Unreadable;
use serde::de::IgnoredAny;

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A zip with the parts of a workbook.
    Workbook,
    /// Anything that may be text.
    Text,
}

const OLD_XLS: &str = "这是旧版的xls格式，请另存为xlsx或csv后再上传";
const PASSWORD: &str = "文件有密码保护，请去掉密码后再上传";
/// What is said of files that nobody takes for tables.
pub const NO_TABLE: &str = "这不是表格文件，请上传xlsx或csv文件";
const PDF: &str = "这是PDF文件，不是表格，请上传xlsx或csv文件";
const PICTURE: &str = "这是图片，不是表格，请上传xlsx或csv文件";
const COMPRESSED: &str = "这是压缩包，请解压后上传里面的xlsx或csv文件";
const PAGE: &str = "这是网页，不是真正的表格，请用Excel打开后另存为xlsx再上传";
const JSON: &str = "这是JSON文件，不是表格，请上传xlsx或csv文件";
const XML: &str = "这是XML文件，请用Excel打开后另存为xlsx再上传";

/// The first entry of a table of OpenDocument is stored as it is, so this stands right behind its header and its name.
const ODS: (usize, &[u8]) = (38, b"application/vnd.oasis.opendocument.spreadsheet");
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// How files begin that some people take for tables.
const OTHERS: [(&[u8], &str); 11] = [
    (b"%PDF", PDF),
    (b"\x89PNG", PICTURE),
    (b"\xFF\xD8\xFF", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"Rar!", COMPRESSED),
    (b"7z\xBC\xAF\x27\x1C", COMPRESSED),
    (b"\x1F\x8B\x08", COMPRESSED),
    (b"\xFD7zXZ", COMPRESSED),
    (b"{\\rtf", NO_TABLE),
];

/// Parts of other zips, by which one knows them.
const ZIPS: [(&str, &str); 7] = [
    ("xl/workbook.bin", "这是xlsb格式，请另存为xlsx或csv后再上传"),
    ("word/", "这是Word文档，不是表格，请上传xlsx或csv文件"),
    ("ppt/", "这是PowerPoint文件，不是表格，请上传xlsx或csv文件"),
    ("index/document.iwa", "这是Numbers表格，请导出为xlsx或csv后再上传"),
    ("index.zip", "这是Numbers表格，请导出为xlsx或csv后再上传"),
    ("meta-inf/manifest.xml", NO_TABLE),
    ("ofd.xml", NO_TABLE),
];

/// What the file is.
///
/// # Errors
/// [`Unreadable`] if it is something else, and what that is as far as one can tell.
pub fn kind(bytes: &[u8]) -> Result<Kind, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::empty());
    }
    if let Some((_, why)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Unreadable::new(*why));
    }
    if bytes.starts_with(OLE) {
        return Err(Unreadable::new(ole(bytes)));
    }
    if !bytes.starts_with(b"PK\x03\x04") && !bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Text);
    }
    let package = Package::open(bytes)?;
    if package.names().any(|name| name == "xl/workbook.xml" || name.starts_with("xl/worksheets/")) {
        return Ok(Kind::Workbook);
    }
    if bytes.get(ODS.0..).is_some_and(|rest| rest.starts_with(ODS.1)) {
        return Err(Unreadable::new("这是ods格式，请另存为xlsx或csv后再上传"));
    }
    let other = ZIPS.iter().find(|(part, _)| package.names().any(|name| name.starts_with(part)));
    Err(Unreadable::new(other.map_or(COMPRESSED, |(_, why)| *why)))
}

/// What a compound file is. Its directory has entries of 128 bytes, each of which begins with the name of a stream.
fn ole(bytes: &[u8]) -> &'static str {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes.chunks(128).any(|entry| entry.starts_with(&name))
    };
    if has("EncryptedPackage") {
        PASSWORD
    } else if has("Workbook") || has("Book") {
        OLD_XLS
    } else {
        NO_TABLE
    }
}

/// Web pages and XML are often called `.xls`, and JSON is text too.
///
/// # Errors
/// [`Unreadable`] if the text is one of them.
pub fn refuse_others(text: &str) -> Result<(), Unreadable> {
    let begins =
        |tag: &str| text.trim_start().get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    if ["<!doctype html", "<html", "<head", "<meta", "<table", "<style", "mime-version:"]
        .into_iter()
        .any(begins)
    {
        return Err(Unreadable::new(PAGE));
    }
    if begins("<?xml") {
        return Err(Unreadable::new(XML));
    }
    // A table may begin like JSON, but will not go on like it.
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match (begins("{") || begins("[")) && values.all(|value| value.is_ok()) {
        true => Err(Unreadable::new(JSON)),
        false => Ok(()),
    }
}
