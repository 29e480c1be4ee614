//! What stands between the cells of a text.

use super::fields::Fields;
use std::collections::HashMap;

/// What people's programs write.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// So much of a text shows which it is.
const SAMPLE: usize = 64 << 10;
/// So do these rows.
const ROWS: usize = 100;

/// The delimiter, and the text without the line that names it. Spreadsheets do not count that line.
pub fn delimiter(text: &str) -> (u8, &str) {
    named(text).unwrap_or_else(|| (likely(text), text))
}

/// `sep=;`, which Excel writes and understands.
fn named(text: &str) -> Option<(u8, &str)> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end)?;
    let name = line.trim_matches('"').strip_prefix("sep=")?;
    let delimiter = match name.as_bytes() {
        [byte @ (b',' | b';' | b'\t' | b'|')] => *byte,
        _ => return None,
    };
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
    Some((delimiter, rest))
}

/// The one that makes the most even table.
fn likely(text: &str) -> u8 {
    let end = text.floor_char_boundary(SAMPLE);
    let sample = text.get(..end).unwrap_or(text);
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| evenness(sample, *delimiter));
    best.unwrap_or(b',')
}

/// How many delimiters stand in rows that have as many as most others, and how many rows these are: one row may be full of commas.
fn evenness(sample: &str, delimiter: u8) -> (u32, u32) {
    let mut rows_by_width: HashMap<u32, u32> = HashMap::new();
    let last = Fields::new(sample, delimiter).map_while(Result::ok).filter(|field| field.is_last);
    for field in last.take(ROWS) {
        *rows_by_width.entry(field.column).or_default() += 1;
    }
    let tables = rows_by_width.into_iter().filter(|(width, _)| *width > 1);
    tables.map(|(width, rows)| ((width - 1) * rows, rows)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_even_table_wins() {
        assert_eq!(likely("姓名;单位\n张三;北京,海淀\n李四;上海,浦东\n王五;,"), b';');
        assert_eq!(likely("姓名,单位,职务\n张三,\"a;b;c;d\",x\n"), b',');
        assert_eq!(likely("姓名\t单位\n张三\ta,b,c\n"), b'\t');
        assert_eq!(likely("客户名单\n\n姓名;手机号\n张三;1\n"), b';');
        assert_eq!(likely("姓名\n张三\n"), b',');
        assert_eq!(likely(""), b',');
    }

    #[test]
    fn a_line_can_name_it() {
        assert_eq!(delimiter("sep=;\r\na,b"), (b';', "a,b"));
        assert_eq!(delimiter("\"sep=|\"\ra;b"), (b'|', "a;b"));
        assert_eq!(delimiter("sep=x\na,b"), (b',', "sep=x\na,b"));
        assert_eq!(delimiter("sep=\t"), (b'\t', ""));
    }
}
