//! Listings: named, ordered sets of points behind every list and total.

use super::key::Key;
use super::meter::Units;
use super::{Store, failure};
use crate::Result;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use futures_util::future::try_join_all;

/// The name of an ordered set of points.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Listing(&'static str);

impl Listing {
    /// The listing of this name; names have no user text in them.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    pub(super) fn name(&self) -> &str {
        self.0
    }
}

/// A place in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// What the listing is ordered by: seconds of the wall clock, or an id.
    pub score: u32,
    /// The record that stands there; orders those of one score.
    pub id: u32,
}

/// Which end of a listing comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Lowest score first, then lowest id.
    Ascending,
    /// Highest score first, then highest id.
    Descending,
}

impl Store {
    /// The exact total of the union of `listings` (of which no two share a point), and the ids on one page of
    /// it: `count` of them after the first `offset`.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn page(
        &self,
        listings: &[Listing],
        order: Order,
        offset: u64,
        count: u32,
    ) -> Result<(u64, Vec<u32>)> {
        let entries = try_join_all(listings.iter().map(|listing| self.entries(listing))).await?;
        let mut points: Vec<Point> = entries.into_iter().flatten().collect();
        points.sort_unstable();
        if order == Order::Descending {
            points.reverse();
        }
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let ids = points.iter().skip(skip).take(count as usize).map(|point| point.id).collect();
        Ok((points.len() as u64, ids))
    }

    async fn entries(&self, listing: &Listing) -> Result<Vec<Point>> {
        let mut points = Vec::new();
        let mut from = None;
        loop {
            let begun = self.meter.begin();
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("p = :p")
                .expression_attribute_values(":p", AttributeValue::S(Key::entries(listing)))
                .set_exclusive_start_key(from)
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            self.meter.end(begun, Units::Read, answer.consumed_capacity());
            let entries = answer.items().iter().filter_map(|item| item.get("s")?.as_s().ok());
            points.extend(entries.filter_map(|s| parse(s)));
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(points);
            }
        }
    }
}

fn parse(sort_key: &str) -> Option<Point> {
    let (score, id) = sort_key.split_at_checked(8)?;
    Some(Point { score: u32::from_str_radix(score, 16).ok()?, id: u32::from_str_radix(id, 16).ok()? })
}
