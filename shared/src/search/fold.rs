//! Texts as they are compared, and the grams that they are cut into.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use std::collections::BTreeSet;

/// `text` as it is compared: NFKC, full case folding, and NFKC again, for folding may take composed letters apart
/// (Unicode 17, section 3.13, D147 without the removal of ignorable characters).
pub fn fold(text: &str) -> String {
    let nfkc = ComposingNormalizer::new_nfkc();
    let folded = CaseMapper::new().fold_string(&nfkc.normalize(text)).into_owned();
    nfkc.normalize(&folded).into_owned()
}

/// The distinct runs of one and of two characters in folded `texts`; a character is a Unicode scalar value.
pub fn grams<T: AsRef<str>>(texts: &[T]) -> BTreeSet<&str> {
    texts.iter().flat_map(|text| runs(text.as_ref(), 1).chain(runs(text.as_ref(), 2))).collect()
}

/// The distinct runs of two characters in a folded text.
pub fn bigrams(text: &str) -> BTreeSet<&str> {
    runs(text, 2).collect()
}

/// Whether a folded text is a gram, and no longer.
pub fn is_gram(text: &str) -> bool {
    text.chars().nth(2).is_none()
}

/// Whether a gram has two characters.
pub fn is_bigram(gram: &str) -> bool {
    gram.chars().nth(1).is_some()
}

/// The first so many characters.
pub fn first_chars(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map(|(at, _)| at);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn runs(text: &str, length: usize) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(at, character)| at + character.len_utf8()).skip(length - 1);
    text.char_indices().map(|(at, _)| at).zip(ends).filter_map(|(from, to)| text.get(from..to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_look_alike_are_folded_alike() {
        for (a, b) in [
            ("Miss'Z", "miss'z"),
            ("ＡＢＣ１２３", "abc123"),
            ("株式会社", "㍿"),
            ("STRASSE", "Straße"),
            ("e\u{301}", "É"),
            ("ﬁ", "FI"),
            ("Ὀδυσσεύς", "ὀδυσσεύσ"),
            ("ｶﾞ", "ガ"),
            ("\u{3000}", " "),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        for (a, b) in [("e", "é"), ("王", "玉"), ("1", "l"), ("", " ")] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn grams_are_the_distinct_runs_of_one_and_two_characters() {
        let of = |text: &str| grams(&[text]).into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(of("公司"), ["公", "公司", "司"]);
        assert_eq!(of("aaa"), ["a", "aa"]);
        assert_eq!(of("𠮷a👩"), ["a", "a👩", "👩", "𠮷", "𠮷a"]);
        assert!(of("").is_empty());
        assert_eq!(grams(&["ab", "b"]).len(), 3);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".*") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn whatever_contains_a_text_has_all_of_its_grams(before in ".{0,5}", text in ".{1,8}", after in ".{0,5}") {
            let whole = format!("{before}{text}{after}");
            let (whole, text) = ([whole.as_str()], [text.as_str()]);
            prop_assert!(grams(&text).is_subset(&grams(&whole)));
            prop_assert!(bigrams(text[0]).iter().all(|gram| is_bigram(gram) && whole[0].contains(gram)));
        }
    }
}
