//! The formats of files, and rows in them.

use crate::table::Cells;
use csv::{Terminator, WriterBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::http::Column;
use shared::{Error, Result};
use std::borrow::Cow;

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Format {
    /// UTF-8 with BOM, RFC 4180.
    Csv,
    /// A workbook.
    Xlsx,
}

/// The formats by name.
pub const FORMATS: [(&str, Format); 2] = [("csv", Format::Csv), ("xlsx", Format::Xlsx)];

/// What they are.
pub const FORMAT_NAMES: [&str; 2] = ["带BOM的UTF-8文字", "Excel工作簿，最多100000行"];

/// The most rows of a workbook.
pub const MOST_XLSX_ROWS: u64 = 100_000;

/// By this programs know that a text is UTF-8.
const BOM: &str = "\u{feff}";

impl Format {
    /// Its name, with which names of files end.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// What stands before everything.
    pub fn start(self) -> Vec<u8> {
        match self {
            Self::Csv => BOM.as_bytes().to_vec(),
            Self::Xlsx => Vec::new(),
        }
    }

    /// What stands before the first row. A workbook is made of all rows at the end.
    ///
    /// # Errors
    /// [`Error::Internal`] if the headings cannot be written.
    pub fn head(self, columns: &[Column]) -> Result<Vec<u8>> {
        let mut head = self.start();
        if self == Self::Csv {
            let headings: Cells = columns.iter().map(|column| Some(column.heading.to_owned())).collect();
            csv_lines(&[headings], &mut head)?;
        }
        Ok(head)
    }

    /// Adds rows, each of which is one line.
    ///
    /// # Errors
    /// [`Error::Internal`] if they cannot be written.
    pub fn lines(self, rows: &[Cells], bytes: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Csv => csv_lines(rows, bytes),
            Self::Xlsx => rows.iter().try_for_each(|cells| {
                serde_json::to_writer(&mut *bytes, cells).map_err(Error::internal)?;
                bytes.push(b'\n');
                Ok(())
            }),
        }
    }
}

fn csv_lines(rows: &[Cells], bytes: &mut Vec<u8>) -> Result<()> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes);
    for cells in rows {
        for cell in cells {
            let text = guarded(cell.as_deref().unwrap_or_default());
            writer.write_field(text.as_bytes()).map_err(Error::internal)?;
        }
        writer.write_record(None::<&[u8]>).map_err(Error::internal)?;
    }
    writer.flush().map_err(Error::internal)
}

/// The text as spreadsheets take it for a text: one that they would take for a formula gets a `'`, and so does one that begins
/// with it. A sign and digits are a number, and stay.
fn guarded(text: &str) -> Cow<'_, str> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) && !is_number {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(cells: &[&str]) -> String {
        let mut bytes = Vec::new();
        let cells = cells.iter().map(|cell| Some((*cell).to_owned())).collect();
        Format::Csv.lines(&[cells], &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_no_number_and_would_be_a_formula_gets_an_apostrophe() {
        let formulas = ["=1+1", "+86 139", "-x", "@a", "'", "\tb", "-", "+"];
        assert_eq!(line(&formulas), "'=1+1,'+86 139,'-x,'@a,'','\tb,'-,'+\r\n");
        assert_eq!(
            line(&["+86139", "-1", "13987021234567890", "a=b", ""]),
            "+86139,-1,13987021234567890,a=b,\r\n"
        );
        assert_eq!(line(&["\rc", "a,b", "a\"b", "a\nb"]), "\"'\rc\",\"a,b\",\"a\"\"b\",\"a\nb\"\r\n");
    }

    proptest! {
        #[test]
        fn what_is_read_back_and_freed_of_the_apostrophe_is_what_it_was(
            cells in proptest::collection::vec("([=+\\-@'\t\r]?)(\\PC|[\r\n\t\0\"',;]|[0-9]){0,12}", 1..6)
        ) {
            let mut bytes = Vec::new();
            let row: Cells = cells.iter().cloned().map(Some).collect();
            Format::Csv.lines(&[row], &mut bytes).unwrap();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let records: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
            prop_assert_eq!(records.len(), 1);
            let read: Vec<_> =
                records[0].iter().map(|cell| cell.strip_prefix('\'').unwrap_or(cell).to_owned()).collect();
            prop_assert_eq!(read, cells);
        }
    }
}
