//! Phone numbers: when two are the same, and an index in which any run of four or more of their digits finds them.

use super::fold::fold;
use crate::store::{Levels, Listing, Point, Window};

/// The fewest digits that a number is looked for by.
pub const MIN_DIGITS: usize = 4;
/// China's country code, as it stands before a mobile number.
const COUNTRY_CODES: [&str; 2] = ["86", "0086"];
/// The digits of a mobile number in China.
const MOBILE: usize = 11;
/// The most characters of a number, folded. One character may stand for many, and a transaction could not change all points
/// of a longer number.
const MAX_CHARACTERS: usize = 64;
/// The digits of a suffix that a score holds, after the first four.
const SCORED: u32 = 9;
/// Ten digits, and the end of the number: a suffix that ends stands before the suffixes that go on.
const BASE: u32 = 11;

/// The range of a listing in which the numbers stand that a query finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneRange {
    /// The listing.
    pub listing: Listing,
    /// The scores of the numbers that may match.
    pub window: Window,
    /// Whether all numbers in it match. They do unless the query has more than 13 digits.
    pub is_exact: bool,
}

/// The digits by which a number is compared, whatever it was typed with: full width or half, with spaces, dashes, brackets, and
/// with or without China's country code before a mobile number. `None` if it has no digit: it is then like no other.
pub fn canonical(number: &str) -> Option<String> {
    let digits: String = fold(number).chars().filter(char::is_ascii_digit).collect();
    let national = COUNTRY_CODES.iter().filter_map(|code| digits.strip_prefix(code));
    let mobile =
        national.filter(|rest| rest.len() == MOBILE && rest.starts_with('1')).map(str::to_owned).next();
    mobile.or(Some(digits)).filter(|digits| !digits.is_empty())
}

/// Whether two numbers are the same; a number without a digit is only what is typed like it.
pub fn is_same(a: &str, b: &str) -> bool {
    match (canonical(a), canonical(b)) {
        (None, None) => a == b,
        (a, b) => a == b,
    }
}

/// Whether a text is a number, or enough digits of one, and not a name with digits in it.
pub fn is_number(text: &str) -> bool {
    let has_letters = fold(text).chars().any(char::is_alphabetic);
    !has_letters && canonical(text).is_some_and(|digits| digits.len() >= MIN_DIGITS)
}

/// A number as it stands in the index: its digits, or its text where it has none.
fn indexed(number: &str) -> String {
    canonical(number).unwrap_or_else(|| fold(number))
}

/// All points of a number in the index `family`; `weight` is a number that a search gets with each match.
pub fn points(family: &'static str, number: &str, id: u32, weight: i64) -> Vec<(Listing, Point)> {
    points_of_text(family, &indexed(number), id, weight)
}

/// The points that version 0.1 gave a number: it indexed the runs of digits as they were typed. None if they are the same.
pub fn former_points(family: &'static str, number: &str, id: u32, weight: i64) -> Vec<(Listing, Point)> {
    let text = fold(number);
    if text == indexed(number) { Vec::new() } else { points_of_text(family, &text, id, weight) }
}

fn points_of_text(family: &'static str, text: &str, id: u32, weight: i64) -> Vec<(Listing, Point)> {
    let mut points: Vec<_> = suffixes(text)
        .map(|suffix| {
            let (head, score) = split(suffix);
            (listing(family, head), Point { score, id, weight })
        })
        .collect();
    if !text.is_empty() && !is_run(text) {
        points.push((whole(family, text), Point { score: 0, id, weight }));
    }
    points.sort();
    points.dedup();
    points
}

/// The range of the numbers that are `query` or contain its digits; a number that contains them twice stands there twice.
/// `None` if it is nothing but too few digits.
pub fn range(family: &'static str, query: &str) -> Option<PhoneRange> {
    let (typed, query) = (fold(query), indexed(query));
    if !is_run(&query) {
        let is_bare = typed.bytes().all(|byte| byte.is_ascii_digit());
        return (!is_bare).then(|| exactly(family, &query));
    }
    let (head, from) = split(&query);
    let scored = u32::try_from(query.len() - MIN_DIGITS).unwrap_or(u32::MAX);
    let missing = SCORED.saturating_sub(scored);
    // The highest score that begins with these digits: all that may follow, each digit a nine.
    let to = from + (BASE.pow(missing) - 1);
    let window = Window { from, to };
    Some(PhoneRange { listing: listing(family, head), window, is_exact: scored <= SCORED })
}

/// Where a number that is typed exactly like `query` stands that version 0.1 has indexed; `None` if it stands in
/// [`range`] too.
pub fn former_range(family: &'static str, query: &str) -> Option<PhoneRange> {
    let text = fold(query);
    let differs = text != indexed(query) && !is_run(&text);
    differs.then(|| exactly(family, &text))
}

/// Whether a number is too long to be looked for, once what its characters stand for is written out.
pub fn is_too_long(number: &str) -> bool {
    fold(number).chars().count() > MAX_CHARACTERS
}

/// Whether `number` is `query`, or has its digits in it if there are enough of them.
pub fn matches(number: &str, query: &str) -> bool {
    let (number, query) = (indexed(number), indexed(query));
    number == query || (is_run(&query) && number.contains(&query))
}

fn is_run(text: &str) -> bool {
    text.len() >= MIN_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whatever a run of four or more digits can begin with: the suffixes of every run of digits.
fn suffixes(number: &str) -> impl Iterator<Item = &str> {
    let runs = number.split(|character: char| !character.is_ascii_digit());
    runs.flat_map(|run| (0..run.len()).filter_map(|from| run.get(from..)))
        .filter(|suffix| suffix.len() >= MIN_DIGITS)
}

/// The first four digits, and the score that the next nine are: digits to the base 11, of which 0 is none.
fn split(suffix: &str) -> (&str, u32) {
    let (head, rest) = suffix.split_at_checked(MIN_DIGITS).unwrap_or((suffix, ""));
    let mut digits = rest.bytes().map(|byte| u32::from(byte - b'0') + 1);
    let score = (0..SCORED).fold(0, |score, _| score * BASE + digits.next().unwrap_or(0));
    (head, score)
}

fn listing(family: &'static str, head: &str) -> Listing {
    Listing::of(family, head, Levels::Uncounted).deferred().projected()
}

/// The range of the numbers that are exactly this text.
fn exactly(family: &'static str, text: &str) -> PhoneRange {
    PhoneRange { listing: whole(family, text), window: Window { from: 0, to: 0 }, is_exact: true }
}

/// The listing of exactly this text.
fn whole(family: &'static str, number: &str) -> Listing {
    listing(family, &format!("={number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether the number stands where the query looks.
    fn found(number: &str, query: &str) -> bool {
        let Some(PhoneRange { listing, window, .. }) = range("x", query) else { return false };
        let here = |(of, point): &(Listing, Point)| {
            *of == listing && (window.from..=window.to).contains(&point.score)
        };
        points("x", number, 1, 0).iter().any(here)
    }

    #[test]
    fn a_number_is_found_by_every_run_of_four_or_more_of_its_digits() {
        let number = "13987022559";
        for from in 0..number.len() {
            for to in from..=number.len() {
                let part = number.get(from..to).unwrap();
                assert_eq!(found(number, part), part.len() >= 4, "{part}");
            }
        }
        for query in ["3987022558", "139870225590", "1398702255", "22559"] {
            assert_eq!(found(number, query), number.contains(query), "{query}");
        }
        assert!(found("１３９８7022559", "1398") && found("13987022559", "７０２２"));
    }

    #[test]
    fn a_number_is_its_digits_however_it_is_typed() {
        for typed in [
            "13987022559",
            "１３９８７０２２５５９",
            "139 8702 2559",
            "139-8702-2559",
            "139.8702.2559",
            "(139)87022559",
            "（139）8702—2559",
            "+86 139 8702 2559",
            "＋８６-13987022559",
            "0086 13987022559",
            "8613987022559",
            "(+86)13987022559",
            "139\u{200b}8702\u{a0}2559\u{3000}",
        ] {
            assert_eq!(canonical(typed).as_deref(), Some("13987022559"), "{typed}");
            assert!(is_same(typed, "13987022559"), "{typed}");
        }
        // No country code: what follows is no mobile number, or it is no code that is left out.
        for (typed, digits) in [
            ("86139870225", "86139870225"),
            ("+8687165123456", "8687165123456"),
            ("+86 2398 7022 559", "8623987022559"),
            ("+861398702255", "861398702255"),
            ("+85213987022559", "85213987022559"),
            ("0871-6512345", "08716512345"),
            ("⑪", "11"),
        ] {
            assert_eq!(canonical(typed).as_deref(), Some(digits), "{typed}");
        }
        for none in ["", " ", "无", "+-()", "一三九"] {
            assert_eq!(canonical(none), None, "{none}");
        }
        assert!(is_same("无", "无") && !is_same("无", "没有") && !is_same("无", "139"));
    }

    #[test]
    fn a_number_with_other_characters_is_found_by_its_digits_however_they_are_typed() {
        for query in
            ["0871-6512345", "08716512345", "0871", "6512345", "5123", "1-65", "(0871)651", "７１６５"]
        {
            assert_eq!(found("0871-6512345", query), canonical(query).unwrap().len() >= 4, "{query}");
        }
        assert!(found("13987022559", "+86 139 8702 2559") && found("+86 139 8702 2559", "70225"));
        for query in ["871", "0871-651234", "08716512346"] {
            assert_eq!(found("0871-6512345", query), query == "0871-651234", "{query}");
        }
        assert!(
            range("x", "12").is_none() && range("x", "１２").is_none(),
            "too few digits to be looked for"
        );
    }

    #[test]
    fn a_number_of_few_digits_or_none_is_found_as_a_whole_where_the_query_has_more_than_digits() {
        assert!(found("12-3", "1-23") && found("123", "1-23") && !found("1234", "1-23"));
        assert!(found("无", "无") && found("Ａ", "a") && !found("无", "没有") && !found("无1", "无"));
        assert!(matches("无", "无") && matches("1-23", "12 3") && !matches("无", "没有"));
    }

    #[test]
    fn what_version_0_1_indexed_is_found_as_it_was_typed() {
        let here = |range: &PhoneRange, (listing, point): &(Listing, Point)| {
            *listing == range.listing && (range.window.from..=range.window.to).contains(&point.score)
        };
        for number in ["0871-6512345", "+86 139 8702 2559", "1-2", "Ａ１２３４"] {
            let former = former_points("x", number, 1, 0);
            let range = former_range("x", number).or_else(|| range("x", number)).unwrap();
            assert!(former.iter().any(|place| here(&range, place)), "{number}");
            assert!(points("x", number, 1, 0).iter().all(|place| !former.is_empty() && place.1.id == 1));
        }
        for number in ["13987022559", "１３９", "无", ""] {
            assert_eq!((former_points("x", number, 1, 0), former_range("x", number)), (Vec::new(), None));
        }
    }

    #[test]
    fn a_mobile_number_stands_in_eight_places() {
        assert_eq!(points("x", "13987022559", 1, 0).len(), 8);
        assert_eq!(points("x", "1111111111", 1, 0).len(), 7);
        assert!(points("x", "", 1, 0).is_empty());
        assert_eq!(points("x", "123", 1, 0).len(), 1);
    }

    proptest! {
        #[test]
        fn whatever_matches_is_found_and_up_to_thirteen_digits_nothing_else(
            number in "[0-9]{0,3}[0-2-]{0,16}", query in "[0-2]{4,14}",
        ) {
            if matches(&number, &query) {
                prop_assert!(found(&number, &query));
            } else if query.len() <= 13 {
                prop_assert!(!found(&number, &query));
            }
        }

        #[test]
        fn what_is_canonical_stays_so_and_separators_change_nothing(
            digits in "[0-9]{1,16}", between in "[ ()\\[\\]（）.·—－ -]{0,3}", wide in any::<bool>(), text in ".*",
        ) {
            let spread: String = digits.chars().flat_map(|digit| {
                let digit = if wide { char::from_u32(u32::from(digit) + 0xfee0).unwrap() } else { digit };
                std::iter::once(digit).chain(between.chars())
            }).collect();
            prop_assert_eq!(canonical(&spread), canonical(&digits));
            let once = canonical(&text);
            prop_assert_eq!(once.as_deref().and_then(canonical), once);
        }

        #[test]
        fn a_country_code_changes_a_mobile_number_as_little_as_none(
            rest in "[0-9]{10}", code in "(\\+|)(86|0086)[ -]{0,2}",
        ) {
            let mobile = format!("1{rest}");
            prop_assert_eq!(canonical(&format!("{code}{mobile}")), Some(mobile.clone()));
            prop_assert_eq!(canonical(&mobile), Some(mobile));
        }

        #[test]
        fn no_text_breaks_the_index(number in ".*", query in ".*") {
            prop_assert!(!matches(&number, &query) || found(&number, &query) || range("x", &query).is_none());
        }
    }
}
