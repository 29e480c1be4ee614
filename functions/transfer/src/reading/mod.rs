//! Reads the files that people import: text with delimiters, and workbooks.
//!
//! What a file is, its content tells; names of files lie. Nothing in it is trusted: whatever its bytes are, it is read or refused,
//! in little time and memory, with a sentence that says where and why.

mod cells;
mod decode;
mod delimited;
mod delimiter;
mod kind;
mod package;
mod parts;
mod place;
mod rows;
mod value;
mod workbook;
mod xml;

use kind::Kind;
use rows::Rows;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most bytes of a file.
pub const MOST_BYTES: usize = 50 << 20;
/// The most rows with something in them, besides [`HEAD_ROWS`].
pub const MOST_ROWS: u32 = 200_000;
/// So many rows more may stand above the records: titles and headings.
pub const HEAD_ROWS: u32 = 10;
/// The most columns. What is empty does not count.
pub const MOST_COLUMNS: u32 = 200;
/// The most characters of a cell, as in Excel.
pub const MOST_CHARACTERS: usize = 32_767;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// How its texts are written.
    pub encoding: Encoding,
    /// The sheets that people see, in their order. None if it is no workbook.
    pub sheets: Vec<String>,
    /// The one that was read.
    pub sheet: Option<String>,
}

/// How the texts of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Encoding {
    /// With or without BOM.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Of either byte order, with or without BOM.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Also GBK and GB2312, which are parts of it.
    #[serde(rename = "gb18030")]
    Gb18030,
    /// A workbook.
    #[serde(rename = "xlsx")]
    Xlsx,
}

/// A row that is not blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRow {
    /// Its number, as a spreadsheet counts: from 1, and blank rows count.
    pub number: u32,
    /// Its cells from the first column on, just as they are. Empty ones at the end are left out.
    pub cells: Vec<String>,
}

/// Why a file cannot be read: a sentence for the person who uploaded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl Unreadable {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    fn damaged() -> Self {
        Self::new("文件已损坏，无法读取，请重新保存后再上传")
    }

    fn empty() -> Self {
        Self::new("文件是空的")
    }
}

/// Reads a whole file. `each` gets every row that is not blank, in order, and can refuse one.
///
/// Of a workbook one sheet is read: the one called `sheet`, even if it is hidden, or else the first that people see and that has
/// rows. Of other files `sheet` says nothing.
///
/// # Errors
/// [`Unreadable`] if it is no table, is damaged, is empty or has too much of something, and what `each` refuses with. Rows before
/// that have been given to `each` already.
pub fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    each: &mut dyn FnMut(RawRow) -> Result<(), Unreadable>,
) -> Result<Source, Unreadable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::new(format!("文件太大：最多{}MB，请拆成几个文件再上传", MOST_BYTES >> 20)));
    }
    let mut rows = Rows::new(each);
    match kind::kind(bytes)? {
        Kind::Workbook => workbook::read(bytes, sheet, &mut rows),
        Kind::Text => {
            let (encoding, text) = decode::decode(bytes)?;
            kind::refuse_others(&text)?;
            delimited::read(&text, &mut rows)?;
            match rows.count() {
                0 => Err(Unreadable::empty()),
                _ => Ok(Source { encoding, sheets: Vec::new(), sheet: None }),
            }
        }
    }
}
