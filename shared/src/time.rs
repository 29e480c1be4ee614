//! Wall-clock time: `YYYY-MM-DD HH:MM:SS` of the stack's UTC offset, to the second.

mod interval;

pub use interval::Interval;
use jiff::ToSpan;
use jiff::civil::DateTime;
pub use jiff::tz::Offset;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// A moment on the stack's wall clock, in seconds since 1970-01-01 00:00:00 *of that clock*.
///
/// Counting from the wall clock's own 1970 makes the range 1970..2105 fit a `u32` for every UTC offset, and a
/// stored time reads the same on every screen for ever. Machine clocks (sessions, time-to-live) use
/// [`Clock::epoch`] instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub u32);

/// A date, such as a birthday: a day from 1900 on, in seconds since 1970-01-01 00:00:00, before it negative.
///
/// Version 0.1 stored dates as [`Time`]s and kept the time of the day that was sent with them. So does this one: a form that
/// sends back what it was shown changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub i64);

impl Date {
    /// Reads what [`Time::parse`] reads, for years in 1900..=2105.
    pub fn parse(text: &str) -> Option<Self> {
        seconds(text, DayEdge::Start, 1900).map(Self)
    }

    /// Reads also what has a zone, as [`Time::parse_at`]: it is the date on the wall clock.
    pub fn parse_at(clock: Offset, text: &str) -> Option<Self> {
        const DAY: i64 = 24 * 60 * 60;
        let zoned = with_zone(text, clock, 1900).map(|seconds| Self(seconds - seconds.rem_euclid(DAY)));
        zoned.or_else(|| Self::parse(text))
    }
}

/// Whether a date without a time means the first or the last second of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayEdge {
    /// 00:00:00: a start, or a plain value.
    Start,
    /// 23:59:59: the end of a window.
    End,
}

/// The seconds of a day: the wall clock has no summer time.
const DAY: u32 = 24 * 60 * 60;

impl Time {
    /// 2105-12-31 23:59:59.
    pub const LAST: Self = Self(4_291_747_199);

    /// Reads `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS` or the same with `T` as separator; `None` for anything else,
    /// for days that do not exist and for years outside 1970..=2105.
    pub fn parse(text: &str, edge: DayEdge) -> Option<Self> {
        u32::try_from(seconds(text, edge, 1970)?).ok().map(Self)
    }

    /// Reads also ISO 8601 with a zone (`2026-11-25T10:00:00.000Z`), which becomes the time of a wall clock at the offset
    /// `clock`; fractions of seconds are cut.
    pub fn parse_at(clock: Offset, text: &str, edge: DayEdge) -> Option<Self> {
        let zoned = with_zone(text, clock, 1970).and_then(|seconds| u32::try_from(seconds).ok()).map(Self);
        zoned.or_else(|| Self::parse(text, edge))
    }
}

/// The seconds since 1970, on a wall clock at the offset `clock`, of a moment with a zone: `2026-11-25T10:00:00`, perhaps
/// a fraction, and `Z`, `+08:00` or `+0800`. Its year is one from `first` to 2105, in its own zone and on the wall clock.
fn with_zone(text: &str, clock: Offset, first: i16) -> Option<i64> {
    let (moment, rest) = text.split_at_checked("2026-11-25T10:00:00".len())?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    let (sign, zone) = match (zone, zone.split_at_checked(1)?) {
        ("Z", _) => (0, "0000"),
        (_, ("+", zone)) => (1, zone),
        (_, ("-", zone)) => (-1, zone),
        _ => return None,
    };
    let (hours, minutes) = zone.split_at_checked(2)?;
    let two_digits = |text: &str| {
        let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<i64>().ok())?
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes.strip_prefix(':').unwrap_or(minutes))?);
    let exists = moment.contains('T') && hours < 24 && minutes < 60;
    let local = seconds(moment, DayEdge::Start, first).filter(|_| exists)?;
    let wall = local - sign * (hours * 60 + minutes) * 60 + i64::from(clock.seconds());
    let year = Offset::UTC.to_datetime(jiff::Timestamp::from_second(wall).ok()?).year();
    (first..=2105).contains(&year).then_some(wall)
}

/// The seconds since 1970 of a day, perhaps with a time, in a year from `first` to 2105.
fn seconds(text: &str, edge: DayEdge, first: i16) -> Option<i64> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, time),
        None if edge == DayEdge::Start => (text, "00:00:00"),
        None => (text, "23:59:59"),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let small = |n: i16| i8::try_from(n).ok();
    let moment =
        DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0)
            .ok()
            .filter(|_| (first..=2105).contains(&year))?;
    Some(Offset::UTC.to_timestamp(moment).ok()?.as_second())
}

impl Time {
    /// Seven days earlier, as far as the range goes.
    pub fn a_week_before(self) -> Self {
        Self(self.0.saturating_sub(7 * 24 * 60 * 60))
    }

    /// Seven days later, as far as the range goes.
    pub fn a_week_after(self) -> Self {
        Self(self.0.saturating_add(7 * 24 * 60 * 60).min(Self::LAST.0))
    }

    /// The first second of its day.
    pub fn start_of_day(self) -> Self {
        Self(self.0 - self.0 % DAY)
    }

    /// The last second of its day, as far as the range goes.
    pub fn end_of_day(self) -> Self {
        Self(self.start_of_day().0.saturating_add(DAY - 1))
    }

    /// The same day and time of the year before, the 28th for a 29th of February, as far as the range goes.
    pub fn a_year_before(self) -> Self {
        let moment = jiff::Timestamp::from_second(i64::from(self.0)).ok();
        let before = moment.and_then(|moment| Offset::UTC.to_datetime(moment).checked_sub(1.year()).ok());
        let before = before.and_then(|before| Offset::UTC.to_timestamp(before).ok());
        Self(before.and_then(|before| u32::try_from(before.as_second()).ok()).unwrap_or(0))
    }
}

/// Three numbers of exactly these many digits, separated by `separator`.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[i16; 3]> {
    let mut parts = text.split(separator);
    let mut next = |width: usize| {
        let part = parts.next()?;
        let plain = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let [a, b, c] = digits;
    let numbers = [next(a)?, next(b)?, next(c)?];
    parts.next().is_none().then_some(numbers)
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        show(i64::from(self.0), f)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        show(self.0, f)
    }
}

fn show(seconds: i64, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let timestamp = jiff::Timestamp::from_second(seconds).map_err(|_| std::fmt::Error)?;
    write!(f, "{}", Offset::UTC.to_datetime(timestamp).strftime("%Y-%m-%d %H:%M:%S"))
}

/// As answers show it.
impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$" })
    }
}

/// As answers show it: like a [`Time`].
impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Time::json_schema(generator)
    }
}

/// Serializes a [`Date`] that may be missing the way answers show it.
pub fn date_as_text<S: serde::Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date),
        None => serializer.serialize_none(),
    }
}

/// Serializes a [`Time`], or one that may be missing, the way answers show it.
pub fn as_text<'a, T, S: serde::Serializer>(time: &'a T, serializer: S) -> Result<S::Ok, S::Error>
where
    &'a T: Into<Option<&'a Time>>,
{
    match time.into() {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}

/// Where the time comes from, and the offset of the wall clock.
#[derive(Clone)]
pub struct Clock {
    offset: Offset,
    epoch: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl Clock {
    /// The machine's clock, shown at `offset` (`+08:00`). `None` if the offset is malformed.
    pub fn machine(offset: &str) -> Option<Self> {
        Self::from_source(offset, || jiff::Timestamp::now().as_second())
    }

    /// The machine's clock, shown as UTC.
    pub fn utc() -> Self {
        Self { offset: Offset::UTC, epoch: Arc::new(|| jiff::Timestamp::now().as_second()) }
    }

    /// A clock that asks `epoch` for seconds since 1970 UTC; tests turn it by hand.
    pub fn from_source(offset: &str, epoch: impl Fn() -> i64 + Send + Sync + 'static) -> Option<Self> {
        let (sign, rest) = match offset.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let plain = (0..=14).contains(&hours) && (0..60).contains(&minutes) && rest.len() == 5;
        let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?;
        plain.then_some(Self { offset, epoch: Arc::new(epoch) })
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub fn epoch(&self) -> i64 {
        (self.epoch)()
    }

    /// The offset of the wall clock.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// The wall clock's moment at `epoch`.
    pub fn wall(&self, epoch: i64) -> Time {
        let seconds = epoch.saturating_add(i64::from(self.offset.seconds())).max(0);
        Time(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests;
