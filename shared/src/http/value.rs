//! What a single value is, wherever it comes from: nothing lossy is accepted.

use serde_json::{Number, Value};

/// An integer, or a string of decimal digits.
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => i64::try_from(whole(number)?).ok(),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
        }
        _ => None,
    }
}

/// An integer from 1.
pub fn id(value: &Value) -> Option<u32> {
    u32::try_from(integer(value)?).ok().filter(|id| *id > 0)
}

/// An id, or that of a row.
pub fn row_id(value: &Value) -> Option<u32> {
    id(value.get("id").unwrap_or(value))
}

/// A string, or an integer as one.
pub fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => whole(number).map(|number| number.to_string()),
        _ => None,
    }
}

/// A number without a fraction; `7.0` is one in JSON, where some languages write it so.
fn whole(number: &Number) -> Option<i128> {
    /// From here on not every integer is an `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < EXACT);
    number.as_i128().or_else(|| float().map(|float| float as i128))
}

/// The items of an array; a text is `[1,2,3]`, `1,2,3` or a single item, and so is each item of an array of
/// texts; anything else is an array of one.
pub fn array(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(array_text).collect(),
        other => array_text(other),
    }
}

fn array_text(value: &Value) -> Vec<Value> {
    let Value::String(text) = value else { return vec![value.clone()] };
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    // `["1","2"]`, as a select's values are when they are made JSON, is `[1,2]`.
    let plain = |item: &str| item.trim().trim_matches('"').to_owned();
    let items = inner.split(',').map(plain);
    if inner.is_empty() { Vec::new() } else { items.map(Value::from).collect() }
}

/// Whether this is an absolute http or https URL without white space or control characters.
pub fn is_http(url: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (head, rest) = url.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let clean = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    clean && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}
