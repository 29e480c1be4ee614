//! The kinds of parameters, as schemas.
//!
//! In a JSON body an integer may come as a string and a string as an integer, and `null` is nothing; in a query or a form
//! everything is text, and the schema is that of the value which the text stands for.

use crate::http::limits::{ARRAY, NAME, TEXT, URL};
use serde_json::{Value, json};

/// How [`Params`](crate::http::Params) reads a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// An integer.
    Int,
    /// An integer from 1, of a page.
    Positive,
    /// True or false.
    Flag,
    /// An id.
    Id,
    /// An id, or `all`.
    IdOrAll,
    /// An employee's id, `me` or `none`.
    Owner,
    /// Ids.
    Ids,
    /// Ids, or none.
    IdsOrNone,
    /// Ids, or rows that have one.
    IdsOrRows,
    /// A short text.
    Name,
    /// A text.
    Text,
    /// A web address.
    Url,
    /// A moment.
    Time,
    /// A date.
    Date,
    /// An amount.
    Money,
    /// One of several words.
    Choice,
}

/// Decimal digits of an id, from 1 to 4,294,967,295.
const ID: &str = "0*([1-9][0-9]{0,8}|[1-3][0-9]{9}|4[01][0-9]{8}|42[0-8][0-9]{7}|429[0-3][0-9]{6}|4294[0-8][0-9]{5}|42949[0-5][0-9]{4}|429496[0-6][0-9]{3}|4294967[01][0-9]{2}|42949672[0-8][0-9]|429496729[0-5])";
/// Each month with its days, and the 29th of February with its years; and perhaps a time of the day, which may have a zone.
const TIME: &str = "^((19[7-9][0-9]|20[0-9]{2}|210[0-5])-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|(19(7[26]|8[048]|9[26])|20([02468][048]|[13579][26])|2104)-02-29)([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9]))?$";
/// The same from 1900 on.
const DATE: &str = "^((19[0-9]{2}|20[0-9]{2}|210[0-5])-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|(19(0[48]|[2468][048]|[13579][26])|20([02468][048]|[13579][26])|2104)-02-29)([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9]))?$";
/// White space at both ends, and between them no control characters and something that is seen. There are more invisible
/// characters than a pattern can say.
const SEEN: &str = r"^[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff][^\u0000-\u001f\u007f-\u009f]*[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$";
/// Nothing but white space: a name of it is none.
pub(super) const BLANK: &str =
    r"^[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$";
/// Without white space and control characters.
const WEB: &str = r"^[Hh][Tt][Tt][Pp][Ss]?://[^/\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$";
const AMOUNT: &str = r"^0*([0-9]{1,13}(\.[0-9]+)?|10000000000000(\.0+)?)$";
/// The largest amount.
pub(super) const MAX_AMOUNT: u64 = 10_000_000_000_000;

/// The owners that have a word.
const OWNER_WORDS: [&str; 2] = ["me", "none"];

impl ParamKind {
    /// The name of its schema among the components.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "Integer",
            Self::Positive => "Positive",
            Self::Flag => "Flag",
            Self::Id => "Id",
            Self::IdOrAll => "IdOrAll",
            Self::Owner => "Owner",
            Self::Ids => "Ids",
            Self::IdsOrNone => "IdsOrNone",
            Self::IdsOrRows => "IdsOrRows",
            Self::Name => "Name",
            Self::Text => "Text",
            Self::Url => "Url",
            Self::Time => "Time",
            Self::Date => "Date",
            Self::Money => "Money",
            Self::Choice => "Choice",
        }
    }

    /// What it is, in the reference.
    pub fn description(self) -> String {
        match self {
            Self::Int => "整数".to_owned(),
            Self::Positive => "大于0的整数".to_owned(),
            Self::Flag => "布尔值".to_owned(),
            Self::Id => "id：从1开始的整数".to_owned(),
            Self::IdOrAll => "id，或者all".to_owned(),
            Self::Owner => "员工id，或者me（自己）、none（没有，公海）".to_owned(),
            Self::Ids | Self::IdsOrRows => format!("id的数组，去重后最多{ARRAY}个"),
            Self::IdsOrNone => format!("id的数组，去重后最多{ARRAY}个；其中null或0表示没有单位"),
            Self::Name => {
                format!("最多{NAME}个字符；首尾的空白不算，只有空白和看不见的字符等于空，不能有控制字符")
            }
            Self::Text => format!("最多{TEXT}个字符"),
            Self::Url => format!("http或https地址，最多{URL}个字符"),
            Self::Time => {
                "时间，YYYY-MM-DD HH:MM:SS，分隔符也可以是T；也可以只有日期，等于当天00:00:00；也可以是带时区的ISO 8601，例如2026-11-25T10:00:00.000Z，换算成系统的时间，秒以下舍去。1970年到2105年"
                    .to_owned()
            }
            Self::Date => "日期，YYYY-MM-DD，也可以带时间，YYYY-MM-DD HH:MM:SS；带时区的ISO 8601换算成系统时间的那一天。1900年到2105年".to_owned(),
            Self::Money => "金额，0到10^13，四舍五入到两位小数".to_owned(),
            Self::Choice => "可选值之一".to_owned(),
        }
    }

    /// What else is taken for it in a JSON body.
    pub fn also(self) -> &'static str {
        match self {
            Self::Int | Self::Id | Self::IdOrAll | Self::Owner => "；也可以是十进制数字的字符串",
            Self::Flag => "；也可以是true、false、1、0的字符串或数字",
            Self::Ids => "；也可以是单个id，或者[1,2,3]、1,2,3这样的字符串",
            Self::IdsOrRows => "；也可以是查询得到的、有id的对象",
            Self::Name | Self::Text => "；也可以是整数",
            Self::Money => "；也可以是字符串",
            Self::Positive | Self::IdsOrNone | Self::Url | Self::Time | Self::Date | Self::Choice => "",
        }
    }

    /// What it may be in a JSON body; never nothing.
    pub fn json(self) -> Value {
        let integer = json!({ "type": "integer", "minimum": i64::MIN, "maximum": u64::MAX });
        match self {
            Self::Int => json!({ "anyOf": [
                { "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX },
                { "type": "string", "pattern": "^-?0*[0-9]{1,18}$" },
            ] }),
            Self::Flag => {
                json!({ "type": ["boolean", "string", "integer"], "enum": [true, false, "true", "false", "1", "0", 1, 0] })
            }
            Self::Id => json!({ "anyOf": [
                self.text(),
                { "type": "string", "pattern": format!("^{ID}$") },
            ] }),
            Self::IdOrAll => json!({ "anyOf": [Self::Id.json(), { "type": "string", "const": "all" }] }),
            Self::Owner => json!({ "anyOf": [Self::Id.json(), { "type": "string", "enum": OWNER_WORDS }] }),
            Self::Ids => json!({ "anyOf": [
                { "type": "array", "items": { "anyOf": [
                    Self::Id.text(),
                    { "type": "string", "pattern": format!(r"^(\[({ids})?\]|{ids}|)$", ids = id_list()) },
                ] } },
                Self::Id.text(),
                { "type": "string", "pattern": format!(r"^(\[({ids})?\]|{ids})$", ids = id_list()) },
            ] }),
            Self::IdsOrRows => {
                let row =
                    json!({ "type": "object", "required": ["id"], "properties": { "id": Self::Id.json() } });
                let rows = json!({ "type": "array", "items": { "anyOf": [Self::Id.json(), row] } });
                json!({ "anyOf": [Self::Ids.json(), row, rows] })
            }
            Self::Name | Self::Text => json!({ "anyOf": [self.text(), integer] }),
            Self::Money => json!({ "anyOf": [
                { "type": "number", "minimum": 0, "maximum": MAX_AMOUNT },
                { "type": "string", "pattern": AMOUNT },
            ] }),
            Self::Positive | Self::IdsOrNone | Self::Url | Self::Time | Self::Date | Self::Choice => {
                self.text()
            }
        }
    }

    /// What the text of it in a query or a form may stand for; never nothing.
    pub fn text(self) -> Value {
        match self {
            Self::Int => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
            Self::Positive => json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX }),
            Self::Flag => json!({ "type": "string", "enum": ["true", "false", "1", "0"] }),
            Self::Id => json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
            Self::IdOrAll => json!({ "anyOf": [Self::Id.text(), { "type": "string", "const": "all" }] }),
            Self::Owner => json!({ "anyOf": [Self::Id.text(), { "type": "string", "enum": OWNER_WORDS }] }),
            Self::Ids | Self::IdsOrRows => {
                json!({ "type": "array", "items": Self::Id.text(), "minItems": 1 })
            }
            Self::IdsOrNone => json!({ "type": "array", "minItems": 1, "items": { "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": u32::MAX },
                { "type": "string", "const": "null" },
            ] } }),
            Self::Name => json!({ "type": "string", "maxLength": NAME, "pattern": SEEN }),
            Self::Text => json!({ "type": "string", "minLength": 1, "maxLength": TEXT }),
            Self::Url => json!({ "type": "string", "maxLength": URL, "pattern": WEB }),
            Self::Time => json!({ "type": "string", "pattern": TIME }),
            Self::Date => json!({ "type": "string", "pattern": DATE }),
            Self::Money => json!({ "type": "string", "pattern": AMOUNT }),
            Self::Choice => json!({ "type": "string" }),
        }
    }
}

/// What [`ParamKind::Ids`] may be in a JSON body where there is at least one; the rest is as there.
pub(super) fn some_ids() -> Value {
    let one = json!({ "anyOf": [
        ParamKind::Id.text(),
        { "type": "string", "pattern": format!(r"^(\[{ids}\]|{ids})$", ids = id_list()) },
    ] });
    let items = json!({ "type": ["integer", "string"] });
    json!({ "anyOf": [{ "type": "array", "items": items, "contains": one }, one] })
}

/// Decimal digits of ids, between commas.
fn id_list() -> String {
    format!(r"\s*{ID}\s*(,\s*{ID}\s*)*")
}
