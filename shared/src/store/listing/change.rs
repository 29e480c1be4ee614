//! Changes of listings, and the actions of a transaction that make them.

use super::{Deltas, EntryContent, Levels, Listing, PickedShards, Point};
use crate::Result;
use crate::store::action::{Action, addition};
use crate::store::key::Key;
use crate::store::record::attribute;
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A change of one point of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct ListingChange {
    pub listing: Listing,
    pub point: Point,
    pub change: PointChange,
    /// The projection that the entry carries from now on, in a projected listing.
    pub projection: Option<Arc<str>>,
}

impl ListingChange {
    /// The order in which a deferred write makes changes: those of one listing side by side.
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |change: &Self| (change.point, change.change);
        self.listing.cmp(&other.listing).then(key(self).cmp(&key(other)))
    }
}

/// What happens to a point. Deferred writes that are stored know the changes by older names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(in crate::store) enum PointChange {
    /// The point is taken out.
    #[serde(rename = "Goes")]
    Remove,
    /// The point is new.
    #[serde(rename = "Comes")]
    Add,
    /// The point stays; its entry gets another projection.
    #[serde(rename = "Stays")]
    Update,
}

impl PointChange {
    /// What it adds to counters, in points.
    pub fn count(self) -> i128 {
        match self {
            Self::Remove => -1,
            Self::Add => 1,
            Self::Update => 0,
        }
    }
}

/// The actions that make `changes`: entries, and nodes on the shards that were picked.
pub(in crate::store) fn actions(
    changes: &[ListingChange],
    picked: &PickedShards,
    table: &str,
) -> Result<Vec<TransactWriteItem>> {
    let mut items = Vec::new();
    let put: HashSet<Key> = changes
        .iter()
        .filter(|change| change.change != PointChange::Remove)
        .map(|change| change.listing.entry(change.point))
        .collect();
    for ListingChange { listing, point, change, projection } in changes {
        let key = listing.entry(*point);
        let action = match change {
            PointChange::Add | PointChange::Update => {
                Action::put(EntryContent::new(listing, *point, projection.as_deref()).item(&key))
            }
            // Only the weight changes: the new entry overwrites the old one.
            PointChange::Remove if put.contains(&key) => continue,
            PointChange::Remove => Action::delete(key),
        };
        items.push(action.item(table)?);
    }
    for (listing, node, mut counters) in deltas(changes).into_nodes() {
        let shard = picked.shard(&listing);
        if shard > 0 {
            counters.insert(attribute::SHARD_REVISION.to_owned(), 1);
        }
        items.push(addition(&Key::node(&listing, &node, shard), counters, table)?);
    }
    Ok(items)
}

/// The nodes that `changes` add to, as listing name and sort key without the shard, with the additions.
pub(in crate::store) fn deltas(changes: &[ListingChange]) -> Deltas {
    let mut anchors: HashMap<&Listing, u64> = HashMap::new();
    for ListingChange { listing, point, .. } in changes {
        let anchor = anchors.entry(listing).or_default();
        *anchor = point.position().max(*anchor);
    }
    let mut deltas = Deltas::default();
    for ListingChange { listing, point, change, .. } in changes {
        let anchor = anchors.get(listing).copied().unwrap_or_default();
        deltas.add(listing, *point, anchor, change.count());
    }
    deltas
}

/// The most actions that [`actions`] makes of these changes, which are sorted by listing. An entry removed and added at one
/// position is one action. Each change may touch a node of every level, but all changes of a moving listing touch one node.
pub(in crate::store) fn most_actions(changes: &[ListingChange]) -> usize {
    let of_one = |run: &[ListingChange]| {
        let levels = run.first().map(|change| change.listing.levels());
        let nodes = levels.map_or(0, |levels| levels.all().len());
        let entries = run.iter().map(|change| change.point.position()).collect::<BTreeSet<_>>().len();
        match levels {
            Some(Levels::Moving) => entries + nodes,
            _ => entries + run.len() * nodes,
        }
    };
    changes.chunk_by(|a, b| a.listing == b.listing).map(of_one).sum()
}
