//! Rows of the API as rows of a table.

use serde_json::Value;
use shared::http::{CellKind, Column};

/// A row of a table: a text for each column, or nothing.
pub type Cells = Vec<Option<String>>;

/// Between names.
const BETWEEN_NAMES: &str = "、";
/// Between ids.
const BETWEEN_IDS: &str = ",";

/// The cells of a row, as the API shows it.
pub fn cells(columns: &[Column], row: &Value) -> Cells {
    columns.iter().map(|column| cell(*column, row)).collect()
}

fn cell(column: Column, row: &Value) -> Option<String> {
    let value = column.key.split('.').try_fold(row, |value, key| value.get(key))?;
    match column.cell {
        CellKind::Text | CellKind::Number => scalar(value),
        CellKind::Word(words) => {
            let word = value.as_u64().and_then(|at| words.get(usize::try_from(at).ok()?));
            word.map(|word| (*word).to_owned())
        }
        CellKind::Person => Some(name(value)).filter(|_| value.is_object()),
        CellKind::People => Some(joined(value, BETWEEN_NAMES, |person| Some(name(person)))),
        CellKind::Ids => Some(joined(value, BETWEEN_IDS, scalar)),
    }
}

fn joined(value: &Value, between: &str, text: impl Fn(&Value) -> Option<String>) -> String {
    let texts: Vec<_> = value.as_array().into_iter().flatten().filter_map(text).collect();
    texts.join(between)
}

/// The first name of an employee that is not empty.
fn name(person: &Value) -> String {
    let names = ["realName", "nickName"].iter().filter_map(|key| person.get(key)?.as_str());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_what_the_api_shows_and_nothing_where_that_is_null() {
        let row = json!({
            "id": 7, "amount": "12.00", "note": null, "event": 2, "customers": { "nickName": "甲" },
            "customers_group": null, "operator": { "user_id": 1, "realName": "", "nickName": "小" },
            "follower": [{ "realName": "张" }, { "realName": "", "nickName": "" }], "follower_id": [1, 2],
        });
        let columns = [
            Column::number("", "id"),
            Column::number("", "amount"),
            Column::text("", "note"),
            Column::word("", "event", &["", "接入", "走访拜访"]),
            Column::text("", "customers.nickName"),
            Column::text("", "customers_group.groupName"),
            Column::person("", "operator"),
            Column::people("", "follower"),
            Column::ids("", "follower_id"),
        ];
        let expected = [
            Some("7"),
            Some("12.00"),
            None,
            Some("走访拜访"),
            Some("甲"),
            None,
            Some("小"),
            Some("张、"),
            Some("1,2"),
        ];
        assert_eq!(cells(&columns, &row), expected.map(|cell| cell.map(str::to_owned)));
    }
}
