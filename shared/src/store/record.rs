//! One item of the table, apart from its key: a revision, a document, and perhaps an end of life.

use super::author::Author;
use super::key::Key;
use crate::time::Time;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

pub(super) type Attributes = HashMap<String, AttributeValue>;

/// The names of the attributes beside the keys.
pub(super) mod attribute {
    /// The revision: 1 at first, one more with every write. The optimistic lock.
    pub const REVISION: &str = "v";
    /// Who wrote an entity last.
    pub const BY: &str = "by";
    /// When they did, in seconds of the wall clock since 1970.
    pub const AT: &str = "at";
    /// The document.
    pub const DOCUMENT: &str = "d";
    /// The weight of an entry in a weighted listing.
    pub const WEIGHT: &str = "w";
    /// The group of an entry in a listing of groups.
    pub const GROUP: &str = "g";
    /// The projection that an entry of a projected listing carries.
    pub const PROJECTION: &str = "c";
    /// How often a shard of a node, other than shard 0, was written. No counter has such a name.
    pub const SHARD_REVISION: &str = "~v";
    /// The index version of an entity. None is 0.
    pub const INDEX_VERSION: &str = "x";
    /// When DynamoDB may delete the item, in seconds since 1970 UTC; named in template.yaml.
    pub const TIME_TO_LIVE: &str = "ttl";
}

/// A document as it was read, with the revision that a later write must still find.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T> {
    /// 1 for a new document, one more with every write.
    pub revision: u32,
    /// Who wrote it last; of entities only, and not of those that versions up to 0.2 wrote.
    pub author: Option<Author>,
    /// The document.
    pub value: T,
}

/// An item that was read but not yet decoded.
pub(super) struct Raw(pub Attributes);

impl Raw {
    pub fn key(&self) -> Option<Key> {
        Key::of(&self.0)
    }

    /// Its revision.
    pub fn revision(&self) -> Result<u32> {
        self.number(attribute::REVISION).ok_or_else(|| Error::internal("an item has no revision"))
    }

    pub fn decode<T: DeserializeOwned>(mut self) -> Result<Record<T>> {
        let revision = self.revision()?;
        let author = self.author();
        let document =
            self.0.remove(attribute::DOCUMENT).ok_or_else(|| Error::internal("an item has no document"))?;
        let value = serde_dynamo::from_attribute_value(document).map_err(Error::unreadable::<T>)?;
        Ok(Record { revision, author, value })
    }

    /// The index version of an entity.
    pub fn index_version(&self) -> u32 {
        self.number(attribute::INDEX_VERSION).unwrap_or(0)
    }

    /// Who wrote the entity; items of versions up to 0.2 do not say.
    fn author(&self) -> Option<Author> {
        Some(Author { by: self.number(attribute::BY)?, at: Time(self.number(attribute::AT)?) })
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.0.get(name)?.as_n().ok()?.parse().ok()
    }
}

/// The same item of an entity that `author` writes.
pub(super) fn written_by(mut item: Attributes, Author { by, at: Time(at) }: Author) -> Attributes {
    for (name, number) in [(attribute::BY, by), (attribute::AT, at)] {
        item.insert(name.to_owned(), AttributeValue::N(number.to_string()));
    }
    item
}

pub(super) fn encode<T: Serialize>(
    key: &Key,
    revision: u32,
    value: &T,
    time_to_live: Option<i64>,
) -> Result<Attributes> {
    let document: AttributeValue = serde_dynamo::to_attribute_value(value).map_err(Error::internal)?;
    let mut item = key.attributes();
    item.insert(attribute::REVISION.to_owned(), AttributeValue::N(revision.to_string()));
    item.insert(attribute::DOCUMENT.to_owned(), document);
    if let Some(epoch) = time_to_live {
        item.insert(attribute::TIME_TO_LIVE.to_owned(), AttributeValue::N(epoch.to_string()));
    }
    Ok(item)
}

/// The attribute of an entity that tells its index version, if it is not 0.
pub(super) fn index_version(version: u32) -> Option<(String, AttributeValue)> {
    (version > 0).then(|| (attribute::INDEX_VERSION.to_owned(), AttributeValue::N(version.to_string())))
}

impl Key {
    /// The key of an item.
    pub(super) fn of(item: &Attributes) -> Option<Self> {
        let text = |name| item.get(name).and_then(|v| v.as_s().ok()).cloned();
        Some(Self { p: text("p")?, s: text("s")? })
    }

    pub(super) fn attributes(&self) -> Attributes {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        HashMap::from([("p".to_owned(), text(&self.p)), ("s".to_owned(), text(&self.s))])
    }
}
