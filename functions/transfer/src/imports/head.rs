//! The headings of a file, and which column is which field.

use super::imported_file::FileRow;
use shared::http::ImportColumn;

/// So many rows at the beginning may be titles, before the headings.
pub const LOOKED_AT: usize = 10;

/// Between the fields of a mapping.
pub const FIELD_SEPARATOR: char = ',';

/// The row of the headings among the first rows, by its place, and the headings: the row with the most that are known. A heading may
/// stand in a cell that reaches down from a row above.
pub fn find(rows: &[FileRow], columns: &[ImportColumn]) -> Option<(usize, Vec<String>)> {
    let known = |row: &FileRow| suggested(&row.cells, columns).into_iter().flatten().count();
    // The first of those with the most.
    let (at, _) = rows.iter().enumerate().rev().max_by_key(|(_, row)| known(row))?;
    let above = rows.get(..=at)?;
    let width = above.iter().map(|row| row.cells.len()).max()?;
    let heading = |column: usize| {
        let cells = above.iter().rev().filter_map(|row| row.cells.get(column));
        cells.map(|cell| cell.trim()).find(|cell| !cell.is_empty()).unwrap_or_default().to_owned()
    };
    Some((at, (0..width).map(heading).collect()))
}

/// The column that each heading stands above, as far as that is known: each field once, the first heading that means it.
pub fn suggested<'a>(headings: &[String], columns: &'a [ImportColumn]) -> Vec<Option<&'a ImportColumn>> {
    let mut taken = Vec::new();
    let column = |heading: &String| {
        let heading = plain(heading);
        let means = |column: &&ImportColumn| {
            plain(column.field) == heading || column.headings.iter().any(|name| plain(name) == heading)
        };
        let column = columns.iter().find(means).filter(|column| !taken.contains(&column.field))?;
        taken.push(column.field);
        Some(column)
    };
    headings.iter().map(column).collect()
}

/// The columns of fields, in the order of a mapping; says in Chinese what is wrong with it.
pub fn mapped<'a>(
    mapping: &[String],
    headings: &[String],
    columns: &'a [ImportColumn],
) -> Result<Vec<Option<&'a ImportColumn>>, String> {
    if mapping.len() > headings.len() {
        return Err(format!("文件只有{}列", headings.len()));
    }
    let mut found: Vec<Option<&ImportColumn>> = Vec::new();
    for field in mapping {
        let column = columns.iter().find(|column| column.field == field);
        match column {
            None if field.is_empty() => {}
            None => return Err(format!("没有{field}这个字段")),
            Some(column) if found.iter().flatten().any(|other| other.field == column.field) => {
                return Err(format!("{field}对应了两列"));
            }
            Some(_) => {}
        }
        found.push(column);
    }
    found.resize(headings.len(), None);
    Ok(found)
}

/// A heading as it is compared: without white space, what stands in brackets, and marks of what is required.
fn plain(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for character in heading.chars().filter(|it| !it.is_whitespace()) {
        match character {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            '*' | '＊' | ':' | '：' | '_' | '\u{feff}' => {}
            other if depth == 0 => plain.extend(other.to_lowercase()),
            _ => {}
        }
    }
    plain
}
