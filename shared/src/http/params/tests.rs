use super::*;
use crate::http::body;
use crate::store::Window;
use proptest::prelude::*;
use serde_json::json;

fn sent(value: Value) -> Params {
    Params::new(ParamSource::Body, Map::from_iter([("x".to_owned(), value)]))
}

fn form(query: &[u8]) -> Params {
    body::form(ParamSource::Query, query)
}

#[test]
fn integers_come_as_numbers_or_decimal_strings_and_nothing_is_rounded() {
    for (value, number) in [
        (json!(7), 7),
        (json!("7"), 7),
        (json!(-7), -7),
        (json!("-7"), -7),
        (json!("007"), 7),
        (json!(7.0), 7),
        (json!(-0.0), 0),
    ] {
        assert_eq!(sent(value).int("x").unwrap().value(), Some(number));
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
        assert_eq!(error.field(), Some("x"), "{value}");
    }
}

#[test]
fn ids_are_integers_from_one() {
    assert_eq!(sent(json!(4_294_967_295u32)).id("x").unwrap().value(), Some(u32::MAX));
    for value in [json!(0), json!(-1), json!(4_294_967_296u64)] {
        assert!(sent(value).id("x").is_err());
    }
}

#[test]
fn arrays_are_read_in_every_spelling_and_each_id_once() {
    let in_query = |query: &str| form(query.as_bytes()).ids("ids").unwrap().value().unwrap();
    for query in [
        "ids=[1,2,3]",
        "ids=1,2,3",
        "ids=1&ids=2&ids=3",
        "ids[]=1&ids[]=2&ids[]=3",
        "ids[0]=1&ids[1]=2&ids[2]=3",
        "ids=%5B1%2C%202%2C3%5D",
        "ids=1,2&ids=3,1",
        "ids=%5B%221%22,%222%22,%223%22%5D",
    ] {
        assert_eq!(in_query(query), [1, 2, 3], "{query}");
    }
    assert_eq!(in_query("ids=5"), [5]);
    assert_eq!(in_query("ids[]=5"), [5]);
    assert!(in_query("ids=[]").is_empty());
    assert_eq!(sent(json!(["1", 2])).ids("x").unwrap().value(), Some(vec![1, 2]));
    assert_eq!(sent(json!(3)).ids("x").unwrap().value(), Some(vec![3]));
    for value in [json!("1,,2"), json!("1,x"), json!([null]), json!([[1]]), json!({"a": 1}), json!("[1")] {
        assert!(sent(value.clone()).ids("x").is_err(), "{value}");
    }
}

#[test]
fn what_no_reader_takes_is_refused_by_every_reader() {
    for query in
        ["x[a]=1", "x[0][b]=1", "x[=1", "x[]]=1", "x%5Ba%5D=1", "x[a]=", "x=1&x[a]=1", "x[a]=1&x=1", "x=%ff"]
    {
        let params = form(query.as_bytes());
        assert!(params.has("x"), "{query}");
        let choices = [("1", 1), ("false", 0)];
        for refused in [
            params.int("x").is_err(),
            params.flag("x").is_err(),
            params.id("x").is_err(),
            params.ids("x").is_err(),
            params.ids_or_none("x").is_err(),
            params.name("x").is_err(),
            params.text("x").is_err(),
            params.url("x").is_err(),
            params.time("x").is_err(),
            params.money("x").is_err(),
            params.choice("x", &choices).is_err(),
            form(query.replace('x', "page").as_bytes()).page().is_err(),
            form(query.replace('x', "end_time").as_bytes()).window(Time(0), |end| end).is_err(),
        ] {
            assert!(refused, "{query}");
        }
        // Nor is it absent where the query has another.
        assert!(params.or(&form(b"x=1")).int("x").is_err(), "{query}");
    }
    assert!(form(b"x.a=1&x]=1&y[a]=1").int("x").unwrap().value().is_none());
}

#[test]
fn a_hundred_different_ids_are_the_most() {
    let hundred: Vec<u32> = (1..=100).chain(1..=100).collect();
    assert_eq!(sent(json!(hundred)).ids("x").unwrap().value().map(|ids| ids.len()), Some(100));
    assert!(sent(json!((1..=101).collect::<Vec<u32>>())).ids("x").is_err());
}

#[test]
fn limits_count_characters_and_not_bytes() {
    assert!(sent(json!("名".repeat(64))).name("x").is_ok());
    assert!(sent(json!("名".repeat(65))).name("x").is_err());
    assert!(sent(json!("名".repeat(4000))).text("x").is_ok());
    assert!(sent(json!("名".repeat(4001))).text("x").is_err());
    assert_eq!(sent(json!(42)).text("x").unwrap().value().as_deref(), Some("42"));
    assert!(sent(json!(4.5)).text("x").is_err());
}

#[test]
fn names_lose_the_white_space_at_their_ends_and_one_of_nothing_visible_is_empty() {
    let name = |text: &str| sent(json!(text)).name("x");
    for (sent, read) in [
        (" 张三\u{3000}\r\n", "张三"),
        ("\t139 8702 2559 ", "139 8702 2559"),
        ("a\u{200b}b", "a\u{200b}b"),
        ("👩\u{200d}👧", "👩\u{200d}👧"),
    ] {
        assert_eq!(name(sent).unwrap(), Patch::Set(read.to_owned()), "{sent:?}");
    }
    for empty in [" ", "\u{3000}\t\n", "\u{200b}", "\u{feff} \u{2060}\u{ad}", "\u{e000}\u{378}"] {
        assert_eq!(name(empty).unwrap(), Patch::Clear, "{empty:?}");
        assert_eq!(
            sent(json!(empty)).required("x", Params::name).unwrap_err().field(),
            Some("x"),
            "{empty:?}"
        );
    }
    for control in ["a\tb", "a\u{0}", "\u{1}", "a\r\nb", "\u{7f}", "a\u{85}b"] {
        assert_eq!(name(control).unwrap_err().field(), Some("x"), "{control:?}");
    }
    assert!(
        name(&format!(" {} ", "名".repeat(62))).is_ok() && name(&format!(" {} ", "名".repeat(63))).is_err()
    );
    assert_eq!(
        sent(json!(" a\tb ")).text("x").unwrap(),
        Patch::Set(" a\tb ".to_owned()),
        "other texts stay as they are"
    );
}

#[test]
fn dates_begin_in_1900() {
    let date = |text: &str| sent(json!(text)).date("x").map(|date| date.value().unwrap().to_string());
    assert_eq!(date("1965-03-04").unwrap(), "1965-03-04 00:00:00");
    assert_eq!(date("1900-01-01T00:00:00").unwrap(), "1900-01-01 00:00:00");
    for wrong in ["1899-12-31", "2106-01-01", "1965-02-29", "x"] {
        assert_eq!(date(wrong).unwrap_err().field(), Some("x"), "{wrong}");
    }
    assert_eq!(sent(json!("")).date("x").unwrap(), Patch::Clear);
    assert!(sent(json!(19650304)).date("x").is_err());
}

#[test]
fn urls_are_http_or_https() {
    for url in ["http://a", "https://data.eartip.cn/x.png?a=1#b", "HTTPS://A/中文"] {
        assert!(sent(json!(url)).url("x").is_ok(), "{url}");
    }
    for url in
        ["javascript:alert(1)", "ftp://a", "//a", "http://", "https:///a", "http://a b", "http://a\n", "a"]
    {
        assert!(sent(json!(url)).url("x").is_err(), "{url:?}");
    }
}

#[test]
fn absent_keeps_cleared_clears_and_a_value_replaces() {
    let old = || "old".to_owned();
    let none = Params::default();
    assert_eq!(none.text("x").unwrap().apply(old()), "old");
    assert_eq!(sent(json!("")).text("x").unwrap().apply(old()), "");
    assert_eq!(sent(json!(null)).text("x").unwrap().apply(Some(old())), None);
    assert_eq!(sent(json!("new")).text("x").unwrap().apply(old()), "new");
    assert_eq!(none.required_or("x", Params::text, Some(old())).unwrap(), "old");
    assert!(sent(json!("")).required_or("x", Params::text, Some(old())).is_err());
    assert!(none.required("x", Params::text).is_err());
}

#[test]
fn pages_start_at_one_and_have_at_most_a_hundred_rows() {
    let page = |query: &str| form(query.as_bytes()).page();
    assert_eq!(page("").unwrap(), Page { page: 1, count: 20 });
    assert_eq!(page("page=3&count=7").unwrap().slice().skip, 14);
    assert_eq!(page("count=101").unwrap().count, 100);
    assert_eq!(page("count=9999999999999").unwrap().count, 100);
    assert_eq!(page(&format!("page={}", i64::MAX)).unwrap().page, i64::MAX as u64);
    for query in ["page=0", "count=0", "page=-1", "page=x", "count=1.5", "page=1&page=2"] {
        assert!(page(query).is_err(), "{query}");
    }
}

#[test]
fn windows_include_both_ends_and_have_a_default_for_each() {
    let now = Time::parse("2021-08-01 12:00:00", DayEdge::Start).unwrap();
    let window = |query: &str| {
        let window = form(query.as_bytes()).window(now, Time::a_week_before)?;
        Ok::<_, Failure>((Time(window.from).to_string(), Time(window.to).to_string()))
    };
    let is = |query: &str, from: &str, to: &str| {
        assert_eq!(window(query).unwrap(), (from.to_owned(), to.to_owned()), "{query}");
    };
    is("", "2021-07-25 12:00:00", "2021-08-01 12:00:00");
    is("start_time=&end_time=", "2021-07-25 12:00:00", "2021-08-01 12:00:00");
    is("start_time=2021-01-01", "2021-01-01 00:00:00", "2021-08-01 12:00:00");
    is("end_time=2021-01-31", "2021-01-24 23:59:59", "2021-01-31 23:59:59");
    is("start_time=2021-01-31&end_time=2021-01-31", "2021-01-31 00:00:00", "2021-01-31 23:59:59");
    is("end_time=2022-01-01T00:00:00&start_time=2021-12-31", "2021-12-31 00:00:00", "2022-01-01 00:00:00");
    is("start_time=2021-08-02", "2021-08-02 00:00:00", "2021-08-09 00:00:00");
    is("start_time=2105-12-31", "2105-12-31 00:00:00", "2105-12-31 23:59:59");
    for all in ["all=true", "all=1&start_time=&end_time="] {
        assert_eq!(form(all.as_bytes()).window(now, Time::a_week_before).unwrap(), Window::ALL, "{all}");
    }
    is("all=false", "2021-07-25 12:00:00", "2021-08-01 12:00:00");
    is("all=&start_time=2021-01-01", "2021-01-01 00:00:00", "2021-08-01 12:00:00");
    for (query, field) in [
        ("all=true&start_time=2021-08-01", "all"),
        ("all=true&end_time=2021-08-01", "all"),
        ("all=yes", "all"),
        ("start_time=2021-08-02&end_time=2021-08-01", "start_time"),
        ("start_time=2021-01-02&end_time=2021-01-01", "start_time"),
        ("start_time=x", "start_time"),
        ("end_time=2021-02-30", "end_time"),
    ] {
        assert_eq!(window(query).unwrap_err().field(), Some(field), "{query}");
    }
}

#[test]
fn money_is_a_number_or_a_string_and_its_field_is_named_when_it_is_neither() {
    for (value, shown) in [(json!(12), "12.00"), (json!(0.1), "0.10"), (json!("1200000.00"), "1200000.00")] {
        assert_eq!(sent(value).money("x").unwrap().value().unwrap().to_string(), shown);
    }
    for value in [json!(-1), json!("NaN"), json!(true), json!([1]), json!(1e14), json!("1e3")] {
        let refused = sent(value.clone()).money("x");
        assert_eq!(refused.unwrap_err().field(), Some("x"), "{value}");
    }
    assert_eq!(sent(json!(null)).money("x").unwrap().value(), None);
}

proptest! {
    #[test]
    fn no_form_breaks_any_reader(bytes in prop_oneof![any::<Vec<u8>>(), ".*".prop_map(String::into_bytes)]) {
        let params = form(&bytes);
        let _ = params.page();
        for name in params.values.keys().cloned().collect::<Vec<_>>() {
            let params = sent(params.values[&name].clone());
            let _ = (params.int("x"), params.ids("x"), params.ids_or_none("x"), params.text("x"), params.url("x"));
            let _ = (params.id("x"), params.flag("x"), params.name("x"), params.time("x"), params.date("x"), params.money("x"));
        }
    }
}
