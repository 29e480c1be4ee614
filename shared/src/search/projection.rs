//! The projection by which a search tells whether a record matches, without reading the record.

use super::fold::fold;

/// The most bytes of a projection: with its key an entry must stay below a kilobyte.
const MAX_BYTES: usize = 640;

/// The texts of a record that a search looks into, folded, and the group that the record is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchProjection {
    /// The id of the group, by which a search may be narrowed; 0 for none.
    pub group: u32,
    /// Folded.
    pub texts: Vec<String>,
}

impl SearchProjection {
    /// The projection of a record with these texts, as they were entered.
    pub fn new(group: u32, texts: &[&str]) -> Self {
        Self { group, texts: texts.iter().map(|text| fold(text)).collect() }
    }

    /// Whether one of the texts contains `query`, which is folded.
    pub fn contains(&self, query: &str) -> bool {
        self.texts.iter().any(|text| text.contains(query))
    }

    /// The text that entries carry; `None` if it is too long for that.
    pub fn to_text(&self) -> Option<String> {
        let text = serde_json::to_string(&(self.group, &self.texts)).ok()?;
        (text.len() <= MAX_BYTES).then_some(text)
    }

    /// Reads the text that an entry carries; `None` if it is no such projection.
    pub fn from_text(text: &str) -> Option<Self> {
        let (group, texts) = serde_json::from_str(text).ok()?;
        Some(Self { group, texts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_is_read_as_it_was_written_unless_it_is_too_long() {
        let projection = SearchProjection::new(7, &["Miss'Z", "", "耳尖\u{0}\"\\"]);
        assert_eq!(
            projection.to_text().as_deref().and_then(SearchProjection::from_text),
            Some(projection.clone())
        );
        assert!(projection.contains("ss'z") && projection.contains("\u{0}\"") && !projection.contains("z耳"));
        assert_eq!(SearchProjection::new(7, &["名".repeat(300).as_str()]).to_text(), None);
        assert_eq!(SearchProjection::from_text("x"), None);
    }
}
