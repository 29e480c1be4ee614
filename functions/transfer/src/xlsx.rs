//! Workbooks: one sheet, in which every text is a text.

use crate::table::Cells;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as CellFormat, Workbook, XlsxError};
use serde_json::Deserializer;
use shared::http::{CellKind, Column};
use shared::{Error, Result};

/// The most bytes of rows that become a workbook: it is made at once, in memory.
pub const MOST_BYTES: u64 = 48 << 20;

/// Numbers from here on have more digits than a spreadsheet keeps.
const EXACT: f64 = 1e15;

/// A sheet that is being written.
pub struct Sheet<'a> {
    columns: &'a [Column],
    workbook: Workbook,
    rows: u32,
}

impl<'a> Sheet<'a> {
    /// A sheet with the headings of these columns.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written.
    pub fn new(columns: &'a [Column]) -> Result<Self> {
        let mut workbook = Workbook::new();
        // A workbook says when it was made. It is the same one whenever it is made of the same rows.
        let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(unwritten)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(unwritten)?;
        let bold = CellFormat::new().set_bold();
        sheet.set_freeze_panes(1, 0).map_err(unwritten)?;
        for (at, column) in (0..).zip(columns) {
            sheet.set_column_width(at, 16).map_err(unwritten)?;
            sheet.write_string_with_format(0, at, column.heading, &bold).map_err(unwritten)?;
        }
        Ok(Self { columns, workbook, rows: 0 })
    }

    /// Adds rows, which are lines of [`Format::Xlsx`](crate::format::Format::Xlsx).
    ///
    /// # Errors
    /// [`Error::Internal`] if they cannot be written.
    pub fn add(&mut self, lines: &[u8]) -> Result<()> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(unwritten)?;
        for cells in Deserializer::from_slice(lines).into_iter::<Cells>() {
            self.rows += 1;
            for ((at, column), cell) in (0..).zip(self.columns).zip(cells.map_err(Error::internal)?) {
                let Some(text) = cell.filter(|text| !text.is_empty()) else { continue };
                let number = number(*column, &text);
                let written = match number {
                    Some(number) => sheet.write_number(self.rows, at, number),
                    None => sheet.write_string(self.rows, at, text),
                };
                written.map_err(unwritten)?;
            }
        }
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(unwritten)
    }
}

/// A workbook of one sheet, in which everything is a text; the first row has the headings.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written.
pub fn plain_sheet(table: &[Cells]) -> Result<Vec<u8>> {
    let (mut workbook, text) = (Workbook::new(), CellFormat::new().set_num_format("@"));
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(unwritten)?;
    sheet.set_freeze_panes(1, 0).map_err(unwritten)?;
    for (row, cells) in (0..).zip(table) {
        for (column, cell) in (0..).zip(cells) {
            let cell = cell.as_deref().unwrap_or_default();
            sheet.write_string_with_format(row, column, cell, &text).map_err(unwritten)?;
        }
    }
    workbook.save_to_buffer().map_err(unwritten)
}

/// An empty table with these headings on a sheet called `name`, whose cells are texts, and a sheet that explains it.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written.
pub fn template(name: &str, headings: &[&str], explained: &[[String; 3]]) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let (bold, text) = (CellFormat::new().set_bold(), CellFormat::new().set_num_format("@"));
    let sheet = workbook.add_worksheet().set_name(name).map_err(unwritten)?;
    sheet.set_freeze_panes(1, 0).map_err(unwritten)?;
    for (at, heading) in (0..).zip(headings) {
        // Spreadsheets round long numbers, and make dates of what looks like one.
        sheet.set_column_format(at, &text).map_err(unwritten)?;
        sheet.set_column_width(at, 16).map_err(unwritten)?;
        sheet.write_string_with_format(0, at, *heading, &bold).map_err(unwritten)?;
    }
    let sheet = workbook.add_worksheet().set_name("说明").map_err(unwritten)?;
    for (row, cells) in (0..).zip(explained) {
        for (at, cell) in (0..).zip(cells) {
            sheet.write_string(row, at, cell).map_err(unwritten)?;
        }
    }
    for (at, width) in [(0, 16), (1, 8), (2, 60)] {
        sheet.set_column_width(at, width).map_err(unwritten)?;
    }
    workbook.save_to_buffer().map_err(unwritten)
}

fn number(column: Column, text: &str) -> Option<f64> {
    let number = (column.cell == CellKind::Number).then(|| text.parse::<f64>().ok())?;
    number.filter(|number| number.abs() < EXACT)
}

fn unwritten(error: XlsxError) -> Error {
    Error::Internal(format!("a workbook cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
    use proptest::prelude::*;
    use std::io::Cursor;

    const COLUMNS: [Column; 2] = [Column::text("文字", "a"), Column::number("数字", "b")];

    fn read(rows: &[Cells]) -> Vec<Vec<Data>> {
        let mut sheet = Sheet::new(&COLUMNS).unwrap();
        let mut lines = Vec::new();
        crate::format::Format::Xlsx.lines(rows, &mut lines).unwrap();
        sheet.add(&lines).unwrap();
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(sheet.finish().unwrap())).unwrap();
        let range = workbook.worksheet_range_at(0).unwrap().unwrap();
        range.rows().skip(1).map(<[Data]>::to_vec).collect()
    }

    proptest! {
        #[test]
        fn a_text_is_a_text_whatever_it_is(text in "([=+\\-@'\t]?)(\\PC|[\n\"',;<&>]|_x0041_|[0-9]){1,12}") {
            let rows = [vec![Some(text.clone()), Some("7.50".to_owned())]];
            prop_assert_eq!(read(&rows), [vec![Data::String(text), Data::Float(7.5)]]);
        }
    }

    #[test]
    fn a_number_with_more_digits_than_a_spreadsheet_keeps_is_a_text() {
        let long = "-9223372036854775808";
        let rows = [
            vec![None, Some(long.to_owned())],
            vec![Some("+8613987021234".to_owned()), Some("-1".to_owned())],
        ];
        let expected = [
            vec![Data::Empty, Data::String(long.to_owned())],
            vec![Data::String("+8613987021234".to_owned()), Data::Float(-1.0)],
        ];
        assert_eq!(read(&rows), expected);
    }
}
