use super::*;
use proptest::prelude::*;

fn shown(text: &str) -> Option<String> {
    Time::parse(text, DayEdge::Start).map(|t| t.to_string())
}

#[test]
fn the_interface_lists_times_are_read_and_shown_unchanged() {
    for text in ["2021-07-23 09:13:55", "1970-01-01 00:00:00", "2105-12-31 23:59:59", "2024-02-29 12:00:00"] {
        assert_eq!(shown(text).as_deref(), Some(text));
    }
    assert_eq!(shown("2021-07-23T09:13:55").as_deref(), Some("2021-07-23 09:13:55"));
}

#[test]
fn a_date_is_the_first_second_of_its_day_or_the_last_as_an_end() {
    assert_eq!(shown("2021-07-23").as_deref(), Some("2021-07-23 00:00:00"));
    let end = Time::parse("2021-07-23", DayEdge::End).unwrap();
    assert_eq!(end.to_string(), "2021-07-23 23:59:59");
}

#[test]
fn days_that_do_not_exist_and_other_spellings_are_refused() {
    for text in [
        "2021-02-30",
        "2021-13-01",
        "1969-12-31",
        "2106-01-01",
        "2021-1-1",
        "2021-07-23 24:00:00",
        "2021-07-23 23:59:60",
        "2021-07-23 9:00:00",
        "2021-07-23 09:00",
        "2021-07-23 09:00:00 ",
        " 2021-07-23",
        "",
        "now",
        "２０２１-07-23",
        "+021-07-23",
        "2021-07-23  09:00:00",
        "2021-07-23 09:00:00Z",
    ] {
        assert_eq!(shown(text), None, "{text:?}");
    }
}

#[test]
fn dates_are_read_from_1900_on_and_shown_like_moments() {
    let shown = |text: &str| Date::parse(text).map(|date| date.to_string());
    for (text, date) in [
        ("1900-01-01", Some("1900-01-01 00:00:00")),
        ("1965-03-04 00:00:00", Some("1965-03-04 00:00:00")),
        ("1969-12-31T23:59:59", Some("1969-12-31 23:59:59")),
        ("2020-09-02 12:34:56", Some("2020-09-02 12:34:56")),
        ("2105-12-31", Some("2105-12-31 00:00:00")),
        ("1904-02-29", Some("1904-02-29 00:00:00")),
        ("1899-12-31", None),
        ("1900-02-29", None),
        ("2106-01-01", None),
        ("1965-3-4", None),
        ("", None),
    ] {
        assert_eq!(shown(text).as_deref(), date, "{text}");
    }
    assert!(Date::parse("1969-12-31") < Date::parse("1970-01-01"));
}

#[test]
fn a_moment_with_a_zone_is_its_time_on_the_wall_clock() {
    let china = Offset::from_seconds(8 * 3600).unwrap();
    for (text, shown) in [
        ("2026-11-25T10:00:00.000Z", Some("2026-11-25 18:00:00")),
        ("2026-11-25T10:00:00Z", Some("2026-11-25 18:00:00")),
        ("2026-11-25T10:00:00.999999999Z", Some("2026-11-25 18:00:00")),
        ("2026-11-25T10:00:00+08:00", Some("2026-11-25 10:00:00")),
        ("2026-11-25T10:00:00.5+0800", Some("2026-11-25 10:00:00")),
        ("2026-12-31T20:30:00-03:30", Some("2027-01-01 08:00:00")),
        ("1969-12-31T16:00:00Z", None),
        ("1970-01-01T00:00:00+09:00", None),
        ("2105-12-31T15:59:59Z", Some("2105-12-31 23:59:59")),
        ("2105-12-31T16:00:00Z", None),
        ("2026-02-30T10:00:00Z", None),
        ("2026-11-25T24:00:00Z", None),
        ("2026-11-25 10:00:00Z", None),
        ("2026-11-25T10:00:00.Z", None),
        ("2026-11-25T10:00:00.5", None),
        ("2026-11-25T10:00:00z", None),
        ("2026-11-25T10:00:00+8:00", None),
        ("2026-11-25T10:00:00+08", None),
        ("2026-11-25T10:00:00+24:00", None),
        ("2026-11-25T10:00:00+08:60", None),
        ("2026-11-25T10:00:00 08:00", None),
        ("2026-11-25Z", None),
        ("2026-11-25T10:00:00Z ", None),
    ] {
        for edge in [DayEdge::Start, DayEdge::End] {
            let read = Time::parse_at(china, text, edge).map(|time| time.to_string());
            assert_eq!(read.as_deref(), shown, "{text}");
        }
    }
}

#[test]
fn a_date_with_a_zone_is_the_date_on_the_wall_clock() {
    let china = Offset::from_seconds(8 * 3600).unwrap();
    for (text, shown) in [
        ("1987-12-31T16:00:00.000Z", Some("1988-01-01 00:00:00")),
        ("1988-01-01T15:59:59.999Z", Some("1988-01-01 00:00:00")),
        ("1960-03-04T00:00:00+08:00", Some("1960-03-04 00:00:00")),
        ("1900-01-01T00:00:00+08:00", Some("1900-01-01 00:00:00")),
        ("1900-01-01T00:00:00+09:00", None),
        ("1988-01-01 12:34:56", Some("1988-01-01 12:34:56")),
    ] {
        let read = Date::parse_at(china, text).map(|date| date.to_string());
        assert_eq!(read.as_deref(), shown, "{text}");
    }
}

#[test]
fn a_year_before_is_the_same_day_and_a_leap_day_is_followed_by_the_28th() {
    let before = |text: &str| Time::parse(text, DayEdge::Start).unwrap().a_year_before().to_string();
    assert_eq!(before("2021-08-01 12:34:56"), "2020-08-01 12:34:56");
    assert_eq!(before("2020-02-29 23:59:59"), "2019-02-28 23:59:59");
    assert_eq!(before("2021-02-28"), "2020-02-28 00:00:00");
    assert_eq!(before("1970-06-01"), "1970-01-01 00:00:00");
    assert_eq!(Time(86_400).a_week_before(), Time(0));
}

#[test]
fn the_wall_clock_runs_at_its_offset() {
    let at = |offset, epoch| Clock::machine(offset).unwrap().wall(epoch).to_string();
    assert_eq!(at("+08:00", 0), "1970-01-01 08:00:00");
    assert_eq!(at("-03:30", 86_400), "1970-01-01 20:30:00");
    for offset in ["", "8", "+8:00", "+15:00", "+08:60", "08:00", "+-8:00", "＋08:00"] {
        assert!(Clock::machine(offset).is_none(), "{offset:?}");
    }
}

proptest! {
    #[test]
    fn every_second_survives_text_and_back(seconds in 0u32..=4_291_747_199) {
        prop_assert_eq!(Time::parse(&Time(seconds).to_string(), DayEdge::Start), Some(Time(seconds)));
    }

    #[test]
    fn every_moment_that_was_stored_as_a_date_is_read_and_shown_as_before(seconds in any::<u32>()) {
        let stored = serde_json::to_value(Time(seconds)).unwrap();
        let date: Date = serde_json::from_value(stored.clone()).unwrap();
        prop_assert_eq!(date.to_string(), Time(seconds).to_string());
        prop_assert_eq!(serde_json::to_value(date).unwrap(), stored);
        prop_assert_eq!(Date::parse(&date.to_string()).is_none_or(|again| again == date), true);
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".*") {
        let clock = Offset::UTC;
        let _ = (Time::parse_at(clock, &text, DayEdge::Start), Date::parse_at(clock, &text));
    }
}
