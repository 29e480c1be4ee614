//! Reads the files that people import: text with delimiters, and workbooks.
//!
//! What a file is, its content tells; names of files lie. Nothing in it is trusted: whatever its bytes are, it is read or refused,
//! in little time and memory, with a sentence that says where and why.

mod cells;
mod decode;
mod delimited;
mod delimiter;
mod fields;
mod kind;
mod limits;
mod package;
mod parts;
mod place;
mod rows;
mod source;
mod unreadable;
mod value;
mod workbook;
mod xml;

pub use limits::{HEAD_ROWS, MOST_BYTES, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS};
pub use source::{Encoding, RawRow, Source};
pub use unreadable::Unreadable;

use kind::Kind;
use rows::Rows;

/// Reads a whole file. `each` gets every row that is not blank, in order, and can refuse one.
///
/// Of a workbook one sheet is read: the one called `sheet`, even if it is hidden, or else the first that people see and that has
/// rows. Of other files `sheet` says nothing.
///
/// # Errors
/// [`Unreadable`] if it is no table, is damaged, is empty or has too much of something, and what `each` refuses with. Rows before
/// that have been given to `each` already.
pub fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    each: &mut dyn FnMut(RawRow) -> Result<(), Unreadable>,
) -> Result<Source, Unreadable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::new(format!("文件太大：最多{}MB，请拆成几个文件再上传", MOST_BYTES >> 20)));
    }
    let mut rows = Rows::new(each);
    match kind::kind(bytes)? {
        Kind::Workbook => workbook::read(bytes, sheet, &mut rows),
        Kind::Text => {
            let (encoding, text) = decode::decode(bytes)?;
            kind::refuse_others(&text)?;
            delimited::read(&text, &mut rows)?;
            match rows.count() {
                0 => Err(Unreadable::empty()),
                _ => Ok(Source { encoding, sheets: Vec::new(), sheet: None }),
            }
        }
    }
}
