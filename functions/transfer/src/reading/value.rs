//! What stands in cells of a workbook, as text.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

const SECONDS_OF_A_DAY: i64 = 86_400;
/// The day after 9999-12-31 in workbooks that count from 1900. Spreadsheets have no dates from here on.
const TOO_LATE: f64 = 2_958_466.0;
/// From here on a number has no fraction.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// The text of a value. Dates are `YYYY-MM-DD`, with ` HH:MM:SS` if there is a time; without a day they are `HH:MM:SS`.
pub fn text(value: &DataRef, is_1904: bool) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(date) => date_time(*date, is_1904),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => iso(text),
    }
}

/// The shortest decimal, as a spreadsheet shows it: of 15 digits at most, because the others are noise (`0.1 + 0.2` is `0.3`).
fn decimal(number: f64) -> String {
    if !number.is_finite() {
        return "#NUM!".to_owned();
    }
    let shown = match number.fract() == 0.0 && number.abs() < WHOLE {
        true => number,
        false => format!("{number:.14e}").parse().unwrap_or(number),
    };
    // Minus zero is zero.
    format!("{}", shown + 0.0)
}

fn date_time(date: ExcelDateTime, is_1904: bool) -> String {
    let serial = date.as_f64();
    if !(0.0..TOO_LATE).contains(&serial) {
        return decimal(serial);
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is less than 3e11")]
    let seconds = (serial * 86_400.0).round() as i64;
    let (day, second) = (seconds / SECONDS_OF_A_DAY, seconds % SECONDS_OF_A_DAY);
    if serial < 1.0 {
        return time(seconds.min(SECONDS_OF_A_DAY - 1));
    }
    if date.is_duration() {
        return time(seconds);
    }
    #[expect(clippy::cast_precision_loss, reason = "it is less than 3e6")]
    let whole = ExcelDateTime::new(day as f64, ExcelDateTimeType::DateTime, is_1904);
    let (year, month, day, ..) = whole.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match second {
        0 => date,
        _ => format!("{date} {}", time(second)),
    }
}

fn time(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A date as strict workbooks have it: `2024-05-01T08:30:00.000Z`.
fn iso(text: &str) -> String {
    let text = text.trim_end_matches('Z');
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let time = time.split('.').next().unwrap_or_default();
    match (date, time) {
        (date, "" | "00:00:00") if !date.is_empty() => date.to_owned(),
        ("", time) => time.to_owned(),
        _ => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(serial: f64, is_1904: bool) -> String {
        let date = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
        text(&DataRef::DateTime(date), is_1904)
    }

    #[test]
    fn numbers_are_what_a_spreadsheet_shows() {
        for (number, shown) in [
            (1.398_702_123_4e10, "13987021234"),
            (12.5, "12.5"),
            (-3.0, "-3"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1e-7, "0.0000001"),
            (1e21, "1000000000000000000000"),
            (123_456_789_012_345_680.0, "123456789012346000"),
            (f64::NAN, "#NUM!"),
            (f64::NEG_INFINITY, "#NUM!"),
        ] {
            assert_eq!(decimal(number), shown);
        }
    }

    #[test]
    fn dates_are_rounded_to_the_second() {
        assert_eq!(dated(45_413.0, false), "2024-05-01");
        assert_eq!(dated(45_413.354_166_666_664, false), "2024-05-01 08:30:00");
        assert_eq!(dated(45_413.999_999_9, false), "2024-05-02");
        assert_eq!(dated(45_413.0 - 1462.0, true), "2024-05-01");
        assert_eq!(dated(0.5, false), "12:00:00");
        assert_eq!(dated(0.999_999_9, false), "23:59:59");
        assert_eq!(dated(2_958_465.0, false), "9999-12-31");
    }

    #[test]
    fn what_is_no_date_is_a_number() {
        for serial in [-1.0, 2_958_466.0, 1e300, f64::NAN] {
            assert_eq!(dated(serial, false), decimal(serial));
        }
        let hours = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(&DataRef::DateTime(hours), false), "36:00:00");
    }

    #[test]
    fn dates_of_strict_workbooks() {
        for (stored, shown) in [
            ("2024-05-01", "2024-05-01"),
            ("2024-05-01T00:00:00.000", "2024-05-01"),
            ("2024-05-01T08:30:00Z", "2024-05-01 08:30:00"),
            ("T08:30:00", "08:30:00"),
            ("", ""),
        ] {
            assert_eq!(iso(stored), shown);
        }
    }
}
