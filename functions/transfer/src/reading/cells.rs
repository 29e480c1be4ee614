//! Looks through a sheet before calamine reads it: it must neither be led to a wrong cell or a wrong text, nor fall.

use super::package::Package;
use super::place::Place;
use super::unreadable::Unreadable;
use super::xml::{Next, attribute, attributes};
use quick_xml::events::{BytesStart, Event};
use std::collections::VecDeque;

/// A sheet is part of what all parts together may be; it has no limit of its own.
const MOST_BYTES: u64 = u64::MAX;
/// What spreadsheets have.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: u32 = 16_384;
/// The most cells with errors that calamine does not know.
const MOST_ERRORS: usize = 100_000;
/// The errors that calamine knows.
const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

const DAMAGED: &str = "文件已损坏，无法读取这个单元格，请重新保存后再上传";

/// A row and a column, from 1.
pub type Position = (u32, u32);

/// Looks through a sheet, and tells where there are errors that calamine does not know (`#SPILL!`), in their order.
///
/// # Errors
/// [`Unreadable`] if it is damaged or too large.
pub fn look(
    package: &mut Package,
    part: &str,
    sheet: &str,
    strings: u32,
) -> Result<VecDeque<Position>, Unreadable> {
    let mut looker =
        Looker { sheet, strings, is_within: false, row: 0, column: 0, cell: None, errors: VecDeque::new() };
    match package.part(part, MOST_BYTES, &mut |event| looker.event(event))? {
        true => Ok(looker.errors),
        false => Err(Unreadable::damaged()),
    }
}

/// A cell that is being read.
struct Cell {
    at: Position,
    kind: Kind,
    has_reference: bool,
    is_value: bool,
}

/// What the value of a cell must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    Number,
    Error,
    Other,
}

struct Looker<'a> {
    sheet: &'a str,
    strings: u32,
    /// Behind the beginning of the cells.
    is_within: bool,
    /// The row and the column where calamine is. From 0, as it counts.
    row: u32,
    column: u32,
    cell: Option<Cell>,
    errors: VecDeque<Position>,
}

impl Looker<'_> {
    fn event(&mut self, event: &Event) -> Result<Next, Unreadable> {
        match event {
            Event::Start(element) => self.start(element)?,
            Event::Text(text) => self.text(text)?,
            Event::End(element) => match element.local_name().as_ref() {
                // calamine reads no further.
                "sheetData" if self.is_within && self.cell.is_none() => return Ok(Next::Stop),
                "row" => (self.row, self.column) = (self.row + 1, 0),
                "c" if self.cell.take().is_some() => self.column += 1,
                _ => self.end_value(),
            },
            _ => self.end_value(),
        }
        Ok(if self.cell.is_some() { Next::Keep } else { Next::Forget })
    }

    fn end_value(&mut self) {
        self.cell.iter_mut().for_each(|cell| cell.is_value = false);
    }

    fn start(&mut self, element: &BytesStart) -> Result<(), Unreadable> {
        match element.local_name().as_ref() {
            "sheetData" => self.is_within = true,
            "dimension" if !self.is_within => {
                let area = attribute(element, "ref")?.unwrap_or_default();
                let corners: Option<Vec<_>> = area.split(':').map(position).collect();
                match corners.as_deref() {
                    Some([_]) => {}
                    Some([first, last]) if first.0 <= last.0 && first.1 <= last.1 => {}
                    _ => return Err(Unreadable::damaged()),
                }
            }
            "row" if self.is_within => {
                let next = self.row + 1;
                let number = attribute(element, "r")?.map_or(Some(next), |number| number.parse().ok());
                let number = number.filter(|row| (1..=LAST_ROW).contains(row));
                self.row = number.ok_or_else(|| self.damaged((next, 1)))? - 1;
            }
            "c" if self.is_within => self.cell = Some(self.cell(element)?),
            "v" => self.cell.iter_mut().for_each(|cell| cell.is_value = true),
            _ => {}
        }
        Ok(())
    }

    fn cell(&mut self, element: &BytesStart) -> Result<Cell, Unreadable> {
        let next = (self.row + 1, self.column + 1);
        let [reference, kind] = attributes(element, ["r", "t"])?;
        let at = reference.map_or(Some(next), position).filter(|at| at.0 <= LAST_ROW && at.1 <= LAST_COLUMN);
        // calamine does not count an error that it does not know as a cell.
        let is_lost = reference.is_none() && !self.errors.is_empty();
        let at = at.filter(|_| self.cell.is_none() && !is_lost).ok_or_else(|| self.damaged(next))?;
        if reference.is_some() {
            self.column = at.1 - 1;
        }
        let kind = match kind {
            Some("s") => Kind::Shared,
            Some("n") => Kind::Number,
            Some("e") => Kind::Error,
            _ => Kind::Other,
        };
        Ok(Cell { at, kind, has_reference: reference.is_some(), is_value: false })
    }

    fn text(&mut self, text: &str) -> Result<(), Unreadable> {
        let Some(cell) = self.cell.as_mut().filter(|cell| cell.is_value) else { return Ok(()) };
        // calamine reads the first piece.
        cell.is_value = false;
        let (at, has_reference) = (cell.at, cell.has_reference);
        let is_fine = match cell.kind {
            // It would take anything else for the first string.
            Kind::Shared => text.parse::<u32>().is_ok_and(|index| index < self.strings),
            // It panics where its two parsers of numbers disagree.
            Kind::Number => {
                text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
                    && text.parse::<f64>().is_ok()
            }
            Kind::Error if !ERRORS.contains(&text) => {
                self.errors.push_back(at);
                has_reference && self.errors.len() <= MOST_ERRORS
            }
            Kind::Error | Kind::Other => true,
        };
        if is_fine { Ok(()) } else { Err(self.damaged(at)) }
    }

    fn damaged(&self, at: Position) -> Unreadable {
        Place { sheet: Some(self.sheet), row: at.0, column: Some(at.1) }.refuse(DAMAGED)
    }
}

/// A cell's name, such as `AB12`.
fn position(name: &str) -> Option<Position> {
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let letters = name.strip_suffix(digits).filter(|letters| (1..=3).contains(&letters.len()))?;
    let is_number = (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let row = digits.parse().ok().filter(|row| is_number && *row > 0)?;
    let column = letters
        .bytes()
        .fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells() {
        for (name, at) in
            [("A1", (1, 1)), ("z10", (10, 26)), ("AA7", (7, 27)), ("XFD1048576", (LAST_ROW, LAST_COLUMN))]
        {
            assert_eq!(position(name), Some(at));
        }
        for name in ["", "A", "1", "A0", "ZZZZZZZZ9", "A99999999", "1A", "A1B", "A-1", "A+1", "Ａ1"] {
            assert_eq!(position(name), None, "{name}");
        }
    }
}
