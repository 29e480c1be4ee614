//! What a file is, and its rows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
