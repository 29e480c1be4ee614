//! What became of a row, where there is something to tell about it later.

use super::imported_file::FileRow;
use serde::{Deserialize, Serialize};

/// What became of a row, or of a record that is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It did not go in.
    Failed {
        /// The row.
        row: FileRow,
        /// Why, in Chinese.
        reason: String,
    },
    /// A record that was there is as the row says.
    Updated {
        /// The record.
        id: u32,
    },
    /// A record that the import has made stays.
    Left {
        /// The record.
        id: u32,
        /// What people know it by.
        title: String,
        /// Why, in Chinese.
        reason: String,
    },
}

/// While a file is checked.
pub const CHECK: &str = "check";
/// While rows are saved.
pub const SAVE: &str = "save";
/// While an import is taken back.
pub const TAKE_BACK: &str = "undo";
