//! How much of a text may stand in a log line.
//!
//! Paths, causes and ids of requests come from elsewhere and may be of any length. A line has at most three of them, and stays
//! below 4 kB.

use std::fmt::Display;

/// The most bytes of one text in a log line, however the line escapes it.
const MOST: usize = 1000;

/// A text as it may stand in a log line: cut off where it is long, and without control characters, which some readers of
/// logs would act on.
pub fn short(text: impl Display) -> String {
    let (mut short, mut length) = (String::new(), 0);
    for character in text.to_string().chars() {
        let shown = if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
        length += shown.escape_debug().map(char::len_utf8).sum::<usize>();
        if length > MOST {
            short.push('…');
            break;
        }
        short.push(shown);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_short_stays_as_it_is() {
        assert_eq!(short("invalid name: name不能为空 \"\\"), "invalid name: name不能为空 \"\\");
    }

    #[test]
    fn what_is_long_is_cut_off_and_a_line_stays_one() {
        assert_eq!(short("a".repeat(1000)).len(), 1000);
        assert_eq!(short("a".repeat(250_000)), "a".repeat(1000) + "…");
        assert_eq!(short("a\nb\u{1b}c"), "a\u{fffd}b\u{fffd}c");
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_the_limit_in_any_format(text in any::<String>(), times in 1..2000_usize) {
            let short = short(text.repeat(times));
            let limit = MOST + "…".len() + "\"\"".len();
            let (in_text, in_json) = (format!("{short:?}"), serde_json::json!(short).to_string());
            prop_assert!(in_text.len() <= limit && in_json.len() <= limit);
        }
    }
}
