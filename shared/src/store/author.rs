//! Who wrote an entity last, and when.

use super::entity::{Entity, Stored};
use super::key::Key;
use super::listing::Order;
use super::record::{Attributes, Raw, attribute};
use super::table::Store;
use crate::Result;
use crate::time::Time;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use std::collections::HashMap;

/// Who writes, and when: stands beside the revision of every entity, and beside every version that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The id of the person who writes; 0 for the system itself.
    pub by: u32,
    /// The wall clock's time.
    pub at: Time,
}

/// What a version that was replaced says of whoever replaced it.
#[derive(Deserialize)]
struct Replaced {
    by: ReplacedBy,
    at: Option<Time>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ReplacedBy {
    Id(u32),
    /// Version 0.1 wrote the id, under a name of the application's, and the time here.
    Both(HashMap<String, u32>),
}

impl Author {
    /// The system itself, for changes that are nobody's edit.
    pub const SYSTEM: Self = Self { by: 0, at: Time(0) };

    /// The author beside the revision of an item; items of versions up to 0.2 have none.
    pub(super) fn of(item: &Attributes) -> Option<Self> {
        let number = |name| item.get(name)?.as_n().ok()?.parse().ok();
        Some(Self { by: number(attribute::BY)?, at: Time(number(attribute::AT)?) })
    }

    pub(super) fn add_to(self, item: &mut Attributes) {
        let Self { by, at: Time(at) } = self;
        for (name, number) in [(attribute::BY, by), (attribute::AT, at)] {
            item.insert(name.to_owned(), AttributeValue::N(number.to_string()));
        }
    }
}

impl From<Replaced> for Author {
    fn from(Replaced { by, at }: Replaced) -> Self {
        match by {
            ReplacedBy::Id(by) => Self { by, at: at.unwrap_or(Time(0)) },
            ReplacedBy::Both(mut both) => {
                let at = both.remove("at").unwrap_or(0);
                Self { by: both.into_values().next().unwrap_or(0), at: Time(at) }
            }
        }
    }
}

impl Store {
    /// Who changed an entity last, if anybody knows: an older version wrote that only beside the version that it replaced. At
    /// most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn last_author<T: Entity>(&self, entity: &Stored<T>) -> Result<Option<Author>> {
        let author = match entity.record.author {
            Some(author) => Some(author),
            None => {
                let [first, last] = [0, u32::MAX].map(|revision| Key::history(T::KIND, entity.id, revision));
                let replaced = |item| Ok(Raw(item).decode::<Replaced>()?.value.into());
                let found =
                    self.query(first.p, first.s, last.s, Order::Descending, Some(1), replaced).await?;
                found.into_iter().next()
            }
        };
        Ok(author.filter(|author| *author != Author::SYSTEM))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_version_says_who_replaced_it() {
        let author = Author { by: 7, at: Time(99) };
        for replaced in [
            json!({ "by": 7, "at": 99, "value": { "name": "x" } }),
            json!({ "by": { "somebody": 7, "at": 99 }, "value": {} }),
        ] {
            let read: Replaced = serde_json::from_value(replaced.clone()).unwrap();
            assert_eq!(Author::from(read), author, "{replaced}");
            let stored: AttributeValue = serde_dynamo::to_attribute_value(replaced).unwrap();
            assert_eq!(
                Author::from(serde_dynamo::from_attribute_value::<_, Replaced>(stored).unwrap()),
                author
            );
        }
    }
}
