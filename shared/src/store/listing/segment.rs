//! Segments: neighbouring positions with their totals, read from counters.

use super::node::{Level, number};
use super::window::{Piece, Window, cover};
use super::{Levels, Listing, Order, Position};
use crate::Result;
use crate::store::key::Key;
use crate::store::record::Attributes;
use crate::store::table::Store;
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

/// How many points, and the sum of their weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// The number of points.
    pub count: u64,
    /// The sum of their weights.
    pub sum: i128,
}

/// Neighbouring positions with their total, and the levels that count them more finely.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub first: Position,
    pub last: Position,
    pub count: i128,
    pub sum: i128,
    pub finer: &'static [Level],
}

impl Segment {
    /// How many points there are after the first `skip`.
    pub fn after(self, skip: u64) -> u64 {
        u64::try_from(self.count).unwrap_or(0).saturating_sub(skip)
    }
}

impl Store {
    /// How many points of the union of `listings` are in `window`, and the sum of their weights. A point that
    /// several listings share counts once for each. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn total(&self, listings: &[Listing], window: Window) -> Result<Total> {
        let read = |store: Self| async move { Ok(total(&store.segments(listings, window).await?)) };
        self.with_deferred(listings, read).await
    }

    /// The window, cut into segments.
    pub(super) async fn segments(&self, listings: &[Listing], window: Window) -> Result<Vec<Segment>> {
        let (first, last) = window.positions();
        self.pieces(listings, cover(common_levels(listings), first, last)).await
    }

    /// The segments of `pieces` that have points, in ascending order. All queries are sent at once.
    pub(super) async fn pieces(&self, listings: &[Listing], pieces: Vec<Piece>) -> Result<Vec<Segment>> {
        let pairs = listings.iter().flat_map(|listing| pieces.iter().map(move |piece| (listing, *piece)));
        let read = |(listing, piece)| {
            let store = self.branch();
            async move { store.piece(listing, piece).await }
        };
        let found = try_join_all(pairs.map(read)).await?;
        self.meter.join();
        // Slots have the same borders in every listing, so the slots of a union add up. So do shards, and nodes of several
        // years that count in one slot.
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
                let entries = self.entries(listing, first, last, Order::Ascending, None).await?;
                let sum = entries.iter().map(|entry| i128::from(entry.point.weight)).sum();
                Ok(vec![Segment { first, last, count: entries.len() as i128, sum, finer: &[] }])
            }
            Piece::Slots { level, finer, first, last } => {
                let (from, to) = level.nodes(first, last);
                let counted = |node: Attributes| {
                    let mut segments = Vec::new();
                    let key =
                        node.get("s").and_then(|s| s.as_s().ok()).map(String::as_str).unwrap_or_default();
                    for (name, value) in &node {
                        let Some((slot, is_sum)) =
                            level.counted(key, name).filter(|(slot, _)| (first..=last).contains(slot))
                        else {
                            continue;
                        };
                        // A shard may have a sum without a count: where only a weight was changed.
                        let number = number(value)?;
                        let (count, sum) = if is_sum { (0, number) } else { (number, 0) };
                        segments.push(Segment {
                            first: level.first(slot),
                            last: level.last(slot),
                            count,
                            sum,
                            finer,
                        });
                    }
                    Ok(segments)
                };
                let nodes =
                    self.query(Key::nodes(listing.name()), from, to, Order::Ascending, None, counted).await?;
                let mut segments = nodes.concat();
                let deferred = self.overlay.between(listing, level.first(first), level.last(last));
                segments.extend(deferred.map(|change| {
                    let slot = level.slot(change.point.position());
                    let (count, sum) = change.totals();
                    Segment { first: level.first(slot), last: level.last(slot), count, sum, finer }
                }));
                Ok(segments)
            }
        }
    }
}

/// The levels that all of the listings have.
fn common_levels(listings: &[Listing]) -> &'static [Level] {
    listings.iter().map(|listing| listing.levels()).min().unwrap_or(Levels::Uncounted).all()
}

pub(super) fn total(segments: &[Segment]) -> Total {
    let count: i128 = segments.iter().map(|segment| segment.count).sum();
    Total { count: u64::try_from(count).unwrap_or(0), sum: segments.iter().map(|segment| segment.sum).sum() }
}
