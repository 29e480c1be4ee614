//! Rows of text with delimiters.

use super::delimiter::delimiter;
use super::fields::Fields;
use super::rows::Rows;
use super::unreadable::Unreadable;

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

/// The text without what keeps spreadsheets from changing it: the `'` of our exports, or the formula `="13900001234"` of others.
fn unguarded(text: String) -> String {
    if let Some(rest) =
        text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']))
    {
        return rest.to_owned();
    }
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::MOST_CHARACTERS;

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
