//! How much a file may have.

/// The most bytes of a file.
pub const MOST_BYTES: usize = 50 << 20;
/// The most rows with something in them, besides [`HEAD_ROWS`].
pub const MOST_ROWS: u32 = 200_000;
/// So many rows more may stand above the records: titles and headings.
pub const HEAD_ROWS: u32 = 10;
/// The most columns. What is empty does not count.
pub const MOST_COLUMNS: u32 = 200;
/// The most characters of a cell, as in Excel.
pub const MOST_CHARACTERS: usize = 32_767;
