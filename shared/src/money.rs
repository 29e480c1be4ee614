//! Money: decimal, to the hundredth, never a float.
//!
//! An amount is an integer of hundredths. It is read from its decimal digits here, without a library for decimals: all
//! that one would do is to split at the point, and those that were looked at round what has more than 28 digits before
//! they can be told to round half up, so that `0.00499…` of forty digits became `0.01`.
//!
//! **Numbers in JSON.** serde_json gives a number with a point as an `f64`. As long as a decimal has at most 15
//! significant digits it survives that: its digits are below 2^53 and its power of ten is at most 10^22, both of which
//! an `f64` holds exactly, so that the one division that makes the number is rounded once, to the nearest; and the
//! shortest decimal that is nearest to it, which `Display` prints without an exponent, is the one that was sent. The
//! largest amount with two decimals, `9999999999999.99`, has 15 digits. What has more digits is what JavaScript would
//! have made of it; in a string every digit counts.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Number;
use std::borrow::Cow;

/// An amount of money, in hundredths; from 0 to 10^13 (10^15 hundredths).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

/// The largest amount, in hundredths.
const MAX: i64 = 1_000_000_000_000_000;

impl Money {
    /// Reads digits, or digits with a point and more digits; what is beyond two decimals is rounded, half up. `None`
    /// for anything else, also for a sign, an exponent and a separator, and for what is above 10^13.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let mut decimals = fraction.bytes().map(|digit| i64::from(digit - b'0'));
        let mut decimal = || decimals.next().unwrap_or(0);
        let hundredths = decimal() * 10 + decimal() + i64::from(decimal() >= 5);
        let whole: i64 = whole.parse().ok()?;
        let amount = whole.checked_mul(100)?.checked_add(hundredths)?;
        // What is above the limit by less than rounds away is above it all the same.
        let is_above = whole == MAX / 100 && fraction.bytes().any(|digit| digit != b'0');
        (amount <= MAX && !is_above).then_some(Self(amount))
    }

    /// Reads a number of a JSON document; `None` if it is negative or above 10^13.
    pub fn of_number(number: &Number) -> Option<Self> {
        match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Self::parse(&integer.to_string()),
            // Adding makes -0 a plain 0.
            (None, Some(float)) => Self::parse(&(float + 0.0).to_string()),
            (None, None) => None,
        }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shown(self.0.into()))
    }
}

/// As answers show it.
impl JsonSchema for Money {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$" })
    }
}

/// A sum of amounts, in hundredths, the way answers show it.
pub fn shown(hundredths: i128) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Serializes an amount that may be missing the way answers show it: `"12.00"` or `null`.
pub fn as_text<S: Serializer>(amount: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => serializer.collect_str(amount),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Option<String> {
        Money::parse(text).map(|money| money.to_string())
    }

    /// As a number in a JSON document.
    fn number(text: &str) -> Option<String> {
        let number: Number = serde_json::from_str(text).unwrap();
        Money::of_number(&number).map(|money| money.to_string())
    }

    #[test]
    fn two_decimals_are_kept_and_more_are_rounded_half_up() {
        for (sent, shown) in [
            ("0", "0.00"),
            ("12", "12.00"),
            ("0.1", "0.10"),
            ("1200000.00", "1200000.00"),
            ("1000.5", "1000.50"),
            ("0.005", "0.01"),
            ("1.005", "1.01"),
            ("1.0049999", "1.00"),
            ("0.999", "1.00"),
            ("9999999999999.99", "9999999999999.99"),
            ("10000000000000", "10000000000000.00"),
            ("9999999999999.996", "10000000000000.00"),
            ("123456789012345e-2", "1234567890123.45"),
        ] {
            assert_eq!(number(sent).as_deref(), Some(shown), "{sent}");
            if !sent.contains('e') {
                assert_eq!(text(sent).as_deref(), Some(shown), "{sent}");
            }
        }
        assert_eq!(number("1e-7").as_deref(), Some("0.00"));
        assert_eq!(number("1.2e6").as_deref(), Some("1200000.00"));
        assert_eq!(text("0007.10").as_deref(), Some("7.10"));
        let nines = format!("0.00{}", "4".to_owned() + &"9".repeat(60));
        assert_eq!(text(&nines).as_deref(), Some("0.00"));
    }

    #[test]
    fn a_tenth_and_two_tenths_are_three_tenths() {
        let sum = Money::parse("0.1").unwrap().0 + Money::parse("0.2").unwrap().0;
        assert_eq!(Money(sum).to_string(), "0.30");
    }

    #[test]
    fn negative_and_too_large_amounts_and_what_is_no_number_are_refused() {
        for sent in [
            "-1",
            "-0.001",
            "10000000000000.01",
            "10000000000000.002",
            "1e14",
            "1e300",
            "99999999999999999999",
        ] {
            assert_eq!(number(sent), None, "{sent}");
        }
        for sent in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "NaN",
            "inf",
            "1,000",
            " 1",
            "1 ",
            "１",
            "1.2.3",
            "0x1",
            "1_0",
            "10000000000000.01",
            "99999999999999999999999",
        ] {
            assert_eq!(text(sent), None, "{sent:?}");
        }
    }

    proptest! {
        #[test]
        fn fifteen_digits_survive_as_a_number_and_in_a_string(hundredths in 0..=MAX) {
            let shown = Money(hundredths).to_string();
            prop_assert_eq!(text(&shown), Some(shown.clone()));
            if hundredths < MAX {
                prop_assert_eq!(number(&shown), Some(shown));
            }
        }

        #[test]
        fn a_number_of_fifteen_digits_with_any_decimals_is_rounded_as_its_digits_say(
            digits in 0u64..1_000_000_000_000_000, decimals in 3usize..=15
        ) {
            let padded = format!("{digits:016}");
            let (whole, fraction) = padded.split_at(16 - decimals);
            let sent = format!("{}.{fraction}", whole.parse::<u64>().unwrap());
            prop_assert_eq!(number(&sent), text(&sent));
            let exact = u128::from(digits) * 100 * 2 / 10u128.pow(u32::try_from(decimals).unwrap());
            prop_assert_eq!(Money::parse(&sent).unwrap().0 as u128, exact.div_ceil(2));
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".*") {
            let _ = Money::parse(&text);
        }
    }
}
