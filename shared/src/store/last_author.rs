//! Who wrote an entity last, and when.

use super::author::Author;
use super::entity::{Entity, Stored};
use super::history::ReplacedVersion;
use super::key::Key;
use super::listing::Order;
use super::record::Raw;
use super::table::Store;
use crate::Result;
use serde::de::IgnoredAny;

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
                let [first, last] = [0, u32::MAX].map(|revision| Key::version(T::KIND, entity.id, revision));
                let replaced = |item| Ok(Raw(item).decode::<ReplacedVersion<IgnoredAny>>()?.value.author());
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
    use crate::time::Time;
    use aws_sdk_dynamodb::types::AttributeValue;
    use serde_json::json;

    #[test]
    fn every_version_says_who_replaced_it() {
        let author = Author { by: 7, at: Time(99) };
        for replaced in [
            json!({ "by": 7, "at": 99, "value": { "name": "x" } }),
            json!({ "by": { "somebody": 7, "at": 99 }, "value": {} }),
        ] {
            let read: ReplacedVersion<IgnoredAny> = serde_json::from_value(replaced.clone()).unwrap();
            assert_eq!(read.author(), author, "{replaced}");
            let stored: AttributeValue = serde_dynamo::to_attribute_value(replaced).unwrap();
            assert_eq!(
                serde_dynamo::from_attribute_value::<_, ReplacedVersion<IgnoredAny>>(stored)
                    .unwrap()
                    .author(),
                author
            );
        }
    }
}
