//! Parameters, read by one set of rules wherever they come from.
//!
//! An integer may come as a decimal string and a string as an integer; nothing lossy is accepted. `null` and
//! `""` are the same: absent on create, cleared on edit; and so is a name of which nothing is seen. Every refusal names its
//! field.

mod declared;
mod owner;
mod window;

pub use owner::OwnerParam;

use super::limits::{ARRAY, COUNT, NAME, PAGE, TEXT, URL};
use super::reference::{Param, ParamKind};
use super::value::{array, id, integer, is_http, row_id, string};
use super::{Failure, HttpResult, Page};
use crate::Patch;
use crate::money::Money;
use crate::search::is_blank;
use crate::time::{Date, DayEdge, Offset, Time};
use lambda_http::tracing;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The target of the trace of which parameters are read, of what kind and from where; values are in no log.
pub const TRACE: &str = "parameter";

/// The parameters of a request, by name; those that no handler asks for are ignored.
#[derive(Debug, Clone)]
pub struct Params {
    source: ParamSource,
    values: Arc<Map<String, Value>>,
    /// What the operation declares: labels, and limits beyond those of a kind.
    declared: Arc<Vec<Param>>,
    /// Main names of parameters that were sent under another name, and that name.
    aliases: Vec<(&'static str, &'static str)>,
    /// The offset of the wall clock, for moments with a zone.
    clock: Offset,
    /// Whether no handler asks, but a check.
    is_check: bool,
}

impl Default for Params {
    fn default() -> Self {
        Self::new(ParamSource::default(), Map::new())
    }
}

/// Where parameters come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ParamSource {
    /// In the query string.
    Query,
    /// In the body.
    #[default]
    Body,
}

impl Params {
    /// The parameters from a source.
    pub fn new(source: ParamSource, values: Map<String, Value>) -> Self {
        let (values, declared) = (Arc::new(values), Arc::default());
        Self { source, values, declared, aliases: Vec::new(), clock: Offset::UTC, is_check: false }
    }

    /// Whether the parameter was sent, be it to clear it.
    pub fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// The name under which this text was sent, if it was.
    pub(super) fn sent_under(&self, text: &str) -> Option<&str> {
        let mut values = self.values.iter();
        values.find(|(_, value)| value.as_str() == Some(text)).map(|(name, _)| name.as_str())
    }

    /// The same with what is absent or cleared here and not in `other`.
    pub fn or(mut self, other: &Self) -> Self {
        let values = Arc::make_mut(&mut self.values);
        for (name, value) in other.values.iter() {
            let mine = values.entry(name.clone()).or_insert(Value::Null);
            if mine.is_null() || mine == "" {
                *mine = value.clone();
            }
        }
        self
    }

    /// `page` (default 1) and `count` (default 20; above 100 is served as 100).
    ///
    /// # Errors
    /// [`Failure::invalid`] unless both are integers from 1.
    pub fn page(&self) -> HttpResult<Page> {
        let count = self.count()?;
        Ok(Page { page: self.positive("page")?.value().unwrap_or(1), count })
    }

    /// `count` (default 20; above 100 is served as 100).
    ///
    /// # Errors
    /// [`Failure::invalid`] unless it is an integer from 1.
    pub fn count(&self) -> HttpResult<u32> {
        let count = self.positive("count")?.value();
        Ok(count.map_or(COUNT, |count| u32::try_from(count).unwrap_or(PAGE).min(PAGE)))
    }

    fn positive(&self, field: &'static str) -> HttpResult<Patch<u64>> {
        self.read(field, ParamKind::Positive, |value| {
            let number = integer(value).and_then(|number| u64::try_from(number).ok());
            number.filter(|number| *number > 0).ok_or_else(|| "必须是大于0的整数".to_owned())
        })
    }

    /// An integer.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn int(&self, field: &'static str) -> HttpResult<Patch<i64>> {
        self.read(field, ParamKind::Int, |value| integer(value).ok_or_else(|| "必须是整数".to_owned()))
    }

    /// True or false, also as a string or as 1 and 0.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn flag(&self, field: &'static str) -> HttpResult<Patch<bool>> {
        self.read(field, ParamKind::Flag, |value| match (value, string(value).as_deref()) {
            (Value::Bool(flag), _) => Ok(*flag),
            (_, Some("true" | "1")) => Ok(true),
            (_, Some("false" | "0")) => Ok(false),
            _ => Err("只能是true或false".to_owned()),
        })
    }

    /// An id: an integer from 1.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn id(&self, field: &'static str) -> HttpResult<Patch<u32>> {
        self.read(field, ParamKind::Id, |value| id(value).ok_or_else(|| "必须是有效的id".to_owned()))
    }

    /// An id, or `all`, which is none.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn id_or_all(&self, field: &'static str) -> HttpResult<Patch<Option<u32>>> {
        self.read(field, ParamKind::IdOrAll, |value| match string(value).as_deref() {
            Some("all") => Ok(None),
            _ => id(value).map(Some).ok_or_else(|| "必须是有效的id或all".to_owned()),
        })
    }

    /// Ids, each once, in the order in which they were sent; a single id is an array of one, and in a query
    /// `[1,2]` and `1,2` are arrays. `[]` is a value, not a cleared parameter.
    ///
    /// # Errors
    /// [`Failure::invalid`] if one of them is no id or there are more than 100 different ones.
    pub fn ids(&self, field: &'static str) -> HttpResult<Patch<Vec<u32>>> {
        self.several(field, ParamKind::Ids, id)
    }

    /// The ids that a list is kept to by `id`, by `ids`, or by both; none if it is kept to none. An empty choice is none.
    ///
    /// # Errors
    /// As [`Params::id`] and [`Params::ids`].
    pub fn chosen(&self, id: Option<&'static str>, ids: &'static str) -> HttpResult<Option<BTreeSet<u32>>> {
        let one = id.map(|id| self.id(id)).transpose()?.and_then(Patch::value);
        let several = self.ids(ids)?.value().filter(|ids| !ids.is_empty());
        Ok(match (one, several) {
            (Some(one), Some(several)) => Some(several.into_iter().filter(|id| *id == one).collect()),
            (one, several) => several.or(one.map(|one| vec![one])).map(|ids| ids.into_iter().collect()),
        })
    }

    /// As [`Params::ids`], with `null` and 0 for what has no id.
    ///
    /// # Errors
    /// As [`Params::ids`].
    pub fn ids_or_none(&self, field: &'static str) -> HttpResult<Patch<Vec<Option<u32>>>> {
        let is_none = |item: &Value| matches!(string(item).as_deref(), Some("null" | "0")) || item.is_null();
        self.several(
            field,
            ParamKind::IdsOrNone,
            |item| if is_none(item) { Some(None) } else { id(item).map(Some) },
        )
    }

    /// As [`Params::ids`], where a row with its `id` may stand for an id: what a list answered can be sent back.
    ///
    /// # Errors
    /// As [`Params::ids`].
    pub fn ids_or_rows(&self, field: &'static str) -> HttpResult<Patch<Vec<u32>>> {
        self.several(field, ParamKind::IdsOrRows, row_id)
    }

    fn several<T: PartialEq>(
        &self,
        field: &'static str,
        kind: ParamKind,
        read: impl Fn(&Value) -> Option<T>,
    ) -> HttpResult<Patch<Vec<T>>> {
        self.read(field, kind, |value| {
            let mut items = Vec::new();
            for item in array(value) {
                let item = read(&item).ok_or_else(|| "必须是id的数组".to_owned())?;
                if !items.contains(&item) {
                    items.push(item);
                }
                if items.len() > ARRAY {
                    return Err(format!("最多{ARRAY}个"));
                }
            }
            Ok(items)
        })
    }

    /// A name or a phone number: a text of at most 64 characters, without the white space at its ends. One of which nothing is
    /// seen is empty.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is no text, too long, or has a control character in it.
    pub fn name(&self, field: &'static str) -> HttpResult<Patch<String>> {
        let patch = self.read(field, ParamKind::Name, |value| {
            let text = fits(string(value).ok_or_else(not_text)?, NAME)?;
            let name = text.trim();
            if name.chars().any(char::is_control) {
                return Err("不能包含控制字符".to_owned());
            }
            Ok(name.to_owned())
        })?;
        Ok(match patch {
            Patch::Set(name) if is_blank(&name) => Patch::Clear,
            patch => patch,
        })
    }

    /// A text of at most 4,000 characters.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is no text or too long.
    pub fn text(&self, field: &'static str) -> HttpResult<Patch<String>> {
        self.read(field, ParamKind::Text, |value| fits(string(value).ok_or_else(not_text)?, TEXT))
    }

    /// An http or https URL of at most 2,048 characters.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn url(&self, field: &'static str) -> HttpResult<Patch<String>> {
        self.read(field, ParamKind::Url, |value| {
            let url = fits(string(value).ok_or_else(not_text)?, URL)?;
            if is_http(&url) { Ok(url) } else { Err("必须是http或https地址".to_owned()) }
        })
    }

    /// A moment, `YYYY-MM-DD HH:MM:SS`, ISO 8601 with a zone, or a date.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else, does not exist, or is outside 1970..2105.
    pub fn time(&self, field: &'static str) -> HttpResult<Patch<Time>> {
        self.moment(field, DayEdge::Start)
    }

    /// A date from 1900 on, such as a birthday: `YYYY-MM-DD`, or as [`Params::time`].
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else, does not exist, or is outside 1900..2105.
    pub fn date(&self, field: &'static str) -> HttpResult<Patch<Date>> {
        self.read(field, ParamKind::Date, |value| {
            let date = value.as_str().and_then(|text| Date::parse_at(self.clock, text));
            date.ok_or_else(|| "必须是1900年至2105年之间的日期，例如1988-01-01".to_owned())
        })
    }

    /// An amount of money: a decimal number, or one in a string.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else, negative, or above 10^13.
    pub fn money(&self, field: &'static str) -> HttpResult<Patch<Money>> {
        self.read(field, ParamKind::Money, |value| {
            let money = match value {
                Value::Number(number) => Money::of_number(number),
                Value::String(text) => Money::parse(text),
                _ => None,
            };
            money.ok_or_else(|| "必须是0到10000000000000之间的金额，例如1200000.00".to_owned())
        })
    }

    /// The value of a parameter that must be there; `read` is how it is read.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is missing or malformed.
    pub fn required<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&Self, &'static str) -> HttpResult<Patch<T>>,
    ) -> HttpResult<T> {
        self.required_or(field, read, None)
    }

    /// As [`Params::required`], for a parameter that may be absent where an edited record has a value, `old`.
    ///
    /// # Errors
    /// As [`Params::required`].
    pub fn required_or<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&Self, &'static str) -> HttpResult<Patch<T>>,
        old: Option<T>,
    ) -> HttpResult<T> {
        let value = match read(self, field)? {
            Patch::Set(value) => Some(value),
            Patch::Absent => old,
            Patch::Clear => None,
        };
        value.ok_or_else(|| Failure::invalid(field, format!("{}不能为空", self.label(field))))
    }

    /// One of `choices`, by name.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is none of them.
    pub fn choice<T: Copy>(&self, field: &'static str, choices: &[(&str, T)]) -> HttpResult<Patch<T>> {
        self.read(field, ParamKind::Choice, |value| {
            let text = string(value);
            let chosen = choices.iter().find(|(name, _)| text.as_deref() == Some(*name));
            let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("、");
            chosen.map(|(_, choice)| *choice).ok_or_else(|| format!("只能是{}", names()))
        })
    }

    fn moment(&self, field: &'static str, edge: DayEdge) -> HttpResult<Patch<Time>> {
        self.read(field, ParamKind::Time, |value| {
            let time = value.as_str().and_then(|text| Time::parse_at(self.clock, text, edge));
            time.ok_or_else(|| "必须是1970年至2105年之间的时间，例如2021-01-01 12:00:00".to_owned())
        })
    }

    /// Reads a value; `read` says what is wrong with it, without its label. Limits that the operation declares count too.
    fn read<T>(
        &self,
        field: &'static str,
        kind: ParamKind,
        read: impl FnOnce(&Value) -> std::result::Result<T, String>,
    ) -> HttpResult<Patch<T>> {
        self.trace(field, kind);
        let invalid = |fault: String| Failure::invalid(field, format!("{}{fault}", self.label(field)));
        match self.values.get(field) {
            None => Ok(Patch::Absent),
            Some(Value::Null) => Ok(Patch::Clear),
            Some(Value::String(text)) if text.is_empty() => Ok(Patch::Clear),
            Some(value) => {
                let read = read(value).map_err(invalid)?;
                let checked = self.param(field).map_or(Ok(()), |param| param.check(value));
                checked.map(|()| Patch::Set(read)).map_err(|message| Failure::invalid(field, message))
            }
        }
    }

    fn trace(&self, field: &str, kind: ParamKind) {
        if !self.is_check {
            tracing::trace!(target: TRACE, field, ?kind, source = ?self.source);
        }
    }
}

fn not_text() -> String {
    "必须是字符串".to_owned()
}

/// The text, if it has at most so many characters.
fn fits(text: String, characters: usize) -> std::result::Result<String, String> {
    let fits = text.chars().nth(characters).is_none();
    if fits { Ok(text) } else { Err(format!("最多{characters}个字符")) }
}

#[cfg(test)]
mod tests;
