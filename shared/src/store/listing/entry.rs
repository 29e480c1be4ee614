//! Entries: one item for each point of a listing.

use super::node::number;
use super::{Listing, Point};
use crate::store::key::Key;
use crate::store::record::{Attributes, attribute};
use crate::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;

/// A point as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its position, and the record's id.
    pub point: Point,
    /// Its group, in a listing of groups.
    pub group: Option<u32>,
    /// The record's projection, in a projected listing, unless it is too long.
    pub projection: Option<String>,
}

impl Entry {
    /// The entry that an item is.
    pub(super) fn of_item(mut item: Attributes) -> Result<Self> {
        let key = item.get("s").and_then(|s| s.as_s().ok());
        let position = key.and_then(|key| u64::from_str_radix(key, 16).ok());
        let position = position.ok_or_else(|| Error::internal("an entry has no position"))?;
        let EntryContent { weight, group, projection } = EntryContent::take(&mut item)?;
        Ok(Self { point: Point::at(position, weight), group, projection })
    }
}

/// The attributes of an entry beside its keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::store) struct EntryContent {
    pub weight: i64,
    pub group: Option<u32>,
    pub projection: Option<String>,
}

impl EntryContent {
    /// The content that the entry of a point is to have.
    pub fn new(listing: &Listing, point: Point, projection: Option<&str>) -> Self {
        let projection = projection.filter(|_| listing.is_projected()).map(str::to_owned);
        Self { weight: point.weight, group: listing.group(), projection }
    }

    /// The content of an item, which loses its projection.
    pub fn take(item: &mut Attributes) -> Result<Self> {
        let integer = |name| item.get(name).map(number).transpose();
        let weight = integer(attribute::WEIGHT)?.unwrap_or(0).try_into().map_err(Error::internal)?;
        let group = integer(attribute::GROUP)?.map(u32::try_from).transpose().map_err(Error::internal)?;
        let projection = item.remove(attribute::PROJECTION).and_then(|projection| match projection {
            AttributeValue::S(text) => Some(text),
            _ => None,
        });
        Ok(Self { weight, group, projection })
    }

    /// The item under `key`.
    pub fn item(self, key: &Key) -> Attributes {
        let Self { weight, group, projection } = self;
        let mut item = key.attributes();
        let weight = (weight != 0).then(|| (attribute::WEIGHT, AttributeValue::N(weight.to_string())));
        let group = group.map(|group| (attribute::GROUP, AttributeValue::N(group.to_string())));
        let projection = projection.map(|text| (attribute::PROJECTION, AttributeValue::S(text)));
        let content = [weight, group, projection].into_iter().flatten();
        item.extend(content.map(|(name, value)| (name.to_owned(), value)));
        item
    }
}
