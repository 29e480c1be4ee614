//! A file that was read once, as the bucket has it from then on.

use crate::reading::Encoding;
use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// How its texts are written.
    pub encoding: Encoding,
    /// Its sheets.
    pub sheets: Vec<String>,
    /// The one that was read.
    pub sheet: Option<String>,
    /// The row with the headings, from 1.
    pub head_row: u32,
    /// The headings.
    pub headings: Vec<String>,
    /// So many rows follow.
    pub rows: u32,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// Its number, from 1.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<String>,
}
