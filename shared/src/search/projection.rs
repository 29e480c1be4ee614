//! The projection by which a search tells whether a record matches, without reading the record.

use super::fold::fold;
use serde::Deserialize;

/// The most bytes of a projection: with its key an entry must stay below a kilobyte.
const MAX_BYTES: usize = 640;

/// What a search asks of a record: its texts, folded, and by what else it may be narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchProjection {
    /// The id of the group that it is in; 0 for none.
    pub group: u32,
    /// Folded.
    pub texts: Vec<String>,
    /// What changes too often, or is too long, to stand in every entry; none where it does not.
    pub more: Option<MoreProjection>,
}

/// What only some entries tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoreProjection {
    /// The id of whoever it belongs to; 0 for nobody.
    pub owner: u32,
    /// The phone number.
    pub number: String,
}

/// It in an entry: without what it does not tell.
#[derive(Deserialize)]
struct InEntry(u32, Vec<String>, #[serde(default)] Option<u32>, #[serde(default)] String);

impl SearchProjection {
    /// The projection of a record with these texts, as they were entered.
    pub fn new(group: u32, texts: &[&str]) -> Self {
        Self { group, texts: texts.iter().map(|text| fold(text)).collect(), more: None }
    }

    /// Whether one of the texts contains `query`, which is folded.
    pub fn contains(&self, query: &str) -> bool {
        self.texts.iter().any(|text| text.contains(query))
    }

    /// Whether each of `queries`, which are folded, is in one of the texts.
    pub fn contains_all(&self, queries: &[String]) -> bool {
        queries.iter().all(|query| self.contains(query))
    }

    /// The text that entries carry; `None` if it is too long for that.
    pub fn to_text(&self) -> Option<String> {
        let text = match &self.more {
            None => serde_json::to_string(&(self.group, &self.texts)),
            Some(more) => serde_json::to_string(&(self.group, &self.texts, more.owner, &more.number)),
        };
        text.ok().filter(|text| text.len() <= MAX_BYTES)
    }

    /// Reads the text that an entry carries; `None` if it is no such projection.
    pub fn from_text(text: &str) -> Option<Self> {
        let InEntry(group, texts, owner, number) = serde_json::from_str(text).ok()?;
        Some(Self { group, texts, more: owner.map(|owner| MoreProjection { owner, number }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_is_read_as_it_was_written_unless_it_is_too_long() {
        let projection = SearchProjection::new(7, &["Miss'Z", "", "耳尖\u{0}\"\\"]);
        let more = Some(MoreProjection { owner: 3, number: "139 8702".to_owned() });
        for projection in [projection.clone(), SearchProjection { more, ..projection.clone() }] {
            assert_eq!(
                projection.to_text().as_deref().and_then(SearchProjection::from_text),
                Some(projection)
            );
        }
        assert!(projection.contains("ss'z") && projection.contains("\u{0}\"") && !projection.contains("z耳"));
        assert_eq!(SearchProjection::new(7, &["名".repeat(300).as_str()]).to_text(), None);
        assert_eq!(SearchProjection::from_text("x"), None);
    }
}
