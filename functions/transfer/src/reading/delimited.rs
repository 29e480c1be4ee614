//! Rows of text with delimiters.

use super::delimiter::delimiter;
use super::place::Place;
use super::rows::Rows;
use super::{MOST_CHARACTERS, Unreadable};
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// A cell, and whether it is the last one of its row.
pub struct Field {
    /// Its row, as a spreadsheet counts.
    pub row: u32,
    /// Its column, from 1.
    pub column: u32,
    /// Without its quotes.
    pub text: String,
    /// Nothing comes behind it in its row.
    pub is_last: bool,
}

/// Gives the rows of a text.
///
/// # Errors
/// [`Unreadable`] if a quote has no end, or the rows are refused.
pub fn read(text: &str, rows: &mut Rows) -> Result<(), Unreadable> {
    let (delimiter, text) = delimiter(text);
    let mut fields = Fields::new(text, delimiter);
    while let Some(field) = fields.next().transpose()? {
        rows.cell(field.row, field.column, unguarded(field.text))?;
    }
    rows.end()
}

/// The text without the `'` that keeps spreadsheets from taking it for a formula: exports put it there.
fn unguarded(text: String) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) => rest.to_owned(),
        _ => text,
    }
}

/// The cells of a text one by one.
pub struct Fields<'a> {
    reader: Reader,
    delimiter: u8,
    rest: &'a [u8],
    buffer: Vec<u8>,
    row: u32,
    column: u32,
}

impl<'a> Fields<'a> {
    /// Cells with this delimiter between them.
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            rest: text.as_bytes(),
            buffer: vec![0; 4 * MOST_CHARACTERS + 4],
            row: 1,
            column: 0,
        }
    }

    fn field(&mut self) -> Result<Field, Unreadable> {
        self.column += 1;
        let place = Place { sheet: None, row: self.row, column: Some(self.column) };
        if self.is_open() {
            return Err(place.refuse("引号没有成对，请检查这一行"));
        }
        let mut written = 0;
        let mut after_return = false;
        let is_last = loop {
            let output = self.buffer.get_mut(written..).unwrap_or_default();
            let (result, read, wrote) = self.reader.read_field(self.rest, output);
            after_return =
                self.rest.get(..read).unwrap_or_default().last().map_or(after_return, |byte| *byte == b'\r');
            self.rest = self.rest.get(read..).unwrap_or_default();
            written += wrote;
            match result {
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::End => break true,
                // The buffer holds the longest cell.
                ReadFieldResult::OutputFull => {
                    return Err(place.refuse(&format!("最多{MOST_CHARACTERS}个字，请缩短后再上传")));
                }
            }
        };
        let bytes = self.buffer.get(..written).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::damaged())?.to_owned();
        let field = Field { row: self.row, column: self.column, text, is_last };
        if is_last {
            (self.row, self.column) = (self.row + 1, 0);
            if after_return {
                self.rest = self.rest.strip_prefix(b"\n").unwrap_or(self.rest);
            }
        }
        Ok(field)
    }

    /// Whether the next cell begins with a quote that has no end, or one that is found in another row and is the beginning of a
    /// cell there. Either would swallow rows.
    fn is_open(&self) -> bool {
        let Some(mut rest) = self.rest.strip_prefix(b"\"") else { return false };
        let mut has_break = false;
        while let Some(at) = rest.iter().position(|byte| *byte == b'"') {
            let (inside, behind) = rest.split_at(at);
            has_break |= inside.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
            match behind.get(1) {
                Some(b'"') => rest = behind.get(2..).unwrap_or_default(),
                Some(byte) if *byte != self.delimiter && !matches!(byte, b'\r' | b'\n') => return has_break,
                _ => return false,
            }
        }
        true
    }
}

impl Iterator for Fields<'_> {
    type Item = Result<Field, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        // Blank lines are left out, but counted.
        while let Some(rest) = self
            .rest
            .strip_prefix(b"\r\n")
            .or_else(|| self.rest.strip_prefix(b"\n"))
            .or_else(|| self.rest.strip_prefix(b"\r"))
            .filter(|_| self.column == 0)
        {
            (self.rest, self.row) = (rest, self.row + 1);
        }
        if self.column == 0 && self.rest.is_empty() {
            return None;
        }
        Some(self.field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<(u32, Vec<String>)>, String> {
        let mut all = Vec::new();
        let mut each = |row: super::super::RawRow| {
            all.push((row.number, row.cells));
            Ok(())
        };
        read(text, &mut Rows::new(&mut each)).map_err(|why| why.0)?;
        Ok(all)
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_count_as_in_a_spreadsheet() {
        for end in ["\r\n", "\n", "\r"] {
            let text = ["", "a,b", "", "", "\"c\nd\",", ", ", "e,\"f\"\"\""].join(end);
            let expected = [row(2, &["a", "b"]), row(5, &["c\nd"]), row(7, &["e", "f\""])];
            assert_eq!(rows(&text).unwrap(), expected);
            assert_eq!(rows(&(text + end)).unwrap(), expected);
        }
    }

    #[test]
    fn a_quote_without_end_is_refused_where_it_begins() {
        let why = "第2行第2列：引号没有成对，请检查这一行";
        assert_eq!(rows("a,b\n1,\"2\n3,4\n").unwrap_err(), why);
        assert_eq!(rows("a,b\n1,\"2\n3,\"4\"\n").unwrap_err(), why);
        assert_eq!(rows("a,b\n1,\"").unwrap_err(), why);
        // Within one row spreadsheets put up with it.
        assert_eq!(rows("a,b\n\"1\"x,2\"").unwrap(), [row(1, &["a", "b"]), row(2, &["1x", "2\""])]);
    }

    #[test]
    fn the_apostrophe_of_exports_is_taken_off() {
        assert_eq!(
            rows("'=1,'+86 139,'@a,''b,'c,'").unwrap(),
            [row(1, &["=1", "+86 139", "@a", "'b", "'c", "'"])]
        );
    }

    #[test]
    fn too_much_is_refused_where_it_is() {
        let wide = format!("a\n{}b", ",".repeat(200));
        assert_eq!(rows(&wide).unwrap_err(), "第2行第201列：最多200列，请删去多余的列后再上传");
        assert_eq!(rows(&"a,".repeat(200)).unwrap().len(), 1);
        for long in ["字".repeat(MOST_CHARACTERS + 1), "字".repeat(5 * MOST_CHARACTERS)] {
            let why = "第1行第2列：最多32767个字，请缩短后再上传";
            assert_eq!(rows(&format!("a,\"{long}\"")).unwrap_err(), why);
        }
        assert_eq!(rows(&"字".repeat(MOST_CHARACTERS)).unwrap().len(), 1);
    }
}
