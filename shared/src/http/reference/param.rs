//! One parameter of an operation.

use super::param_kind::{BLANK, some_ids};
use super::{ParamKind, label_of};
use crate::http::value::{array, integer, string};
use crate::http::wording;
use crate::model::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, judge_password};
use crate::search::is_blank;
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Param {
    /// What it is called.
    pub name: &'static str,
    /// How it is read.
    pub kind: ParamKind,
    /// Whether it has to be there.
    pub need: Need,
    /// Whether the interface list does not know it.
    pub is_additive: bool,
    /// Its other names.
    pub aliases: &'static [&'static str],
    /// Which acts of its operation it is for.
    pub(super) during: During,
    description: &'static str,
    pub(super) default: Option<Value>,
    /// Limits beyond those of its kind, as keywords of JSON Schema.
    more: Map<String, Value>,
    choices: Vec<&'static str>,
    /// What each choice stands for, in Chinese.
    pub meanings: &'static [&'static str],
    range: Option<RangeInclusive<i64>>,
    label: Option<&'static str>,
    /// What a text has to be beyond its kind.
    text_check: Option<TextCheck>,
}

/// Says in Chinese what is wrong with a text.
pub type TextCheck = fn(&str) -> Result<(), String>;

/// The keyword for an array that is not empty.
const FILLED: &str = "minItems";

/// Whether a parameter has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It may be absent or empty.
    Optional,
    /// It may be absent where a record is edited, which then keeps what it has; but never empty.
    Kept,
    /// It must be there.
    Required,
}

/// Which acts a parameter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    /// All of them.
    Every,
    /// Those that make a record.
    Create,
    /// Those that find one.
    Edit,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $function:ident $kind:ident),* $(,)?) => {
        $($(#[$doc])* pub fn $function(name: &'static str, description: &'static str) -> Param {
            Param::new(name, ParamKind::$kind, description)
        })*
    };
}

kinds! {
    /// An integer.
    int Int,
    /// True or false.
    flag Flag,
    /// An id.
    id Id,
    /// An id, or `all`.
    id_or_all IdOrAll,
    /// An employee's id, `me` or `none`.
    owner Owner,
    /// Ids.
    ids Ids,
    /// Ids, or none.
    ids_or_none IdsOrNone,
    /// Ids, or rows that have one.
    ids_or_rows IdsOrRows,
    /// A short text.
    name Name,
    /// A text.
    text Text,
    /// A web address.
    url Url,
    /// A moment.
    time Time,
    /// A date.
    date Date,
    /// An amount.
    money Money,
}

/// One of `choices`.
pub fn choice<T>(name: &'static str, choices: &[(&'static str, T)], description: &'static str) -> Param {
    let choices = choices.iter().map(|(name, _)| *name).collect();
    Param { choices, ..Param::new(name, ParamKind::Choice, description) }
}

impl Param {
    pub(super) fn new(name: &'static str, kind: ParamKind, description: &'static str) -> Self {
        Self {
            name,
            kind,
            description,
            need: Need::Optional,
            is_additive: false,
            aliases: &[],
            during: During::Every,
            default: None,
            more: Map::new(),
            choices: Vec::new(),
            meanings: &[],
            range: None,
            label: None,
            text_check: None,
        }
    }

    /// What people on a screen know it as.
    pub fn label(&self) -> &'static str {
        self.label.unwrap_or_else(|| label_of(self.name))
    }

    /// People on a screen know it as something else than other parameters of its name.
    pub fn called(self, label: &'static str) -> Self {
        Self { label: Some(label), ..self }
    }

    /// Whether it is one of its names.
    pub fn has_name(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Checks a value of its kind against the limits beyond its kind; says in Chinese what is wrong.
    pub(in crate::http) fn check(&self, value: &Value) -> Result<(), String> {
        if let (Some(range), Some(number)) = (&self.range, integer(value))
            && !range.contains(&number)
        {
            return Err(format!("{}必须是{}到{}的整数", self.label(), range.start(), range.end()));
        }
        if self.more.contains_key(FILLED) && array(value).is_empty() {
            return Err(format!("{}不能为空", self.label()));
        }
        let Some((check, text)) = self.text_check.zip(string(value)) else { return Ok(()) };
        match self.kind {
            ParamKind::Name if is_blank(&text) => Ok(()),
            ParamKind::Name => check(text.trim()),
            _ => check(&text),
        }
    }

    /// It must be there.
    pub fn required(self) -> Self {
        Self { need: Need::Required, ..self }
    }

    /// It must be sent where a record is created, and is never empty.
    pub fn kept(self) -> Self {
        Self { need: Need::Kept, ..self }
    }

    /// The value of an absent parameter.
    pub fn default(self, value: impl Into<Value>) -> Self {
        Self { default: Some(value.into()), ..self }
    }

    /// The interface list does not know it.
    pub fn additive(self) -> Self {
        Self { is_additive: true, ..self }
    }

    /// Its other names; the first name that was sent counts.
    pub fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// It is for those acts that make a record; others ignore it.
    pub fn create_only(self) -> Self {
        Self { during: During::Create, ..self }
    }

    /// It is for those acts that find a record; others ignore it.
    pub fn edit_only(self) -> Self {
        Self { during: During::Edit, ..self }
    }

    /// What each of its choices stands for.
    pub fn means(self, meanings: &'static [&'static str]) -> Self {
        Self { meanings, ..self }
    }

    /// An integer has to be in `range`, which is a small one.
    pub fn within(self, range: RangeInclusive<i64>) -> Self {
        Self { range: Some(range), ..self }
    }

    /// Ids of which there is at least one.
    pub fn filled(self) -> Self {
        self.with(FILLED, 1.into())
    }

    /// A password that somebody is to have from now on.
    pub fn new_password(self) -> Self {
        self.with("minLength", MIN_PASSWORD_CHARS.into())
            .with("maxLength", MAX_PASSWORD_CHARS.into())
            .checked(|text| judge_password(text, "").map_err(wording::weak_password))
    }

    /// A text has to pass.
    pub fn checked(self, check: TextCheck) -> Self {
        Self { text_check: Some(check), ..self }
    }

    /// A text has to match.
    pub fn pattern(self, pattern: &str) -> Self {
        self.with("pattern", pattern.into())
    }

    fn with(mut self, keyword: &str, value: Value) -> Self {
        self.more.insert(keyword.to_owned(), value);
        self
    }

    fn description(&self) -> String {
        let choices = self.choices.iter().zip(self.meanings);
        let choices: Vec<_> = choices.map(|(choice, meaning)| format!("{choice}{meaning}")).collect();
        let parts = [self.description.to_owned(), choices.join("、")];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("：")
    }

    /// The words it may be, if it is a choice.
    pub fn choices(&self) -> &[&'static str] {
        &self.choices
    }

    /// Its names, each with its description as properties of a schema or a parameter.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, Map<String, Value>)> {
        let is_additive = self.is_additive;
        let main = [(self.name, self.description(), is_additive)];
        let name = self.name;
        let aliases = self.aliases.iter().map(move |alias| (*alias, format!("同{name}"), true));
        main.into_iter().chain(aliases).map(|(name, description, is_additive)| {
            let mut properties = Map::new();
            let mark = if is_additive { "（增补）" } else { "" };
            properties.insert("description".to_owned(), format!("{description}{mark}").into());
            if is_additive {
                properties.insert("x-additive".to_owned(), true.into());
            }
            (name, properties)
        })
    }

    /// What it may be in a JSON body.
    pub(super) fn json(&self) -> Value {
        let value = match (&self.range, self.kind) {
            _ if self.is_plain() => json!({ "$ref": format!("#/components/schemas/{}", self.kind.name()) }),
            (Some(range), _) => {
                json!({ "anyOf": [self.value(), { "type": "string", "pattern": digits(range) }] })
            }
            (None, ParamKind::Choice) => {
                let numbers = self.choices.iter().filter_map(|choice| choice.parse::<i64>().ok());
                let all: Vec<_> =
                    self.choices.iter().map(|name| json!(name)).chain(numbers.map(Value::from)).collect();
                json!({ "type": ["string", "integer"], "enum": all })
            }
            // `[]` and texts without an id are no ids either.
            (None, ParamKind::Ids) => {
                json!({ "$ref": "#/components/schemas/Ids", "allOf": [some_ids()] })
            }
            (None, _) => json!({ "anyOf": [self.value(), self.integer()] }),
        };
        let empty = empty();
        self.finish(match (self.need, self.kind) {
            (Need::Optional, ParamKind::Name) => json!({ "anyOf": [value, empty, blank()] }),
            (Need::Optional, _) => json!({ "anyOf": [value, empty] }),
            _ => value,
        })
    }

    /// An integer with at least as many characters as a text must have.
    fn integer(&self) -> Value {
        let characters = self.more.get("minLength").and_then(Value::as_u64).unwrap_or_default();
        let power = |zeros: u64| u32::try_from(zeros).ok().and_then(|zeros| 10_i64.checked_pow(zeros));
        let (above, below) = (power(characters.saturating_sub(1)), power(characters.saturating_sub(2)));
        json!({ "anyOf": [
            { "type": "integer", "minimum": above.unwrap_or(i64::MAX), "maximum": u64::MAX },
            { "type": "integer", "minimum": i64::MIN, "maximum": below.map_or(i64::MIN, |below| -below) },
        ] })
    }

    /// What its text in a query or a form may stand for.
    pub(super) fn text(&self) -> Value {
        let mut value = self.value();
        let is_any_text = self.kind == ParamKind::Text && self.is_plain();
        match (self.need, value.as_object_mut()) {
            (Need::Optional, _) if self.kind == ParamKind::Name => {
                value = json!({ "anyOf": [value, blank()] })
            }
            (Need::Optional, Some(schema)) if is_any_text => drop(schema.remove("minLength")),
            (Need::Optional, _) => value = json!({ "anyOf": [value, { "type": "string", "const": "" }] }),
            _ => {}
        }
        self.finish(value)
    }

    fn value(&self) -> Value {
        self.limited(self.kind.text())
    }

    /// Whether it has no limits but those of its kind.
    pub(super) fn is_plain(&self) -> bool {
        self.more.is_empty() && self.choices.is_empty() && self.range.is_none()
    }

    /// The schema of a value with the limits beyond those of its kind.
    pub(super) fn limited(&self, mut value: Value) -> Value {
        if let Some(schema) = value.as_object_mut() {
            schema.extend(self.more.clone());
            if let Some(range) = &self.range {
                schema.insert("minimum".to_owned(), (*range.start()).into());
                schema.insert("maximum".to_owned(), (*range.end()).into());
            }
            if !self.choices.is_empty() {
                schema.insert("enum".to_owned(), json!(self.choices));
            }
        }
        value
    }

    /// The schema with the default.
    pub(super) fn finish(&self, mut schema: Value) -> Value {
        if let (Some(schema), Some(default)) = (schema.as_object_mut(), &self.default) {
            schema.insert("default".to_owned(), default.clone());
        }
        schema
    }
}

/// Nothing, in a JSON body.
pub(super) fn empty() -> Value {
    json!({ "$ref": "#/components/schemas/Empty" })
}

/// A name of which nothing is seen.
fn blank() -> Value {
    json!({ "type": "string", "pattern": BLANK })
}

/// The decimal digits of all that are in `range`; `-0` is 0 as well.
fn digits(range: &RangeInclusive<i64>) -> String {
    let spelled = |sign: &str, numbers: Vec<i64>| {
        let numbers: Vec<_> = numbers.iter().map(|number| number.abs().to_string()).collect();
        (!numbers.is_empty()).then(|| format!("{sign}0*({})", numbers.join("|")))
    };
    let below = spelled("-", range.clone().filter(|number| *number <= 0).collect());
    let above = spelled("", range.clone().filter(|number| *number >= 0).collect());
    format!("^({})$", below.into_iter().chain(above).collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests;
