//! Parameters, read by one set of rules wherever they stand.
//!
//! An integer may come as a decimal string and a string as an integer; nothing lossy is accepted. `null` and
//! `""` are the same: absent on create, cleared on edit. Every refusal names its field.

use crate::time::{DayEdge, Time};
use crate::{Error, Result};
use serde_json::{Map, Value};

/// The most characters a name may have.
const NAME: usize = 64;
/// The most characters a URL may have.
const URL: usize = 2048;
/// The most characters any other text may have.
const TEXT: usize = 4000;
/// The most different values an array may have.
const ARRAY: usize = 100;
/// The most rows on a page.
const PAGE: u32 = 100;

/// The parameters of a request, by name; those that no handler asks for are ignored.
#[derive(Debug, Clone, Default)]
pub struct Params(Map<String, Value>);

/// A parameter that was asked for: absent, cleared (`null` or `""`), or a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Given<T> {
    field: &'static str,
    value: Presence<T>,
}

#[derive(Debug, Clone, PartialEq)]
enum Presence<T> {
    Absent,
    Cleared,
    Value(T),
}

/// Which page of a list, and how many rows it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: u64,
    /// From 1 to 100.
    pub count: u32,
}

impl Page {
    /// How many rows stand on the pages before.
    pub fn offset(self) -> u64 {
        (self.page - 1).saturating_mul(u64::from(self.count))
    }
}

impl From<Map<String, Value>> for Params {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl Params {
    /// Whether the parameter was sent, be it to clear it.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// `page` (default 1) and `count` (default 20; above 100 is served as 100).
    ///
    /// # Errors
    /// [`Error::Invalid`] unless both are integers from 1.
    pub fn page(&self) -> Result<Page> {
        let positive = |field| -> Result<Option<u64>> {
            let number = self.int(field)?.optional();
            let number = number.map(|n| u64::try_from(n).ok().filter(|n| *n > 0));
            number
                .map(|n| n.ok_or_else(|| Error::invalid(field, format!("{field}必须是大于0的整数"))))
                .transpose()
        };
        let count = positive("count")?.map_or(20, |count| u32::try_from(count).unwrap_or(PAGE).min(PAGE));
        Ok(Page { page: positive("page")?.unwrap_or(1), count })
    }

    /// An integer.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is anything else.
    pub fn int(&self, field: &'static str) -> Result<Given<i64>> {
        self.read(field, |value| integer(value).ok_or_else(|| format!("{field}必须是整数")))
    }

    /// True or false, also as a string or as 1 and 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is anything else.
    pub fn flag(&self, field: &'static str) -> Result<Given<bool>> {
        self.read(field, |value| match (value, string(value).as_deref()) {
            (Value::Bool(flag), _) => Ok(*flag),
            (_, Some("true" | "1")) => Ok(true),
            (_, Some("false" | "0")) => Ok(false),
            _ => Err(format!("{field}只能是true或false")),
        })
    }

    /// An id: an integer from 1.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is anything else.
    pub fn id(&self, field: &'static str) -> Result<Given<u32>> {
        self.read(field, |value| id(value).ok_or_else(|| format!("{field}必须是有效的id")))
    }

    /// Ids, each once, in the order in which they were sent; a single id is an array of one, and in a query
    /// `[1,2]` and `1,2` are arrays. `[]` is a value, not a cleared parameter.
    ///
    /// # Errors
    /// [`Error::Invalid`] if one of them is no id or there are more than 100 different ones.
    pub fn ids(&self, field: &'static str) -> Result<Given<Vec<u32>>> {
        self.read(field, |value| {
            let mut ids = Vec::new();
            for item in array(value) {
                let id = id(&item).ok_or_else(|| format!("{field}必须是id的数组"))?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
                if ids.len() > ARRAY {
                    return Err(format!("{field}最多{ARRAY}个"));
                }
            }
            Ok(ids)
        })
    }

    /// A name: a text of at most 64 characters.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is no text or too long.
    pub fn name(&self, field: &'static str) -> Result<Given<String>> {
        self.limited(field, NAME)
    }

    /// A text of at most 4,000 characters.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is no text or too long.
    pub fn text(&self, field: &'static str) -> Result<Given<String>> {
        self.limited(field, TEXT)
    }

    /// An http or https URL of at most 2,048 characters.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is anything else.
    pub fn url(&self, field: &'static str) -> Result<Given<String>> {
        let given = self.limited(field, URL)?;
        match &given.value {
            Presence::Value(url) if !is_http(url) => {
                Err(Error::invalid(field, format!("{field}必须是http或https地址")))
            }
            _ => Ok(given),
        }
    }

    /// A moment, `YYYY-MM-DD HH:MM:SS`, or a date.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is anything else, does not exist, or is outside 1970..2105.
    pub fn time(&self, field: &'static str) -> Result<Given<Time>> {
        self.read(field, |value| {
            let time = value.as_str().and_then(|text| Time::parse(text, DayEdge::Start));
            time.ok_or_else(|| format!("{field}必须是有效的时间，例如2021-01-01 12:00:00"))
        })
    }

    /// One of `choices`, by name.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is none of them.
    pub fn choice<T: Copy>(&self, field: &'static str, choices: &[(&str, T)]) -> Result<Given<T>> {
        self.read(field, |value| {
            let text = string(value);
            let chosen = choices.iter().find(|(name, _)| text.as_deref() == Some(*name));
            let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("、");
            chosen.map(|(_, choice)| *choice).ok_or_else(|| format!("{field}只能是{}", names()))
        })
    }

    fn limited(&self, field: &'static str, characters: usize) -> Result<Given<String>> {
        self.read(field, |value| {
            let text = string(value).ok_or_else(|| format!("{field}必须是字符串"))?;
            let fits = text.chars().nth(characters).is_none();
            if fits { Ok(text) } else { Err(format!("{field}最多{characters}个字符")) }
        })
    }

    fn read<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&Value) -> std::result::Result<T, String>,
    ) -> Result<Given<T>> {
        let value = match self.0.get(field) {
            None => Presence::Absent,
            Some(Value::Null) => Presence::Cleared,
            Some(Value::String(text)) if text.is_empty() => Presence::Cleared,
            Some(value) => Presence::Value(read(value).map_err(|message| Error::invalid(field, message))?),
        };
        Ok(Given { field, value })
    }
}

impl<T> Given<T> {
    /// The value, if there is one.
    pub fn optional(self) -> Option<T> {
        match self.value {
            Presence::Value(value) => Some(value),
            Presence::Absent | Presence::Cleared => None,
        }
    }

    /// The value.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none.
    pub fn required(self) -> Result<T> {
        self.required_or(None)
    }

    /// The value; where it is absent, the one that an edited record has.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is cleared, or absent where there is no record yet.
    pub fn required_or(self, old: Option<T>) -> Result<T> {
        let missing = || Error::invalid(self.field, format!("{}不能为空", self.field));
        match self.value {
            Presence::Value(value) => Ok(value),
            Presence::Absent => old.ok_or_else(missing),
            Presence::Cleared => Err(missing()),
        }
    }

    /// The value; where it is absent, what the record has; where it is cleared, the default.
    pub fn or_keep(self, old: T) -> T
    where
        T: Default,
    {
        self.or_keep_or(old, T::default())
    }

    /// As [`Given::or_keep`], with another default.
    pub fn or_keep_or(self, old: T, default: T) -> T {
        match self.value {
            Presence::Value(value) => value,
            Presence::Absent => old,
            Presence::Cleared => default,
        }
    }

    /// As [`Given::or_keep`], for a field that may be empty.
    pub fn or_keep_option(self, old: Option<T>) -> Option<T> {
        match self.value {
            Presence::Value(value) => Some(value),
            Presence::Absent => old,
            Presence::Cleared => None,
        }
    }
}

/// An integer, or a string of decimal digits.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
        }
        _ => None,
    }
}

fn id(value: &Value) -> Option<u32> {
    u32::try_from(integer(value)?).ok().filter(|id| *id > 0)
}

/// A string, or an integer as one.
fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// The items of an array; a text is `[1,2,3]`, `1,2,3` or a single item, and so is each item of an array of
/// texts; anything else is an array of one.
fn array(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(array_text).collect(),
        other => array_text(other),
    }
}

fn array_text(value: &Value) -> Vec<Value> {
    let Value::String(text) = value else { return vec![value.clone()] };
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let items = inner.split(',').map(str::trim);
    if inner.is_empty() { Vec::new() } else { items.map(Value::from).collect() }
}

/// Whether this is an absolute http or https URL without white space or control characters.
fn is_http(url: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (head, rest) = url.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let clean = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    clean && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::body::form;
    use proptest::prelude::*;
    use serde_json::json;

    fn sent(value: Value) -> Params {
        Params::from(Map::from_iter([("x".to_owned(), value)]))
    }

    #[test]
    fn integers_come_as_numbers_or_decimal_strings_and_nothing_is_rounded() {
        for (value, number) in
            [(json!(7), 7), (json!("7"), 7), (json!(-7), -7), (json!("-7"), -7), (json!("007"), 7)]
        {
            assert_eq!(sent(value).int("x").unwrap().optional(), Some(number));
        }
        for value in [
            json!(4.5),
            json!("4.5"),
            json!(true),
            json!([1]),
            json!({}),
            json!("1e3"),
            json!("+1"),
            json!("-"),
            json!(" 1"),
            json!("٣"),
            json!(1e30),
            json!("99999999999999999999"),
        ] {
            let error = sent(value.clone()).int("x").unwrap_err();
            assert!(matches!(error, Error::Invalid { field, .. } if field == "x"), "{value}");
        }
    }

    #[test]
    fn ids_are_integers_from_one() {
        assert_eq!(sent(json!(4_294_967_295u32)).id("x").unwrap().optional(), Some(u32::MAX));
        for value in [json!(0), json!(-1), json!(4_294_967_296u64)] {
            assert!(sent(value).id("x").is_err());
        }
    }

    #[test]
    fn arrays_are_read_in_every_spelling_and_each_id_once() {
        let in_query = |query: &str| form(query.as_bytes()).ids("ids").unwrap().optional().unwrap();
        for query in [
            "ids=[1,2,3]",
            "ids=1,2,3",
            "ids=1&ids=2&ids=3",
            "ids[]=1&ids[]=2&ids[]=3",
            "ids[0]=1&ids[1]=2&ids[2]=3",
            "ids=%5B1%2C%202%2C3%5D",
            "ids=1,2&ids=3,1",
        ] {
            assert_eq!(in_query(query), [1, 2, 3], "{query}");
        }
        assert_eq!(in_query("ids=5"), [5]);
        assert_eq!(in_query("ids[]=5"), [5]);
        assert!(in_query("ids=[]").is_empty());
        assert_eq!(sent(json!(["1", 2])).ids("x").unwrap().optional(), Some(vec![1, 2]));
        assert_eq!(sent(json!(3)).ids("x").unwrap().optional(), Some(vec![3]));
        for value in [json!("1,,2"), json!("1,x"), json!([null]), json!([[1]]), json!({"a": 1}), json!("[1")]
        {
            assert!(sent(value.clone()).ids("x").is_err(), "{value}");
        }
    }

    #[test]
    fn a_hundred_different_ids_are_the_most() {
        let hundred: Vec<u32> = (1..=100).chain(1..=100).collect();
        assert_eq!(sent(json!(hundred)).ids("x").unwrap().optional().map(|ids| ids.len()), Some(100));
        assert!(sent(json!((1..=101).collect::<Vec<u32>>())).ids("x").is_err());
    }

    #[test]
    fn limits_count_characters_and_not_bytes() {
        assert!(sent(json!("名".repeat(64))).name("x").is_ok());
        assert!(sent(json!("名".repeat(65))).name("x").is_err());
        assert!(sent(json!("名".repeat(4000))).text("x").is_ok());
        assert!(sent(json!("名".repeat(4001))).text("x").is_err());
        assert_eq!(sent(json!(42)).text("x").unwrap().optional().as_deref(), Some("42"));
        assert!(sent(json!(4.5)).text("x").is_err());
    }

    #[test]
    fn urls_are_http_or_https() {
        for url in ["http://a", "https://data.eartip.cn/x.png?a=1#b", "HTTPS://A/中文"] {
            assert!(sent(json!(url)).url("x").is_ok(), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "ftp://a",
            "//a",
            "http://",
            "https:///a",
            "http://a b",
            "http://a\n",
            "a",
        ] {
            assert!(sent(json!(url)).url("x").is_err(), "{url:?}");
        }
    }

    #[test]
    fn absent_keeps_cleared_clears_and_a_value_replaces() {
        let old = || "old".to_owned();
        let none = Params::default();
        assert_eq!(none.text("x").unwrap().or_keep(old()), "old");
        assert_eq!(sent(json!("")).text("x").unwrap().or_keep(old()), "");
        assert_eq!(sent(json!(null)).text("x").unwrap().or_keep_option(Some(old())), None);
        assert_eq!(sent(json!("new")).text("x").unwrap().or_keep(old()), "new");
        assert_eq!(none.text("x").unwrap().required_or(Some(old())).unwrap(), "old");
        assert!(sent(json!("")).text("x").unwrap().required_or(Some(old())).is_err());
        assert!(none.text("x").unwrap().required().is_err());
    }

    #[test]
    fn pages_start_at_one_and_have_at_most_a_hundred_rows() {
        let page = |query: &str| form(query.as_bytes()).page();
        assert_eq!(page("").unwrap(), Page { page: 1, count: 20 });
        assert_eq!(page("page=3&count=7").unwrap().offset(), 14);
        assert_eq!(page("count=101").unwrap().count, 100);
        assert_eq!(page("count=9999999999999").unwrap().count, 100);
        assert_eq!(page(&format!("page={}", i64::MAX)).unwrap().page, i64::MAX as u64);
        for query in ["page=0", "count=0", "page=-1", "page=x", "count=1.5", "page=1&page=2"] {
            assert!(page(query).is_err(), "{query}");
        }
    }

    proptest! {
        #[test]
        fn no_query_breaks_the_reader(query in ".*") {
            let params = form(query.as_bytes());
            for name in params.0.keys().cloned().collect::<Vec<_>>() {
                let params = Params::from(Map::from_iter([("x".to_owned(), params.0[&name].clone())]));
                let _ = (params.int("x"), params.ids("x"), params.text("x"), params.url("x"), params.time("x"));
            }
        }
    }
}
