//! Days, weeks and months.

use super::{DAY, Time};
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A part of time, as calendars have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// From midnight on.
    Day,
    /// From Monday on.
    Week,
    /// From the first day on.
    Month,
}

impl Interval {
    /// When those begin that have a second from `from` to `to`, in order. What began before 1970 begins with it.
    pub fn starts(self, from: Time, to: Time) -> impl Iterator<Item = Time> {
        let first = (from <= to).then(|| self.start(from));
        std::iter::successors(first, move |start| self.next(*start).filter(|next| *next <= to))
    }

    /// When the one begins that has this second.
    fn start(self, time: Time) -> Time {
        let days = time.0 / DAY;
        match self {
            Self::Day => time.start_of_day(),
            // 1970 began on a Thursday.
            Self::Week => Time(days.saturating_sub((days + 3) % 7) * DAY),
            Self::Month => first_of_month(time).unwrap_or(time.start_of_day()),
        }
    }

    /// When the one begins after the one that begins then.
    fn next(self, start: Time) -> Option<Time> {
        let days = match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 31,
        };
        start.0.checked_add(days * DAY).map(|second| self.start(Time(second)))
    }
}

fn first_of_month(time: Time) -> Option<Time> {
    let moment = Offset::UTC.to_datetime(jiff::Timestamp::from_second(i64::from(time.0)).ok()?);
    let first = DateTime::from(moment.date().first_of_month());
    u32::try_from(Offset::UTC.to_timestamp(first).ok()?.as_second()).ok().map(Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DayEdge;

    fn starts(interval: Interval, from: &str, to: &str) -> Vec<String> {
        let time = |text, edge| Time::parse(text, edge).unwrap();
        let all = interval.starts(time(from, DayEdge::Start), time(to, DayEdge::End));
        all.map(|time| time.to_string().replace(" 00:00:00", "")).collect()
    }

    #[test]
    fn what_begins_before_the_window_begins_there() {
        let days = starts(Interval::Day, "2024-02-28 12:00:00", "2024-03-01");
        assert_eq!(days, ["2024-02-28", "2024-02-29", "2024-03-01"]);
        let weeks = starts(Interval::Week, "2024-03-03", "2024-03-11 00:00:00");
        assert_eq!(weeks, ["2024-02-26", "2024-03-04", "2024-03-11"]);
        let months = starts(Interval::Month, "2023-12-31 23:59:59", "2024-03-31");
        assert_eq!(months, ["2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01"]);
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        assert_eq!(starts(Interval::Week, "1970-01-02", "1970-01-05"), ["1970-01-01", "1970-01-05"]);
        assert_eq!(Interval::Month.starts(Time(0), Time(u32::MAX)).count(), 1634);
        assert_eq!(Interval::Day.starts(Time(u32::MAX - 1), Time(u32::MAX)).count(), 1);
        assert_eq!(Interval::Day.starts(Time(2), Time(1)).count(), 0);
    }
}
