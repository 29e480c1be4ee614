//! Phone numbers, indexed so that any run of four or more of their digits finds them.

use super::fold::fold;
use crate::store::{Levels, Listing, Point, Window};

/// The fewest digits that a number is looked for by.
pub const MIN_DIGITS: usize = 4;
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

/// All points of a number in the index `family`; `weight` is a number that a search gets with each match.
pub fn points(family: &'static str, number: &str, id: u32, weight: i64) -> Vec<(Listing, Point)> {
    let number = fold(number);
    let mut points: Vec<_> = suffixes(&number)
        .map(|suffix| {
            let (head, score) = split(suffix);
            (listing(family, head), Point { score, id, weight })
        })
        .collect();
    if !number.is_empty() && !is_run(&number) {
        points.push((whole(family, &number), Point { score: 0, id, weight }));
    }
    points.sort();
    points.dedup();
    points
}

/// The range of the numbers that are `query` or, if it is a run of digits, contain it; a number that contains it twice stands
/// there twice. `None` if it is a run of too few digits.
pub fn range(family: &'static str, query: &str) -> Option<PhoneRange> {
    let query = fold(query);
    if !query.bytes().all(|byte| byte.is_ascii_digit()) {
        let window = Window { from: 0, to: 0 };
        return Some(PhoneRange { listing: whole(family, &query), window, is_exact: true });
    }
    if !is_run(&query) {
        return None;
    }
    let (head, from) = split(&query);
    let scored = u32::try_from(query.len() - MIN_DIGITS).unwrap_or(u32::MAX);
    let missing = SCORED.saturating_sub(scored);
    // The highest score that begins with these digits: all that may follow, each digit a nine.
    let to = from + (BASE.pow(missing) - 1);
    let window = Window { from, to };
    Some(PhoneRange { listing: listing(family, head), window, is_exact: scored <= SCORED })
}

/// Whether a number is too long to be looked for, once what its characters stand for is written out.
pub fn is_too_long(number: &str) -> bool {
    fold(number).chars().count() > MAX_CHARACTERS
}

/// Whether `number` is `query`, or has it in it if it is a run of digits.
pub fn matches(number: &str, query: &str) -> bool {
    let (number, query) = (fold(number), fold(query));
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
    fn a_number_with_other_characters_is_found_as_a_whole_or_by_the_digits_between_them() {
        for query in ["0871-6512345", "0871", "6512345", "5123"] {
            assert!(found("0871-6512345", query), "{query}");
        }
        for query in ["08716512345", "1-65", "871", "0871-651234"] {
            assert!(!found("0871-6512345", query), "{query}");
        }
        assert!(range("x", "12").is_none(), "too few digits to be looked for");
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
        fn no_text_breaks_the_index(number in ".*", query in ".*") {
            prop_assert!(!matches(&number, &query) || found(&number, &query) || range("x", &query).is_none());
        }
    }
}
