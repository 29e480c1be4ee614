//! What a search must know of a record without reading it.

use super::fold;

/// The most bytes of a card: beside it an entry has its key, and all of it is to be less than a kilobyte.
const MAX_BYTES: usize = 640;

/// What the entries of a record say of it: the texts that a search looks into, folded, and the group it is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// An id, by which a search may be narrowed; 0 for none.
    pub group: u32,
    /// Folded.
    pub texts: Vec<String>,
}

impl Card {
    /// The card of a record with these texts, as they were entered.
    pub fn new(group: u32, texts: &[&str]) -> Self {
        Self { group, texts: texts.iter().map(|text| fold(text)).collect() }
    }

    /// Whether one of the texts contains `query`, which is folded.
    pub fn contains(&self, query: &str) -> bool {
        self.texts.iter().any(|text| text.contains(query))
    }

    /// As entries carry it; `None` if it is too long for that.
    pub fn covering(&self) -> Option<String> {
        let text = serde_json::to_string(&(self.group, &self.texts)).ok()?;
        (text.len() <= MAX_BYTES).then_some(text)
    }

    /// What an entry carries; `None` if that is no card.
    pub fn from_covering(covering: &str) -> Option<Self> {
        let (group, texts) = serde_json::from_str(covering).ok()?;
        Some(Self { group, texts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_read_as_it_was_written_unless_it_is_too_long() {
        let card = Card::new(7, &["Miss'Z", "", "耳尖\u{0}\"\\"]);
        assert_eq!(card.covering().as_deref().and_then(Card::from_covering), Some(card.clone()));
        assert!(card.contains("ss'z") && card.contains("\u{0}\"") && !card.contains("z耳"));
        assert_eq!(Card::new(7, &["名".repeat(300).as_str()]).covering(), None);
        assert_eq!(Card::from_covering("x"), None);
    }
}
