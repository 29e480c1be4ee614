//! Totals, pages and minima.

use super::node::Level;
use super::window::{Piece, Window, cover};
use super::{Levels, Listing, Order, Point, Position};
use crate::store::key::Key;
use crate::store::meter::Units;
use crate::store::record::{Attributes, attribute};
use crate::store::{Store, failure};
use crate::{Error, Result};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use futures_util::future::{try_join, try_join_all};
use std::collections::BTreeMap;

/// At most so many points are skipped by reading them; where more are to be skipped within a slot it is looked at more
/// finely, if the listing has a finer level. Some 250 entries are 2 RCU, as much as the finer slots are.
pub(in crate::store) const SKIP: u64 = 256;

/// How many points, and the sum of their weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// The number of points.
    pub count: u64,
    /// The sum of their weights.
    pub sum: i128,
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// How many points there are in the window.
    pub total: u64,
    /// The points on this page, in order.
    pub points: Vec<Point>,
}

impl Page {
    /// The ids on this page, in order.
    pub fn ids(&self) -> Vec<u32> {
        self.points.iter().map(|point| point.id).collect()
    }
}

/// Neighbouring positions with their total, and the levels that could tell more.
#[derive(Debug, Clone, Copy)]
struct Segment {
    first: Position,
    last: Position,
    count: i128,
    sum: i128,
    finer: &'static [Level],
}

impl Store {
    /// How many points of the union of `listings` are in `window`, and the sum of their weights. No two of the
    /// listings may share a point. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn total(&self, listings: &[Listing], window: Window) -> Result<Total> {
        let segments = self.segments(listings, window).await?;
        Ok(Total { count: count(&segments), sum: segments.iter().map(|segment| segment.sum).sum() })
    }

    /// The points of the union of `listings` in `window` that come after the first `skip`, at most `take` of them,
    /// and the exact total. No two of the listings may share a point. At most four round trips.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn page(
        &self,
        listings: &[Listing],
        window: Window,
        order: Order,
        skip: u64,
        take: u32,
    ) -> Result<Page> {
        let (first, last) = window.positions();
        let mut segments = self.segments(listings, window).await?;
        let total = count(&segments);
        if skip >= total || take == 0 {
            return Ok(Page { total, points: Vec::new() });
        }
        // The segment in which the page begins, ever smaller, and how many are to be skipped in it.
        let mut skip = skip;
        let mut begin = None;
        while let Some((segment, left)) = find(&segments, order, skip) {
            (begin, skip) = (Some(segment), left);
            let Some((level, finer)) = segment.finer.split_first() else { break };
            if skip <= self.skip {
                break;
            }
            let (from, to) = (level.slot(segment.first), level.slot(segment.last));
            let slots = Piece::Slots { level: *level, finer, first: from, last: to };
            segments = self.pieces(listings, vec![slots]).await?;
        }
        let (first, last) = match (begin, order) {
            (Some(segment), Order::Ascending) => (segment.first, last),
            (Some(segment), Order::Descending) => (first, segment.last),
            (None, _) => (first, last),
        };
        let limit = skip.saturating_add(u64::from(take));
        let read = |listing| {
            let store = self.branch();
            async move { store.entries(listing, first, last, order, Some(limit)).await }
        };
        let mut points: Vec<_> =
            try_join_all(listings.iter().map(read)).await?.into_iter().flatten().collect();
        self.meter.join();
        points.sort_unstable_by_key(|point| point.position());
        if order == Order::Descending {
            points.reverse();
        }
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        Ok(Page { total, points: points.into_iter().skip(skip).take(take as usize).collect() })
    }

    /// The first point of the union of `listings`, none of them late, in `window`. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn first(&self, listings: &[Listing], window: Window, order: Order) -> Result<Option<Point>> {
        let (first, last) = window.positions();
        let read = |listing| self.entries(listing, first, last, order, Some(1));
        let points = try_join_all(listings.iter().map(read)).await?.into_iter().flatten();
        Ok(match order {
            Order::Ascending => points.min_by_key(|point| point.position()),
            Order::Descending => points.max_by_key(|point| point.position()),
        })
    }

    /// The window, cut into segments. What is still to be done for a late listing is looked for at the same time;
    /// where there is something, it is done and the window read again.
    async fn segments(&self, listings: &[Listing], window: Window) -> Result<Vec<Segment>> {
        let (first, last) = window.positions();
        let read = || self.pieces(listings, cover(common_levels(listings), first, last));
        if !listings.iter().any(Listing::is_late) {
            return read().await;
        }
        let (segments, finished) = try_join(read(), self.finish_for(listings)).await?;
        if finished { read().await } else { Ok(segments) }
    }

    /// The segments of `pieces` that have points, in ascending order. All queries are sent at once.
    async fn pieces(&self, listings: &[Listing], pieces: Vec<Piece>) -> Result<Vec<Segment>> {
        let pairs = listings.iter().flat_map(|listing| pieces.iter().map(move |piece| (listing, *piece)));
        let read = |(listing, piece)| {
            let store = self.branch();
            async move { store.piece(listing, piece).await }
        };
        let found = try_join_all(pairs.map(read)).await?;
        self.meter.join();
        // Slots have the same borders in every listing, so that those of a union add up.
        let mut segments: BTreeMap<Position, Segment> = BTreeMap::new();
        for segment in found.into_iter().flatten() {
            segments
                .entry(segment.first)
                .and_modify(|sum| {
                    sum.count += segment.count;
                    sum.sum += segment.sum;
                })
                .or_insert(segment);
        }
        Ok(segments.into_values().filter(|segment| segment.count != 0).collect())
    }

    async fn piece(&self, listing: &Listing, piece: Piece) -> Result<Vec<Segment>> {
        match piece {
            Piece::Entries(first, last) => {
                let points = self.entries(listing, first, last, Order::Ascending, None).await?;
                let sum = points.iter().map(|point| i128::from(point.weight)).sum();
                Ok(vec![Segment { first, last, count: points.len() as i128, sum, finer: &[] }])
            }
            Piece::Slots { level, finer, first, last } => {
                // `~` comes after every shard.
                let (from, to) = (level.node(first), format!("{}~", level.node(last)));
                let nodes = self.query(Key::nodes(listing), from, to, Order::Ascending, None).await?;
                let mut segments = Vec::new();
                for node in &nodes {
                    let key =
                        node.get("s").and_then(|s| s.as_s().ok()).map(String::as_str).unwrap_or_default();
                    for (name, value) in node {
                        let Some(slot) =
                            level.slot_of(key, name).filter(|slot| (first..=last).contains(slot))
                        else {
                            continue;
                        };
                        let weight = node.get(&format!("w{name}"));
                        segments.push(Segment {
                            first: level.first(slot),
                            last: level.last(slot),
                            count: number(value)?,
                            sum: weight.map(number).transpose()?.unwrap_or(0),
                            finer,
                        });
                    }
                }
                Ok(segments)
            }
        }
    }

    async fn entries(
        &self,
        listing: &Listing,
        first: Position,
        last: Position,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Point>> {
        let (from, to) = (format!("{first:016x}"), format!("{last:016x}"));
        let items = self.query(Key::entries(listing), from, to, order, limit).await?;
        items.iter().map(point).collect()
    }

    /// The items of a partition with sort keys in a range, at most `limit` of them.
    pub(in crate::store) async fn query(
        &self,
        partition: String,
        from: String,
        to: String,
        order: Order,
        limit: Option<u64>,
    ) -> Result<Vec<Attributes>> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let left = limit.map(|limit| limit.saturating_sub(items.len() as u64));
            let begun = self.meter.begin();
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("p = :p AND s BETWEEN :from AND :to")
                .expression_attribute_values(":p", AttributeValue::S(partition.clone()))
                .expression_attribute_values(":from", AttributeValue::S(from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(to.clone()))
                .scan_index_forward(order == Order::Ascending)
                .set_limit(left.map(|left| i32::try_from(left).unwrap_or(i32::MAX)))
                .set_exclusive_start_key(start)
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            self.meter.end(begun, Units::Read, answer.consumed_capacity());
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() || limit.is_some_and(|limit| items.len() as u64 >= limit) {
                return Ok(items);
            }
        }
    }
}

/// The levels that all of the listings have.
fn common_levels(listings: &[Listing]) -> &'static [Level] {
    listings.iter().map(|listing| listing.levels).min().unwrap_or(Levels::Coarse).all()
}

fn count(segments: &[Segment]) -> u64 {
    let total: i128 = segments.iter().map(|segment| segment.count).sum();
    u64::try_from(total).unwrap_or(0)
}

/// The segment in which the point after the first `skip` stands, and how many are to be skipped within it.
fn find(segments: &[Segment], order: Order, skip: u64) -> Option<(Segment, u64)> {
    let mut skip = i128::from(skip);
    let mut visit = |segment: &Segment| {
        let here = skip < segment.count;
        if !here {
            skip -= segment.count;
        }
        here
    };
    let found = match order {
        Order::Ascending => segments.iter().find(|segment| visit(segment)),
        Order::Descending => segments.iter().rev().find(|segment| visit(segment)),
    }?;
    Some((*found, u64::try_from(skip).unwrap_or(0)))
}

/// The point that an entry stands for.
pub(in crate::store) fn point(entry: &Attributes) -> Result<Point> {
    let key = entry.get("s").and_then(|s| s.as_s().ok());
    let position = key.and_then(|key| u64::from_str_radix(key, 16).ok());
    let weight = entry.get(attribute::WEIGHT).map(number).transpose()?.unwrap_or(0);
    let weight = i64::try_from(weight).map_err(Error::internal)?;
    position
        .map(|position| Point::at(position, weight))
        .ok_or_else(|| Error::internal("an entry has no position"))
}

/// The integer in a counter or a weight.
pub(in crate::store) fn number(value: &AttributeValue) -> Result<i128> {
    let number = value.as_n().ok().and_then(|number| number.parse().ok());
    number.ok_or_else(|| Error::internal("a counter is no integer"))
}
