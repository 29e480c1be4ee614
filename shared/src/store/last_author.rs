//! Who wrote an entity last, and when.

use super::author::Author;
use super::entity::{Entity, Stored};
use super::key::Key;
use super::listing::Order;
use super::record::Raw;
use super::table::Store;
use crate::Result;
use crate::time::Time;
use serde::Deserialize;
use std::collections::HashMap;

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
    use aws_sdk_dynamodb::types::AttributeValue;
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
