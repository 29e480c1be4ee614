//! Cells of text with delimiters.

use super::limits::MOST_CHARACTERS;
use super::place::Place;
use super::unreadable::Unreadable;
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
