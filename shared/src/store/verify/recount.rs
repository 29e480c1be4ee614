//! What the entities call for and what is there, side by side.

use super::difference::{Collision, Difference, Mismatch, Sides};
use super::entity_type::{Derived, EntityType};
use crate::Result;
use crate::store::entity::Holders;
use crate::store::key::{ItemType, Key};
use crate::store::listing::{
    EntryContent, Listing, ListingChange, Point, counters, deltas, number, own_node,
};
use crate::store::record::{Attributes, Raw, attribute};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// The two sides of a recount.
pub struct Recount<'a> {
    types: &'a [EntityType],
    /// Entries whose sides are not equal, or not yet.
    entries: BTreeMap<SharedKey, Sides<Option<EntryContent>>>,
    /// Counters: the sum over all shards of a node, and over all nodes that count in the slot.
    counters: BTreeMap<(SharedKey, Arc<str>), Sides<i128>>,
    guards: BTreeMap<Key, GuardSides>,
    /// Entries that a deferred write will put or delete, whatever there is now.
    overwritten: HashSet<Key>,
    /// The nodes that deferred writes add to, by their first shards, and those writes.
    awaited: HashMap<Key, Key>,
    unreadable: Vec<Difference>,
    /// The versions of an entity, as long as a scan may come to more of them: items of a partition come one after the other.
    versions: Vec<(Key, Raw)>,
    /// Entities that were written with another index version.
    outdated: Vec<Difference>,
    names: HashSet<Arc<str>>,
}

#[derive(Default)]
struct GuardSides {
    holders: Sides<Vec<u32>>,
    is_shared: bool,
    /// The tag of the entities that have the value.
    tag: &'static str,
    /// Entities that have no such value any more, and may be named all the same.
    given_up: Vec<u32>,
}

/// A key whose partition is kept in memory once for all keys that have it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SharedKey {
    p: Arc<str>,
    s: Box<str>,
}

impl From<SharedKey> for Key {
    fn from(SharedKey { p, s }: SharedKey) -> Self {
        Self { p: p.to_string(), s: s.into() }
    }
}

impl<'a> Recount<'a> {
    /// A recount of nothing yet, in a table with these kinds of entity.
    pub fn new(types: &'a [EntityType]) -> Self {
        Self {
            types,
            entries: BTreeMap::new(),
            counters: BTreeMap::new(),
            guards: BTreeMap::new(),
            overwritten: HashSet::new(),
            awaited: HashMap::new(),
            unreadable: Vec::new(),
            versions: Vec::new(),
            outdated: Vec::new(),
            names: HashSet::new(),
        }
    }

    /// Counts the changes of a deferred write that are left as if they were made.
    pub fn add_deferred(&mut self, key: Key, left: Result<Vec<ListingChange>>) {
        let changes = match left {
            Ok(changes) => changes,
            Err(error) => {
                let mismatch = Mismatch::UnreadableDeferred(error.to_string());
                return self.unreadable.push(Difference { key, mismatch });
            }
        };
        for (listing, node, _) in deltas(&changes).into_nodes() {
            self.awaited.insert(Key::node(&listing, &node, 0), key.clone());
        }
        for change in &changes {
            let (listing, point) = (&change.listing, change.point);
            let key = listing.entry(point);
            self.overwritten.insert(key.clone());
            if let Some(content) = change.content() {
                self.entry(key, |sides| sides.found = Some(content.clone()));
            }
            for (node, attribute, amount) in counters(listing, point, point.position()) {
                let found = &mut self.counter(Key::node(listing.name(), &node, 0), &attribute).found;
                *found += change.change.count() * amount;
            }
        }
    }

    /// Adds an item of the table: an entity to the side that calls for items, anything else to the other side.
    pub fn add(&mut self, raw: Raw) {
        let Some(key) = raw.key() else { return };
        if self.versions.last().is_some_and(|(last, _)| last.p != key.p) {
            self.finish_history();
        }
        let added = match key.item_type() {
            ItemType::Version(tag, _) if self.entity_type(tag).is_some() => {
                self.versions.push((key.clone(), raw));
                Ok(())
            }
            ItemType::Entity(tag, id) => match self.entity_type(tag) {
                Some(kind) => {
                    self.versions.push((key.clone(), Raw(raw.0.clone())));
                    (kind.derive)(id, raw).map(|derived| self.expect(kind.kind.tag(), &key, derived))
                }
                None => Ok(()),
            },
            ItemType::Entry => self.find_entry(key.clone(), raw.0),
            ItemType::Node => self.find_node(&key, &raw.0),
            ItemType::Guard => raw
                .decode::<Holders>()
                .map(|holders| self.guard(key.clone()).holders.found = holders.value.ids),
            ItemType::Version(..) | ItemType::Other => Ok(()),
        };
        if let Err(error) = added {
            if let Some(deferred) = self.awaited.get(&key.clone().first_shard()) {
                let mismatch = Mismatch::StuckDeferred(key.clone());
                self.unreadable.push(Difference { key: deferred.clone(), mismatch });
            }
            self.unreadable.push(Difference { key, mismatch: Mismatch::Unreadable(error.to_string()) });
        }
    }

    /// Counts what follows from the versions of an entity, all of which are added.
    pub fn finish_history(&mut self) {
        let versions = std::mem::take(&mut self.versions);
        let Some((key, _)) = versions.last() else { return };
        let key = key.clone();
        let (ItemType::Entity(tag, id) | ItemType::Version(tag, id)) = key.item_type() else { return };
        let Some(kind) = self.entity_type(tag) else { return };
        match (kind.derive_history)(id, versions.into_iter().map(|(_, raw)| raw).collect()) {
            Ok(entries) => entries.into_iter().for_each(|entry| {
                self.expect_entry(&entry.listing, entry.point, entry.projection.as_deref());
            }),
            Err(error) => {
                self.unreadable.push(Difference { key, mismatch: Mismatch::Unreadable(error.to_string()) });
            }
        }
    }

    fn entity_type(&self, tag: &str) -> Option<&'a EntityType> {
        self.types.iter().find(|kind| kind.kind.tag() == tag)
    }

    /// The values that belong to one entity and that several have.
    pub fn collisions(&self) -> Vec<Collision> {
        let several =
            self.guards.iter().filter(|(_, guard)| !guard.is_shared && guard.holders.expected.len() > 1);
        let collision = |(key, guard): (&Key, &GuardSides)| {
            let mut ids = guard.holders.expected.clone();
            ids.sort_unstable();
            Collision { tag: guard.tag, ids, value: key.unique_value().unwrap_or_default() }
        };
        several.map(collision).collect()
    }

    /// The places where the sides are not equal.
    pub fn differences(self) -> Vec<Difference> {
        let entries = self
            .entries
            .into_iter()
            .map(|(key, sides)| Difference { key: key.into(), mismatch: Mismatch::Entry(sides) });
        let counters = self.counters.into_iter().filter(|(_, sides)| sides.expected != sides.found).map(
            |((key, name), sides)| Difference {
                key: key.into(),
                mismatch: Mismatch::Counter(name.to_string(), sides),
            },
        );
        let guards = self.guards.into_iter().filter_map(|(key, guard)| {
            let GuardSides { holders: mut sides, given_up, .. } = guard;
            sides.expected.sort_unstable();
            sides.found.sort_unstable();
            let is_kept = sides.expected.is_empty() && sides.found.iter().all(|id| given_up.contains(id));
            let differs = sides.expected != sides.found && !is_kept;
            differs.then(|| Difference { key, mismatch: Mismatch::Guard(sides.clone()) })
        });
        // The index versions come last: they say that all the rest is mended.
        self.unreadable
            .into_iter()
            .chain(entries)
            .chain(counters)
            .chain(guards)
            .chain(self.outdated)
            .collect()
    }

    fn expect(&mut self, tag: &'static str, key: &Key, derived: Derived) {
        let Derived { id, points, projections, index_version, values, given_up } = derived;
        if index_version.expected != index_version.found {
            self.outdated
                .push(Difference { key: key.clone(), mismatch: Mismatch::IndexVersion(index_version) });
        }
        for (listing, point) in points {
            let projection = projections.of_listing(&listing).map(AsRef::as_ref);
            self.expect_entry(&listing, point, projection);
        }
        for value in values {
            let guard = self.guard(value.key());
            guard.holders.expected.push(id);
            guard.is_shared = value.unique.is_shared();
            guard.tag = tag;
        }
        for value in given_up {
            self.guard(value.key()).given_up.push(id);
        }
    }

    fn expect_entry(&mut self, listing: &Listing, point: Point, projection: Option<&str>) {
        let content = EntryContent::new(listing, point, projection);
        self.entry(listing.entry(point), |sides| sides.expected = Some(content.clone()));
        for (node, attribute, amount) in counters(listing, point, point.position()) {
            self.counter(Key::node(listing.name(), &node, 0), &attribute).expected += amount;
        }
    }

    fn find_entry(&mut self, key: Key, mut item: Attributes) -> Result<()> {
        if self.overwritten.contains(&key) {
            return Ok(());
        }
        let content = EntryContent::take(&mut item)?;
        self.entry(key, |sides| sides.found = Some(content.clone()));
        Ok(())
    }

    fn find_node(&mut self, key: &Key, item: &Attributes) -> Result<()> {
        let attributes = key.attributes();
        let is_counter = |name: &str| !attributes.contains_key(name) && name != attribute::SHARD_REVISION;
        for (name, value) in item.iter().filter(|(name, _)| is_counter(name)) {
            let place = match own_node(&key.s, name) {
                Some(node) => Key { p: key.p.clone(), s: format!("{node}.0") },
                None => key.clone().first_shard(),
            };
            self.counter(place, name).found += number(value)?;
        }
        Ok(())
    }

    fn entry(&mut self, key: Key, set: impl Fn(&mut Sides<Option<EntryContent>>)) {
        let key = self.shared(key);
        let mut sides = self.entries.remove(&key).unwrap_or_default();
        set(&mut sides);
        if sides.expected != sides.found {
            self.entries.insert(key, sides);
        }
    }

    fn counter(&mut self, node: Key, attribute: &str) -> &mut Sides<i128> {
        let counter = (self.shared(node), self.name(attribute));
        self.counters.entry(counter).or_default()
    }

    fn guard(&mut self, key: Key) -> &mut GuardSides {
        self.guards.entry(key).or_default()
    }

    fn shared(&mut self, key: Key) -> SharedKey {
        SharedKey { p: self.name(&key.p), s: key.s.into() }
    }

    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(name) = self.names.get(name) {
            return Arc::clone(name);
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }
}
