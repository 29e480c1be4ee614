//! Names: what can be seen of them, and when two are the same.

use super::fold::fold;
use icu_properties::props::GeneralCategory;
use icu_properties::{CodePointMapData, props::GeneralCategoryGroup};

/// Whether nothing of it is seen: there is nothing in it but white space and invisible characters.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace()
            || is_of(GeneralCategoryGroup::Separator, character)
            || is_invisible(character)
    })
}

/// A name that belongs to one record, as it is compared: [folded](fold), without invisible characters, and without white
/// space at its ends. Empty if nothing of it is seen.
pub fn unique_name(name: &str) -> String {
    let visible: String =
        name.chars().filter(|character| character.is_whitespace() || !is_invisible(*character)).collect();
    fold(&visible).trim().to_owned()
}

/// Controls, formats such as a zero width space, and what no character is assigned to.
fn is_invisible(character: char) -> bool {
    is_of(GeneralCategoryGroup::Other, character)
}

fn is_of(group: GeneralCategoryGroup, character: char) -> bool {
    group.contains(CodePointMapData::<GeneralCategory>::new().get(character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_look_alike_are_the_same() {
        for same in [
            "云南耳尖",
            " 云南耳尖\u{3000}",
            "云南\u{200b}耳尖",
            "\u{feff}云南耳尖\u{202e}",
            "云南\u{ad}耳尖 \u{200d}",
        ] {
            assert_eq!(unique_name(same), "云南耳尖", "{same:?}");
        }
        assert_eq!(unique_name("ＡＢ\u{3000}公司"), unique_name("ab 公司"));
        assert_eq!(unique_name("STRASSE"), unique_name("Straße"));
        for (a, b) in [("a b", "ab"), ("云南", "云 南"), ("e", "é"), ("1", "l")] {
            assert_ne!(unique_name(a), unique_name(b), "{a} {b}");
        }
    }

    #[test]
    fn what_nobody_sees_is_blank() {
        for blank in [
            "",
            " ",
            "\u{3000}\t\n",
            "\u{200b}",
            "\u{feff}\u{2028}",
            "\u{1}\u{e000}\u{378}",
            "\u{ad} \u{2060}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
            assert_eq!(unique_name(blank), "", "{blank:?}");
        }
        for seen in ["a", " 无 ", "\u{200b}.", "👩\u{200d}👧", "\u{301}"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_the_same_stays_the_same(name in ".*", before in "[ \u{3000}\u{200b}]{0,3}", at in 0usize..8) {
            let once = unique_name(&name);
            prop_assert_eq!(&unique_name(&once), &once);
            prop_assert_eq!(&unique_name(&format!("{before}{name}{before}")), &once);
            prop_assert!(!is_blank(&name) || once.is_empty());
            let (head, tail): (String, String) = (name.chars().take(at).collect(), name.chars().skip(at).collect());
            prop_assert_eq!(&unique_name(&format!("{head}\u{200b}{tail}")), &once);
        }
    }
}
