//! The fields of an organization, and its places in listings.

use crate::model::{Changeable, Changers, ListedById, Status, keys};
use crate::search::{SearchProjection, Searchable, first_chars, gram_listing, grams, unique_name};
use crate::store::{Author, Entity, Kind, Levels, Listing, Order, Point, Title, Unique, UniqueValue};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The frontends' number of a kind of organization.
    pub kind: i64,
    /// Unique among those that are not deleted.
    pub group_name: String,
    /// More about it; may be long.
    pub group_detail: String,
    /// Whether it was deleted.
    pub status: Status,
    /// When it was entered.
    pub created: Time,
    /// When it was last edited.
    pub updated: Time,
    /// The employee who entered it; nobody knows of those that older versions entered.
    #[serde(default)]
    pub creator: Option<u32>,
}

/// So many characters of a detail are searched.
const SEARCHED_DETAIL: usize = 256;

impl Organization {
    /// The name belongs to one of the organizations that are not deleted.
    pub const NAME: Unique = Unique::new("organization");

    /// The kind of an organization of which no other is known.
    pub const DEFAULT_KIND: i64 = 1;

    /// An organization of which only the name is known.
    pub fn new(group_name: String, created: Time) -> Self {
        Self {
            kind: Self::DEFAULT_KIND,
            group_name,
            group_detail: String::new(),
            status: Status::Enabled,
            created,
            updated: created,
            creator: None,
        }
    }

    /// The names of all, also of those that were deleted, by id: a chart shows many.
    pub const NAMES: Listing = Listing::new("organizations/names", Levels::Uncounted).brief();
}

impl ListedById for Organization {
    const ORDER: Order = Order::Descending;

    fn with_status(status: Status) -> Listing {
        Listing::of("organizations", u8::from(status), Levels::Ids)
    }

    fn with_gram(status: Status, gram: &str) -> Listing {
        gram_listing(if status.is_enabled() { "og" } else { "og0" }, gram, Levels::Ids)
    }

    fn status(&self) -> Status {
        self.status
    }
}

impl Searchable for Organization {
    fn search_projection(&self) -> SearchProjection {
        // A longer detail would stand in thousands of listings, all of which an edit changes.
        SearchProjection::new(0, &[&self.group_name, first_chars(&self.group_detail, SEARCHED_DETAIL)])
    }
}

impl Entity for Organization {
    const KIND: Kind = keys::ORGANIZATION;

    /// 1: names.
    const INDEX_VERSION: u32 = 1;

    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)> {
        let point = Point::new(id, id);
        let projection = self.search_projection();
        let grams = grams(&projection.texts);
        let grams = grams.into_iter().map(|gram| (Self::with_gram(self.status, gram), point));
        let names = (index_version >= 1).then_some((Self::NAMES, point));
        std::iter::once((Self::with_status(self.status), point)).chain(names).chain(grams).collect()
    }

    fn unique_values(&self) -> Vec<UniqueValue> {
        let name =
            Some(unique_name(&self.group_name)).filter(|name| self.status.is_enabled() && !name.is_empty());
        name.map(|value| UniqueValue { unique: Self::NAME, value }).into_iter().collect()
    }

    fn former_values(&self) -> Vec<UniqueValue> {
        let value = || UniqueValue { unique: Self::NAME, value: self.group_name.clone() };
        self.status.is_enabled().then(value).into_iter().collect()
    }

    fn title(&self) -> Title {
        Title::new(&self.group_name)
    }

    fn creation(&self) -> Option<Author> {
        Some(Author { by: self.creator.unwrap_or(0), at: self.created })
    }

    fn projection(&self) -> Option<String> {
        self.search_projection().to_text()
    }

    fn brief_projection(&self) -> Option<String> {
        Some(self.group_name.clone())
    }
}

impl Changeable for Organization {
    fn changers(&self) -> Changers {
        Changers::Anybody
    }
}
