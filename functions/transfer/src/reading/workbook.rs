//! Rows of a workbook.

use super::cells;
use super::package::Package;
use super::parts::{self, Parts};
use super::place::Place;
use super::rows::Rows;
use super::source::{Encoding, Source};
use super::unreadable::Unreadable;
use super::value;
use calamine::{Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError, open_workbook_from_rs};
use std::io::Cursor;

/// Gives the rows of a sheet: of the one called `wanted`, or else of the first that people see and that has any.
///
/// # Errors
/// [`Unreadable`] if the workbook is damaged, the sheet is not there or empty, or a row is refused.
pub fn read(bytes: &[u8], wanted: Option<&str>, rows: &mut Rows) -> Result<Source, Unreadable> {
    let mut package = Package::open(bytes)?;
    let parts = parts::look(&mut package)?;
    let workbook = open_workbook_from_rs(Cursor::new(bytes)).map_err(|_: XlsxError| Unreadable::damaged())?;
    let mut open = Open { package, parts, workbook };
    let all = open.workbook.sheets_metadata().to_vec();
    // It has been looked at with the same eyes, or not at all.
    if all.len() != open.parts.sheets.len() {
        return Err(Unreadable::damaged());
    }
    let seen = all.iter().filter(|sheet| sheet.visible == SheetVisible::Visible && is_table(sheet));
    let sheets: Vec<String> = seen.map(|sheet| sheet.name.clone()).collect();
    let sheet = match wanted {
        Some(name) => {
            let sheet = all.iter().find(|sheet| sheet.name == name);
            if !sheet.is_some_and(is_table) {
                return Err(Unreadable(format!("没有工作表“{name}”，请重新选择工作表")));
            }
            open.read(name, &all, rows)?;
            if rows.count() == 0 {
                return Err(Unreadable(format!("工作表“{name}”是空的，请选择另一个工作表")));
            }
            name
        }
        None => {
            let mut found = None;
            for name in &sheets {
                open.read(name, &all, rows)?;
                if rows.count() > 0 {
                    found = Some(name);
                    break;
                }
            }
            found.ok_or_else(Unreadable::empty)?
        }
    };
    let sheet = Some(sheet.to_owned());
    Ok(Source { encoding: Encoding::Xlsx, sheets, sheet })
}

/// A chart has a sheet too.
fn is_table(sheet: &Sheet) -> bool {
    sheet.typ == SheetType::WorkSheet
}

/// A workbook that is open.
struct Open<'a> {
    package: Package<'a>,
    parts: Parts,
    workbook: Xlsx<Cursor<&'a [u8]>>,
}

impl Open<'_> {
    fn read(&mut self, name: &str, all: &[Sheet], rows: &mut Rows) -> Result<(), Unreadable> {
        let mut parts = self.parts.sheets.iter().zip(all);
        // The first of this name: calamine takes it too.
        let part = parts.find(|(_, sheet)| sheet.name == name).map(|(part, _)| part);
        let part = part.ok_or_else(Unreadable::damaged)?;
        let mut errors = cells::look(&mut self.package, part, name, self.parts.strings)?;
        let is_1904 = self.workbook.has_1904_epoch();
        let mut cells = self.workbook.worksheet_cells_reader(name).map_err(|_| Unreadable::damaged())?;
        rows.begin(name);
        let mut row = 1;
        loop {
            let (column, text) = match cells.next_cell() {
                Ok(Some(cell)) => {
                    let (above, before) = cell.get_position();
                    row = above + 1;
                    (before + 1, value::text(cell.get_value(), is_1904))
                }
                Ok(None) => break,
                // It is an error all the same, and calamine goes on behind it.
                Err(XlsxError::CellError(error)) => {
                    let at = errors.pop_front().ok_or_else(Unreadable::damaged)?;
                    row = at.0;
                    (at.1, error)
                }
                Err(_) => {
                    let place = Place { sheet: Some(name), row, column: None };
                    return Err(place.refuse("文件已损坏，从这一行起无法读取，请重新保存后再上传"));
                }
            };
            rows.cell(row, column, text)?;
        }
        rows.end()
    }
}
