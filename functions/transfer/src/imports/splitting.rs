//! The first step of a check: the file is read once, and its rows are laid down in blocks.

use super::cursor::Cursor;
use super::head::{self, LOOKED_AT};
use super::import_step::ImportStep;
use super::imported_file::{FileRow, ImportedFile};
use super::objects::{BLOCK, FILE, FINDINGS, SOURCE, rows_name, to_lines};
use crate::reading::{MOST_ROWS, RawRow, Unreadable, read};
use bytes::Bytes;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use shared::http::{Import, ImportColumn};
use shared::jobs::{JobState, Outcome, Step};
use shared::{Error, Result};

/// Blocks that are written at once.
const AT_ONCE: usize = 4;

/// Reads the file.
///
/// # Errors
/// [`Error::Busy`] if the storage does not answer.
pub async fn step<I: Import>(step: ImportStep<'_>) -> Result<Step> {
    let file = step.objects.find(FILE).await?;
    let file = file.ok_or_else(|| Error::internal("the file of an import is gone"))?;
    let mut rows = Rows::new(I::COLUMNS);
    let read = read(&file, step.parameters.options.sheet.as_deref(), &mut |row| rows.take(row));
    drop(file);
    let source = match read.and_then(|source| Ok((source, rows.finish()?))) {
        Ok((source, (head_row, headings))) => ImportedFile {
            encoding: source.encoding,
            sheets: source.sheets,
            sheet: source.sheet,
            head_row,
            headings,
            rows: rows.count,
        },
        Err(Unreadable(message)) => {
            // Another file may be uploaded, or another sheet be chosen. What was found before was another file's.
            step.objects.delete(FINDINGS).await?;
            let rest = step.left(&Cursor::default(), Outcome::Rests(JobState::Waiting))?;
            return Ok(Step { message: Some(message), ..rest });
        }
    };
    step.objects.put(SOURCE, &source).await?;
    let blocks = iter((0..).zip(rows.blocks)).map(|(number, block)| {
        let (objects, name) = (step.objects, rows_name(number));
        async move { objects.put_bytes(&name, "application/json", block).await }
    });
    blocks.buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    let cursor = Cursor { checked: Some(0), ..Cursor::default() };
    Ok(Step { rows: Some(source.rows.into()), ..step.left(&cursor, Outcome::GoesOn)? })
}

/// The rows of a file as they come.
struct Rows {
    columns: &'static [ImportColumn],
    head: Option<(u32, Vec<String>)>,
    /// The first rows, of which one has the headings.
    first: Vec<FileRow>,
    /// The rows of the block that is not full yet.
    block: Vec<FileRow>,
    blocks: Vec<Bytes>,
    count: u32,
}

impl Rows {
    fn new(columns: &'static [ImportColumn]) -> Self {
        Self { columns, head: None, first: Vec::new(), block: Vec::new(), blocks: Vec::new(), count: 0 }
    }

    fn take(&mut self, RawRow { number, cells }: RawRow) -> std::result::Result<(), Unreadable> {
        let row = FileRow { number, cells };
        if self.head.is_some() {
            return self.add(row);
        }
        self.first.push(row);
        if self.first.len() >= LOOKED_AT { self.find_head() } else { Ok(()) }
    }

    fn find_head(&mut self) -> std::result::Result<(), Unreadable> {
        let first = std::mem::take(&mut self.first);
        let (at, headings) =
            head::find(&first, self.columns).ok_or_else(|| Unreadable("文件是空的".to_owned()))?;
        let number = first.get(at).map_or(1, |row| row.number);
        self.head = Some((number, headings));
        first.into_iter().skip(at + 1).try_for_each(|row| self.add(row))
    }

    fn add(&mut self, row: FileRow) -> std::result::Result<(), Unreadable> {
        self.count += 1;
        if self.count > MOST_ROWS {
            return Err(Unreadable(format!("最多{MOST_ROWS}行，请分成几个文件")));
        }
        self.block.push(row);
        if self.block.len() >= BLOCK as usize { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> std::result::Result<(), Unreadable> {
        let lines = to_lines(&self.block).map_err(|_| Unreadable("文件无法读取".to_owned()))?;
        self.blocks.push(lines.into());
        self.block.clear();
        Ok(())
    }

    /// The row of the headings, and the headings.
    fn finish(&mut self) -> std::result::Result<(u32, Vec<String>), Unreadable> {
        if self.head.is_none() {
            self.find_head()?;
        }
        if !self.block.is_empty() {
            self.close()?;
        }
        if self.count == 0 {
            return Err(Unreadable("文件里只有标题，没有数据".to_owned()));
        }
        self.head.take().ok_or_else(|| Unreadable("文件是空的".to_owned()))
    }
}
