//! Parameters, read by one set of rules wherever they come from.
//!
//! An integer may come as a decimal string and a string as an integer; nothing lossy is accepted. `null` and
//! `""` are the same: absent on create, cleared on edit; and so is a name of which nothing is seen. Every refusal names its
//! field.

mod value;

use super::limits::{ARRAY, COUNT, NAME, PAGE, TEXT, URL};
use super::reference::ParamKind;
use super::{Failure, HttpResult, Page};
use crate::Patch;
use crate::money::Money;
use crate::search::is_blank;
use crate::store::Window;
use crate::time::{Date, DayEdge, Time};
use lambda_http::tracing;
use serde_json::{Map, Value};
use value::{array, id, integer, is_http, string};

/// The target of the trace of which parameters are read, of what kind and from where; values are in no log.
pub const TRACE: &str = "parameter";

/// The parameters of a request, by name; those that no handler asks for are ignored.
#[derive(Debug, Clone, Default)]
pub struct Params {
    source: ParamSource,
    values: Map<String, Value>,
    /// Whether no handler asks, but a check.
    is_check: bool,
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
        Self { source, values, is_check: false }
    }

    /// The same for a check: that handlers read a parameter is another question.
    pub(in crate::http) fn quiet(&self) -> Self {
        Self { is_check: true, ..self.clone() }
    }

    /// Whether the parameter was sent, be it to clear it.
    pub fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// The same with what is absent or cleared here and not in `other`.
    pub fn or(mut self, other: &Self) -> Self {
        for (name, value) in &other.values {
            let mine = self.values.entry(name.clone()).or_insert(Value::Null);
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
        let positive = |field| {
            let patch = self.read(field, ParamKind::Positive, |value| {
                let number = integer(value).and_then(|number| u64::try_from(number).ok());
                number.filter(|number| *number > 0).ok_or_else(|| format!("{field}必须是大于0的整数"))
            });
            patch.map(Patch::value)
        };
        let count = positive("count")?.map_or(COUNT, |count| u32::try_from(count).unwrap_or(PAGE).min(PAGE));
        Ok(Page { page: positive("page")?.unwrap_or(1), count })
    }

    /// An integer.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn int(&self, field: &'static str) -> HttpResult<Patch<i64>> {
        self.read(field, ParamKind::Int, |value| integer(value).ok_or_else(|| format!("{field}必须是整数")))
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
            _ => Err(format!("{field}只能是true或false")),
        })
    }

    /// An id: an integer from 1.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn id(&self, field: &'static str) -> HttpResult<Patch<u32>> {
        self.read(field, ParamKind::Id, |value| id(value).ok_or_else(|| format!("{field}必须是有效的id")))
    }

    /// Ids, each once, in the order in which they were sent; a single id is an array of one, and in a query
    /// `[1,2]` and `1,2` are arrays. `[]` is a value, not a cleared parameter.
    ///
    /// # Errors
    /// [`Failure::invalid`] if one of them is no id or there are more than 100 different ones.
    pub fn ids(&self, field: &'static str) -> HttpResult<Patch<Vec<u32>>> {
        self.several(field, ParamKind::Ids, id)
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

    fn several<T: PartialEq>(
        &self,
        field: &'static str,
        kind: ParamKind,
        read: impl Fn(&Value) -> Option<T>,
    ) -> HttpResult<Patch<Vec<T>>> {
        self.read(field, kind, |value| {
            let mut items = Vec::new();
            for item in array(value) {
                let item = read(&item).ok_or_else(|| format!("{field}必须是id的数组"))?;
                if !items.contains(&item) {
                    items.push(item);
                }
                if items.len() > ARRAY {
                    return Err(format!("{field}最多{ARRAY}个"));
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
            let text = fits(field, string(value).ok_or_else(|| not_text(field))?, NAME)?;
            let name = text.trim();
            if name.chars().any(char::is_control) {
                return Err(format!("{field}不能包含控制字符"));
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
        self.limited(field, ParamKind::Text, TEXT)
    }

    /// An http or https URL of at most 2,048 characters.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it is anything else.
    pub fn url(&self, field: &'static str) -> HttpResult<Patch<String>> {
        let patch = self.limited(field, ParamKind::Url, URL)?;
        match &patch {
            Patch::Set(url) if !is_http(url) => {
                Err(Failure::invalid(field, format!("{field}必须是http或https地址")))
            }
            _ => Ok(patch),
        }
    }

    /// A moment, `YYYY-MM-DD HH:MM:SS`, or a date.
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
            let date = value.as_str().and_then(Date::parse);
            date.ok_or_else(|| format!("{field}必须是1900年至2105年之间的日期，例如1988-01-01"))
        })
    }

    /// From `start_time` to `end_time`, both included. The default end is `now`, or a week after a start in the future; the
    /// default start is what `start` makes of the end. A date as an end is its last second.
    ///
    /// # Errors
    /// [`Failure::invalid`] if one of them is no moment, or the start comes after the end.
    pub fn window(&self, now: Time, start: fn(Time) -> Time) -> HttpResult<Window> {
        let from = self.time("start_time")?.value();
        let to = self.moment("end_time", DayEdge::End)?.value();
        let to = to.unwrap_or_else(|| from.filter(|from| *from > now).map_or(now, Time::a_week_after));
        let from = from.unwrap_or_else(|| start(to));
        if from > to {
            return Err(Failure::invalid("start_time", "start_time不能晚于end_time"));
        }
        Ok(Window { from: from.0, to: to.0 })
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
            money.ok_or_else(|| format!("{field}必须是0到10000000000000之间的金额，例如1200000.00"))
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
        value.ok_or_else(|| Failure::invalid(field, format!("{field}不能为空")))
    }

    /// The name under which a parameter that has several names was sent; the first name if it was not.
    pub fn sent(&self, names: &[&'static str]) -> &'static str {
        let sent = names.iter().find(|name| self.has(name)).or(names.first());
        sent.copied().unwrap_or_default()
    }

    /// A parameter that has several names: the first that was sent counts, and the others must be well-formed too.
    ///
    /// # Errors
    /// As `read`.
    pub fn first_of<T>(
        &self,
        names: &[&'static str],
        read: impl Fn(&Self, &'static str) -> HttpResult<Patch<T>>,
    ) -> HttpResult<Patch<T>> {
        let mut first = Patch::Absent;
        for name in names {
            let sent = read(self, name)?;
            if matches!(first, Patch::Absent) {
                first = sent;
            }
        }
        Ok(first)
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
            chosen.map(|(_, choice)| *choice).ok_or_else(|| format!("{field}只能是{}", names()))
        })
    }

    fn moment(&self, field: &'static str, edge: DayEdge) -> HttpResult<Patch<Time>> {
        self.read(field, ParamKind::Time, |value| {
            let time = value.as_str().and_then(|text| Time::parse(text, edge));
            time.ok_or_else(|| format!("{field}必须是1970年至2105年之间的时间，例如2021-01-01 12:00:00"))
        })
    }

    fn limited(&self, field: &'static str, kind: ParamKind, characters: usize) -> HttpResult<Patch<String>> {
        self.read(field, kind, |value| fits(field, string(value).ok_or_else(|| not_text(field))?, characters))
    }

    fn read<T>(
        &self,
        field: &'static str,
        kind: ParamKind,
        read: impl FnOnce(&Value) -> std::result::Result<T, String>,
    ) -> HttpResult<Patch<T>> {
        if !self.is_check {
            tracing::trace!(target: TRACE, field, ?kind, source = ?self.source);
        }
        match self.values.get(field) {
            None => Ok(Patch::Absent),
            Some(Value::Null) => Ok(Patch::Clear),
            Some(Value::String(text)) if text.is_empty() => Ok(Patch::Clear),
            Some(value) => read(value).map(Patch::Set).map_err(|message| Failure::invalid(field, message)),
        }
    }
}

fn not_text(field: &str) -> String {
    format!("{field}必须是字符串")
}

/// The text, if it has at most so many characters.
fn fits(field: &str, text: String, characters: usize) -> std::result::Result<String, String> {
    let fits = text.chars().nth(characters).is_none();
    if fits { Ok(text) } else { Err(format!("{field}最多{characters}个字符")) }
}

#[cfg(test)]
mod tests;
