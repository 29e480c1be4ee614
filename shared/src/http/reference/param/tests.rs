//! What a schema admits is what the reader takes, and the other way round.

use super::*;
use crate::http::body::form;
use crate::http::{HttpResult, ParamSource, Params};
use jsonschema::Validator;

type Reader = fn(&Params) -> HttpResult<()>;

const CHOICES: [(&str, u8); 2] = [("0", 0), ("all", 1)];

/// An optional parameter of each kind, and how it is read.
fn kinds() -> Vec<(Param, Reader)> {
    vec![
        (int("x", ""), |params| params.int("x").map(drop)),
        (flag("x", ""), |params| params.flag("x").map(drop)),
        (id("x", ""), |params| params.id("x").map(drop)),
        (owner("x", ""), |params| params.owner("x").map(drop)),
        (ids("x", ""), |params| params.ids("x").map(drop)),
        (ids_or_rows("x", ""), |params| params.ids_or_rows("x").map(drop)),
        (name("x", ""), |params| params.name("x").map(drop)),
        (text("x", ""), |params| params.text("x").map(drop)),
        (url("x", ""), |params| params.url("x").map(drop)),
        (time("x", ""), |params| params.time("x").map(drop)),
        (date("x", ""), |params| params.date("x").map(drop)),
        (money("x", ""), |params| params.money("x").map(drop)),
        (choice("x", &CHOICES, ""), |params| params.choice("x", &CHOICES).map(drop)),
    ]
}

fn validator(mut schema: Value) -> Validator {
    let kinds = super::super::lenient::kinds();
    schema["components"] = json!({ "schemas": kinds.into_iter().collect::<Map<_, _>>() });
    jsonschema::validator_for(&schema).unwrap()
}

fn strict_validator(mut schema: Value) -> Validator {
    let kinds = super::super::strict::schemas(&[]);
    schema["components"] = json!({ "schemas": kinds.into_iter().collect::<Map<_, _>>() });
    jsonschema::validator_for(&schema).unwrap()
}

fn sent(value: &Value) -> Params {
    Params::new(ParamSource::Body, Map::from_iter([("x".to_owned(), value.clone())]))
}

/// What callers send, and what they should not.
fn values() -> Vec<Value> {
    let long = |n: usize| json!("名".repeat(n));
    let numbers = [
        json!(0),
        json!(-0.0),
        json!(1),
        json!(-1),
        json!(7.0),
        json!(4.5),
        json!(100),
        json!(4_294_967_295_u32),
        json!(4_294_967_296_u64),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e30),
        json!(0.1),
        json!(10_000_000_000_000_u64),
        json!(10_000_000_000_000.002),
        json!(10_000_000_000_001_u64),
        json!(-0.5),
    ];
    let texts = [
        "",
        " ",
        "0",
        "-0",
        "1",
        "01",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "4294967295",
        "4294967296",
        "4294967300",
        "99999999999999999999",
        "999999999999999999",
        "all",
        "ALL",
        "me",
        "none",
        "nobody",
        "true",
        "false",
        "True",
        "null",
        "[]",
        "[1]",
        "[1,2]",
        "1,2",
        " 1 , 2 ",
        "1,,2",
        "1,x",
        "[1",
        "1]",
        "[[1]]",
        "1,0",
        "12.345",
        ".5",
        "5.",
        "0001.50",
        "10000000000000",
        "10000000000000.00",
        "10000000000000.001",
        "10000000000000.01",
        "9999999999999.999",
        "http://a",
        "HTTPS://A/中文?b#c",
        "https:///a",
        "http://",
        "ftp://a",
        "http://a b",
        "http://a\n",
        "http://a\u{3000}b",
        "javascript:alert(1)",
        "2021-01-01",
        "2021-02-29",
        "2020-02-29",
        "2000-02-29",
        "2100-02-29",
        "2104-02-29",
        "1972-02-29",
        "1970-02-29",
        "2021-04-31",
        "2021-12-31 23:59:59",
        "2021-12-31T00:00:00",
        "2021-12-31 24:00:00",
        "2021-12-31 23:59:60",
        "2021-12-31 9:00:00",
        "1969-12-31",
        "1900-01-01",
        "1900-02-29",
        "1904-02-29",
        "1936-02-29 00:00:00",
        "1962-02-29",
        "1899-12-31",
        "\u{3000}\t\n",
        "\u{3000}a b\t\n",
        "a\tb",
        "\u{1}",
        "a\u{85}b",
        "\u{200b}a\u{feff}",
        "2105-12-31",
        "2106-01-01",
        "2021-00-10",
        "2021-13-01",
        "2021-01-00",
        "2021-01-01 00:00:00Z",
        "2021-01-01 ",
    ];
    let others = [
        json!(null),
        json!(true),
        json!(false),
        json!({}),
        json!({ "a": 1 }),
        json!([]),
        json!([1]),
        json!([1, "2"]),
        json!(["1,2"]),
        json!([""]),
        json!(["[1]"]),
        json!([null]),
        json!([0]),
        json!([[1]]),
        json!([true]),
        json!([1.0]),
        json!([1.5]),
        json!({ "id": 1 }),
        json!([{ "id": 1, "name": "x" }, 2]),
        json!([{ "id": 0 }]),
        long(64),
        long(65),
        long(4000),
        long(4001),
        json!(format!("http://{}", "a".repeat(2041))),
        json!(format!("http://{}", "a".repeat(2042))),
    ];
    numbers.into_iter().chain(texts.map(Value::from)).chain(others).collect()
}

#[test]
fn a_body_is_read_as_its_schema_says() {
    for (param, read) in kinds() {
        let (optional, needed) = (validator(param.json()), validator(param.clone().kept().json()));
        for value in values() {
            let is_read = read(&sent(&value)).is_ok();
            assert_eq!(optional.is_valid(&value), is_read, "{:?} {value}", param.kind);
            let is_blank =
                |text: &str| text.is_empty() || (param.kind == ParamKind::Name && text.trim().is_empty());
            let is_empty = value.is_null() || value.as_str().is_some_and(is_blank);
            assert_eq!(needed.is_valid(&value), is_read && !is_empty, "needed {:?} {value}", param.kind);
        }
    }
}

#[test]
fn the_strict_document_admits_one_shape_of_what_the_lenient_one_does() {
    for (param, _) in kinds() {
        let (strict, lenient) = (strict_validator(param.property(false)), validator(param.json()));
        let admitted: Vec<_> = values().into_iter().filter(|value| strict.is_valid(value)).collect();
        for value in &admitted {
            assert!(lenient.is_valid(value), "{:?} {value}", param.kind);
        }
        assert!(!strict.is_valid(&json!("")) && strict.is_valid(&Value::Null), "{:?}", param.kind);
        let kind = |value: &Value| match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let mut shapes: Vec<_> = admitted.iter().map(kind).filter(|shape| *shape != "null").collect();
        shapes.sort_unstable();
        shapes.dedup();
        let expected: &[&str] = match param.kind {
            // Some of its words are numbers.
            ParamKind::Choice | ParamKind::IdOrAll | ParamKind::Owner => &["number", "string"],
            ParamKind::Int | ParamKind::Positive | ParamKind::Id | ParamKind::Money => &["number"],
            ParamKind::Flag => &["boolean"],
            ParamKind::Ids | ParamKind::IdsOrNone | ParamKind::IdsOrRows => &["array"],
            ParamKind::Name | ParamKind::Text | ParamKind::Url | ParamKind::Time | ParamKind::Date => {
                &["string"]
            }
        };
        assert_eq!(shapes, expected, "{:?}", param.kind);
    }
}

#[test]
fn the_text_of_what_a_query_may_be_is_read() {
    for (param, read) in kinds() {
        let admits = validator(param.text());
        // Nobody writes an integer as `7.0` in a query, though a schema cannot tell it from 7.
        let plain = values().into_iter().filter(|value| !value.to_string().contains(".0"));
        let admitted: Vec<_> = plain.filter(|value| admits.is_valid(value)).collect();
        assert!(admitted.len() > 1, "{:?}", param.kind);
        for value in admitted {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("x", &text).finish();
            assert!(read(&form(ParamSource::Query, query.as_bytes())).is_ok(), "{:?} {value}", param.kind);
        }
    }
}

#[test]
fn what_is_asked_beyond_the_kind_is_in_the_schema() {
    let (few, filled) = (int("x", "").within(-10..=10), ids("x", "").kept().filled());
    let (few, filled) = (validator(few.json()), validator(filled.json()));
    let long = validator(text("x", "").new_password().json());
    for value in values() {
        let number = sent(&value).int("x").map(|patch| patch.value());
        let is_few = number.is_ok_and(|number| number.is_none_or(|number| (-10..=10).contains(&number)));
        assert_eq!(few.is_valid(&value), is_few, "{value}");
        let ids = sent(&value).required("x", Params::ids);
        assert_eq!(filled.is_valid(&value), ids.is_ok_and(|ids| !ids.is_empty()), "{value}");
        let text = sent(&value).text("x").map(|patch| patch.value());
        let is_long =
            text.is_ok_and(|text| text.is_none_or(|text| (8..=128).contains(&text.chars().count())));
        assert_eq!(long.is_valid(&value), is_long, "{value}");
    }
}
