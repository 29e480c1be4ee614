//! Where something is in a file, in words.

use super::unreadable::Unreadable;

/// A cell, or a row if it has no column.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The sheet, if it is in a workbook.
    pub sheet: Option<&'a str>,
    /// Rows count from 1.
    pub row: u32,
    /// So do columns.
    pub column: Option<u32>,
}

impl Place<'_> {
    /// A refusal that says where.
    pub fn refuse(self, why: &str) -> Unreadable {
        let sheet = self.sheet.map(|name| format!("工作表“{name}”")).unwrap_or_default();
        let column = self.column.map(|column| format!("第{column}列")).unwrap_or_default();
        Unreadable(format!("{sheet}第{}行{column}：{why}", self.row))
    }
}
