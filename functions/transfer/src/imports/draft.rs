//! A row of a file as the form that it fills in, before anything was looked up in the table.

use super::imported_file::FileRow;
use super::people::People;
use serde_json::{Map, Value, json};
use shared::http::reference::ParamKind;
use shared::http::{ImportColumn, Named, RowForm};

/// How the columns of a file fill in the form of a kind.
pub struct Drafter<'a> {
    form: &'a RowForm,
    columns: Vec<Option<&'static ImportColumn>>,
    headings: &'a [String],
    people: People,
}

/// A row that fills in a form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// The values, without what is still to be looked up.
    pub values: Map<String, Value>,
    /// The organization that it names.
    pub organization: Option<String>,
    /// What is wrong with it, in Chinese.
    pub faults: Vec<CellFault>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// The field at fault; empty if it is none in particular.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// The parameter whose organizations are looked up.
pub const ORGANIZATION: &str = "organization_id";

impl<'a> Drafter<'a> {
    /// One for files with these columns.
    pub fn new(
        form: &'a RowForm,
        columns: Vec<Option<&'static ImportColumn>>,
        headings: &'a [String],
        people: People,
    ) -> Self {
        Self { form, columns, headings, people }
    }

    /// Whether some column names employees.
    pub fn names_people(columns: &[Option<&'static ImportColumn>]) -> bool {
        let of_people = [Named::Person, Named::Owner, Named::People];
        columns.iter().flatten().any(|column| column.names.is_some_and(|names| of_people.contains(&names)))
    }

    /// The draft of a row.
    pub fn draft(&self, row: &FileRow) -> Draft {
        let mut draft = Draft::default();
        for (at, column) in self.columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let cell = row.cells.get(at).map(String::as_str).unwrap_or_default();
            if let Err(message) = self.fill(&mut draft, column, cell) {
                draft.faults.push(CellFault { field: column.field.to_owned(), message });
            }
        }
        draft
    }

    fn fill(&self, draft: &mut Draft, column: &ImportColumn, cell: &str) -> Result<(), String> {
        let is_empty = cell.trim().is_empty();
        let value = match column.names {
            // An empty cell is nobody's; nothing else of an empty cell is said.
            Some(Named::Owner) if is_empty => json!("none"),
            _ if is_empty => return Ok(()),
            Some(Named::Organization | Named::NewOrganization) => {
                draft.organization = Some(cell.trim().to_owned());
                return Ok(());
            }
            Some(Named::Person | Named::Owner) => json!(self.people.find(cell)?),
            Some(Named::People) => json!(self.people.find_all(cell)?),
            None => json!(self.value(column.field, cell)?),
        };
        draft.values.insert(column.field.to_owned(), value);
        Ok(())
    }

    /// A cell as the parameter that it fills in is written.
    fn value(&self, field: &str, cell: &str) -> Result<String, String> {
        let Some(param) = self.form.param(field) else { return Ok(cell.to_owned()) };
        Ok(match param.kind {
            ParamKind::Choice => {
                let cell = cell.trim();
                let named = param.meanings.iter().position(|meaning| *meaning == cell);
                let choice = named.and_then(|at| param.choices().get(at).copied());
                match choice.or_else(|| param.choices().iter().find(|choice| **choice == cell).copied()) {
                    Some(choice) => choice.to_owned(),
                    None => {
                        return Err(format!("{}只能是{}", param.label(), param.meanings.join("、")));
                    }
                }
            }
            ParamKind::Time | ParamKind::Date => time(cell),
            ParamKind::Money => amount(cell),
            ParamKind::Int => cell.trim().replace([',', '，'], ""),
            ParamKind::Name if field == "phoneNumber" && is_scientific(cell) => {
                return Err(format!(
                    "{}变成了科学计数法，已经不完整：请在表格里把这一列设为文本，重新填写",
                    param.label()
                ));
            }
            ParamKind::Url => cell.trim().to_owned(),
            _ => cell.to_owned(),
        })
    }

    /// Where a field stands in the file, as people find it: its column, such as C, and its heading.
    pub fn place(&self, field: &str) -> (Option<String>, String) {
        let at = self.columns.iter().position(|column| column.is_some_and(|column| column.field == field));
        let heading = at.and_then(|at| self.headings.get(at)).cloned().unwrap_or_default();
        (at.map(column_name), heading)
    }

    /// What is wrong with a row, in one line.
    pub fn reason(&self, faults: &[CellFault]) -> String {
        let reason = |fault: &CellFault| match self.place(&fault.field) {
            (Some(column), heading) => format!("{column}列“{heading}”：{}", fault.message),
            (None, _) => fault.message.clone(),
        };
        faults.iter().map(reason).collect::<Vec<_>>().join("；")
    }
}

/// What spreadsheets call a column, which is counted from 0.
pub fn column_name(at: usize) -> String {
    let (mut name, mut rest) = (Vec::new(), at + 1);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

/// A time as the API writes it, where it is written as people do: 2021/3/5 8:30, 2021年3月5日. What is something else stays, and
/// is refused where it is read.
fn time(cell: &str) -> String {
    let cell = cell.trim();
    let plain: String = cell
        .chars()
        .map(|it| match it {
            '年' | '月' | '/' | '.' => '-',
            '时' | '点' | '分' | '：' => ':',
            '日' | '号' => ' ',
            '秒' => ' ',
            other => other,
        })
        .collect();
    let mut words = plain.split_whitespace();
    let Some(date) = words.next() else { return cell.to_owned() };
    let parts: Vec<_> = date.split('-').map(str::parse::<u32>).collect();
    let [Ok(year), Ok(month), Ok(day)] = parts.as_slice() else { return cell.to_owned() };
    let date = format!("{year:04}-{month:02}-{day:02}");
    let Some(clock) = words.next() else { return date };
    let parts: Vec<_> = clock.trim_end_matches(':').split(':').map(str::parse::<u32>).collect();
    match (parts.as_slice(), words.next()) {
        ([Ok(hour), Ok(minute)], None) => format!("{date} {hour:02}:{minute:02}:00"),
        ([Ok(hour), Ok(minute), Ok(second)], None) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        _ => cell.to_owned(),
    }
}

/// An amount without signs of a currency and marks of thousands.
fn amount(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
    let groups: Vec<_> = cell.split([',', '，']).collect();
    let is_grouped = groups.iter().skip(1).all(|group| {
        let whole = group.split('.').next().unwrap_or_default();
        whole.len() == 3 && whole.bytes().all(|byte| byte.is_ascii_digit())
    });
    if is_grouped { groups.concat() } else { cell.to_owned() }
}

/// Whether it is a number that lost its last digits: 1.39E+10.
fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.trim().split_once(['e', 'E']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    is_number(mantissa) && is_number(exponent.trim_start_matches(['+', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_amounts_and_columns_are_read_as_people_write_them() {
        for (written, read) in [
            ("2021/3/5", "2021-03-05"),
            ("2021年3月5日", "2021-03-05"),
            ("2021.3.5 8:30", "2021-03-05 08:30:00"),
            ("2021年3月5日 8时30分5秒", "2021-03-05 08:30:05"),
            ("2021年3月5日8时30分", "2021-03-05 08:30:00"),
            ("2021-03-05 08:30:05", "2021-03-05 08:30:05"),
            ("2021-03-05T08:30:05Z", "2021-03-05T08:30:05Z"),
            ("昨天", "昨天"),
            ("3/5", "3/5"),
        ] {
            assert_eq!(time(written), read, "{written}");
        }
        for (written, read) in [
            ("¥1,200,000.50元", "1200000.50"),
            (" 12 ", "12"),
            ("1,2", "1,2"),
            ("1，200", "1200"),
            ("十二", "十二"),
        ] {
            assert_eq!(amount(written), read, "{written}");
        }
        assert_eq!([0, 25, 26, 701, 702].map(column_name), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert!(is_scientific("1.39E+10") && is_scientific("1.39e10"));
        assert!(!is_scientific("13987021234") && !is_scientific("E10") && !is_scientific("1e"));
    }
}
