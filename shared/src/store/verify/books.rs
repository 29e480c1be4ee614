//! What the entities call for and what is there, side by side.

use super::difference::{Difference, Said, Sides, What};
use super::{Document, Index};
use crate::Result;
use crate::store::entity::Holders;
use crate::store::key::{Item, Key, Kind};
use crate::store::listing::{beside_the_point, counters, number, own_node};
use crate::store::record::{Attributes, Raw};
use crate::store::write::{Motion, PointChange};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The two sides of a recount.
#[derive(Default)]
pub struct Books {
    /// Entries by what they say; only those whose sides are not equal, or not yet.
    entries: BTreeMap<Place, Sides<Option<Said>>>,
    /// Counters, all shards of a node together, and those of a slot wherever they stand.
    counters: BTreeMap<(Place, Arc<str>), Sides<i128>>,
    guards: BTreeMap<Key, Sides<Vec<u32>>>,
    /// Entries that a change still to be made will put or delete, whatever there is now.
    overwritten: HashSet<Key>,
    unreadable: Vec<Difference>,
    names: HashSet<Arc<str>>,
}

/// A key that shares the name of its listing with the others in it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    p: Arc<str>,
    s: Box<str>,
}

impl From<Place> for Key {
    fn from(Place { p, s }: Place) -> Self {
        Self { p: p.to_string(), s: s.into() }
    }
}

impl Books {
    /// Enters what is found in the table as if these changes had been made.
    pub fn finish(&mut self, changes: &[PointChange]) {
        for PointChange { listing, point, motion, covering } in changes {
            let key = Key::entry(listing, *point);
            self.overwritten.insert(key.clone());
            if *motion != Motion::Goes {
                let said = Said { weight: point.weight, covering: covering.as_deref().map(str::to_owned) };
                self.entry(key, |sides| sides.found = Some(said.clone()));
            }
            for (node, attribute, amount) in counters(listing, *point, point.position()) {
                let found = &mut self.counter(Key::node(listing.name(), &node, 0), &attribute).found;
                *found += motion.count() * amount;
            }
        }
    }

    /// Enters an item of the table: an entity on the one side, what should follow from entities on the other.
    pub fn enter(&mut self, raw: Raw, index: impl Fn(Kind, Document) -> Result<Index>) {
        let Some(key) = raw.key() else { return };
        let entered = match key.item() {
            Item::Entity(kind, id) => index(kind, Document { id, raw }).map(|index| self.expect(index)),
            Item::Entry => self.find_entry(key.clone(), raw.0),
            Item::Node => self.find_node(&key, &raw.0),
            Item::Guard => {
                raw.decode::<Holders>().map(|holders| self.guard(key.clone()).found = holders.value.ids)
            }
            Item::Other => Ok(()),
        };
        if let Err(error) = entered {
            self.unreadable.push(Difference { key, what: What::Unreadable(error.to_string()) });
        }
    }

    /// Where the sides are not equal.
    pub fn close(self) -> Vec<Difference> {
        let entries = self
            .entries
            .into_iter()
            .map(|(place, sides)| Difference { key: place.into(), what: What::Entry(sides) });
        let counters = self.counters.into_iter().filter(|(_, sides)| sides.expected != sides.found).map(
            |((place, name), sides)| Difference {
                key: place.into(),
                what: What::Counter(name.to_string(), sides),
            },
        );
        let guards = self.guards.into_iter().filter_map(|(key, mut sides)| {
            sides.expected.sort_unstable();
            sides.found.sort_unstable();
            (sides.expected != sides.found).then_some(Difference { key, what: What::Guard(sides) })
        });
        self.unreadable.into_iter().chain(entries).chain(counters).chain(guards).collect()
    }

    fn expect(&mut self, Index { id, points, guards, covering }: Index) {
        for (listing, point) in points {
            let covering = covering.clone().filter(|_| listing.is_covered());
            let said = Said { weight: point.weight, covering };
            self.entry(Key::entry(&listing, point), |sides| sides.expected = Some(said.clone()));
            for (node, attribute, amount) in counters(&listing, point, point.position()) {
                self.counter(Key::node(listing.name(), &node, 0), &attribute).expected += amount;
            }
        }
        for key in guards {
            self.guard(key).expected.push(id);
        }
    }

    fn find_entry(&mut self, key: Key, mut item: Attributes) -> Result<()> {
        if self.overwritten.contains(&key) {
            return Ok(());
        }
        let (weight, covering) = beside_the_point(&mut item)?;
        let said = Said { weight, covering };
        self.entry(key, |sides| sides.found = Some(said.clone()));
        Ok(())
    }

    fn find_node(&mut self, key: &Key, item: &Attributes) -> Result<()> {
        let attributes = key.attributes();
        for (name, value) in item.iter().filter(|(name, _)| !attributes.contains_key(*name)) {
            let place = match own_node(&key.s, name) {
                Some(node) => Key { p: key.p.clone(), s: format!("{node}.0") },
                None => key.clone().first_shard(),
            };
            self.counter(place, name).found += number(value)?;
        }
        Ok(())
    }

    fn entry(&mut self, key: Key, set: impl Fn(&mut Sides<Option<Said>>)) {
        let place = self.place(key);
        let mut sides = self.entries.remove(&place).unwrap_or_default();
        set(&mut sides);
        if sides.expected != sides.found {
            self.entries.insert(place, sides);
        }
    }

    fn counter(&mut self, node: Key, attribute: &str) -> &mut Sides<i128> {
        let place = (self.place(node), self.name(attribute));
        self.counters.entry(place).or_default()
    }

    fn guard(&mut self, key: Key) -> &mut Sides<Vec<u32>> {
        self.guards.entry(key).or_default()
    }

    fn place(&mut self, key: Key) -> Place {
        Place { p: self.name(&key.p), s: key.s.into() }
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
