//! Hands out the rows of a file one by one, and sees that there is not too much of anything.

use super::limits::{HEAD_ROWS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS};
use super::place::Place;
use super::source::RawRow;
use super::unreadable::Unreadable;

/// The most bytes of all texts together. A workbook has a text once and can show it in every cell: a small file, and endless work.
const MOST_TEXT: usize = 100 << 20;

/// The rows of one file.
pub struct Rows<'a> {
    each: &'a mut dyn FnMut(RawRow) -> Result<(), Unreadable>,
    sheet: Option<String>,
    number: u32,
    cells: Vec<String>,
    count: u32,
    /// What is left of [`MOST_TEXT`].
    left: usize,
}

impl<'a> Rows<'a> {
    /// Gives rows to `each`.
    pub fn new(each: &'a mut dyn FnMut(RawRow) -> Result<(), Unreadable>) -> Self {
        Self { each, sheet: None, number: 0, cells: Vec::new(), count: 0, left: MOST_TEXT }
    }

    /// How many it has given.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// A sheet begins. Refusals name it.
    pub fn begin(&mut self, sheet: &str) {
        self.sheet = Some(sheet.to_owned());
        self.number = 0;
    }

    /// Takes the text of a cell. Rows and columns count from 1, and rows come in order.
    ///
    /// # Errors
    /// [`Unreadable`] if it is too far right, too long, one text too many or in a row before that of the last one, or the last row
    /// was refused.
    pub fn cell(&mut self, row: u32, column: u32, text: String) -> Result<(), Unreadable> {
        if text.is_empty() {
            return Ok(());
        }
        let place = Place { sheet: self.sheet.as_deref(), row, column: Some(column) };
        if column > MOST_COLUMNS {
            return Err(place.refuse(&format!("最多{MOST_COLUMNS}列，请删去多余的列后再上传")));
        }
        if text.len() > MOST_CHARACTERS && text.chars().count() > MOST_CHARACTERS {
            return Err(place.refuse(&format!("最多{MOST_CHARACTERS}个字，请缩短后再上传")));
        }
        let left = self.left.checked_sub(text.len());
        self.left =
            left.ok_or_else(|| Place { column: None, ..place }.refuse("文字太多，请拆成几个文件再上传"))?;
        if row < self.number {
            return Err(place.refuse("文件已损坏，各行的顺序不对，请重新保存后再上传"));
        }
        if row > self.number {
            self.end()?;
            self.number = row;
        }
        let at = usize::try_from(column.saturating_sub(1)).unwrap_or_default();
        if self.cells.len() <= at {
            self.cells.resize(at + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(at) {
            *cell = text;
        }
        Ok(())
    }

    /// The last row is complete.
    ///
    /// # Errors
    /// [`Unreadable`] if it is one too many, and what it is refused with.
    pub fn end(&mut self) -> Result<(), Unreadable> {
        let cells = std::mem::take(&mut self.cells);
        // A row of spaces looks blank, and is.
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        self.count += 1;
        if self.count > MOST_ROWS + HEAD_ROWS {
            let place = Place { sheet: self.sheet.as_deref(), row: self.number, column: None };
            return Err(place.refuse(&format!("最多{MOST_ROWS}行，请拆成几个文件再上传")));
        }
        (self.each)(RawRow { number: self.number, cells })
    }
}
