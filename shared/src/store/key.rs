//! Keys of items. `p` is the partition, `s` orders the items in it. No text from outside can delimit or forge a part.
//!
//! | item | p | s |
//! |---|---|---|
//! | entity | `<kind>#7` | `R` |
//! | version of an entity that was replaced or deleted, see [`history`](super::history) | `<kind>#7` | `H#<revision, 8 hex>` |
//! | item beside an entity | `<kind>#7` | a name |
//! | id counter | `ID#<kind>` | `R` |
//! | uniqueness guard | `UNIQUE#<constraint>#<value>` | `R` |
//! | entry of a listing | `E#<listing>` | `<score, 8 hex><id, 8 hex>` |
//! | node of a listing | `N#<listing>` | `<level><slots>.<shard>`, see [`listing`](super::listing) |
//! | intent of a deferred write, see [`deferred`](super::deferred) | `DEFERRED` | `<kind>#7` |
//! | cursor of a deferred write | `DEFERRED` | `<kind>#7.at` |
//! | note that a node has more than one shard | `SPREAD` | `<level><slots> <listing>` |
//! | deferred write of version 0.1 | `REDO` | `<kind>#7` |
//! | any other item | a name, perhaps with values: `<name>#<value>` | `R`, a number in 8 hex digits, or printable ASCII |
//!
//! The kinds and the other names belong to the application; a kind declares its tag in [`Entity`](super::Entity).

/// A kind of entity, by the tag that stands in its keys. Each kind has its own run of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind(&'static str);

impl Kind {
    /// The kind with this tag: capital letters, and none of the names that stand in the table of keys above.
    pub const fn new(tag: &'static str) -> Self {
        Self(tag)
    }

    /// The kind's tag.
    pub const fn tag(self) -> &'static str {
        self.0
    }
}

/// A constraint: among the live entities that it is about, a value belongs to one, or to several where the constraint is
/// a shared one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unique {
    tag: &'static str,
    is_shared: bool,
}

impl Unique {
    /// A value belongs to one entity at most.
    pub const fn new(tag: &'static str) -> Self {
        Self { tag, is_shared: false }
    }

    /// Several entities may have one value, if whoever writes them wants it so.
    pub const fn shared(tag: &'static str) -> Self {
        Self { tag, is_shared: true }
    }

    pub(super) const fn is_shared(self) -> bool {
        self.is_shared
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub(super) p: String,
    pub(super) s: String,
}

/// What an item is, as its key tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemType<'a> {
    /// An entity, if its kind is one of the application's: tag and id.
    Entity(&'a str, u32),
    /// A version of an entity that was replaced: tag and id of the entity.
    Version(&'a str, u32),
    /// An entry of a listing.
    Entry,
    /// A shard of a node of a listing.
    Node,
    /// A uniqueness guard.
    Guard,
    /// Anything that does not follow from the entities.
    Other,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.p, self.s)
    }
}

impl Key {
    /// The partition of all deferred writes.
    pub(super) const DEFERRED: &'static str = "DEFERRED";
    /// The partition of the notes that a node has more than one shard.
    pub(super) const SPREAD: &'static str = "SPREAD";
    /// The partition of the deferred writes of version 0.1.
    pub(super) const LEGACY_DEFERRED: &'static str = "REDO";

    fn new(p: String, s: impl Into<String>) -> Self {
        Self { p, s: s.into() }
    }

    /// The entity `id` of `kind`.
    pub fn entity(kind: Kind, id: u32) -> Self {
        Self::beside(kind, id, "R")
    }

    /// The item `name` in the partition of an entity. A name from outside must be hashed.
    pub fn beside(kind: Kind, id: u32, name: impl Into<String>) -> Self {
        Self::new(entity(kind, id), name)
    }

    /// The item of this name, one for each `value` if there is one.
    pub fn named(name: &str, value: Option<&str>) -> Self {
        Self::new(value.map_or(name.to_owned(), |value| format!("{name}#{}", escape(value))), "R")
    }

    /// The value of a key of this [name](Key::named) that has one.
    pub fn value_of(&self, name: &str) -> Option<String> {
        self.p.strip_prefix(name)?.strip_prefix('#').filter(|_| self.s == "R").map(unescape)
    }

    /// The item `number` in the partition of this name: [`Store::numbered`](super::Store::numbered) reads all of them.
    pub fn numbered(name: &str, number: u32) -> Self {
        Self::new(name.to_owned(), format!("{number:08x}"))
    }

    /// The item `name`, in printable ASCII, in the partition of another name, where items are ordered by name:
    /// [`Store::until`](super::Store::until) reads the first of them.
    pub fn among(partition: &str, name: String) -> Self {
        Self::new(partition.to_owned(), name)
    }

    /// The number of a [numbered](Key::numbered) key.
    pub(super) fn number(&self) -> Option<u32> {
        u32::from_str_radix(&self.s, 16).ok()
    }

    /// The version of an entity that a later one replaced.
    pub(super) fn version(kind: Kind, id: u32, revision: u32) -> Self {
        Self::beside(kind, id, format!("{VERSION}{revision:08x}"))
    }

    /// The revision of a version that was replaced; `None` if it is another item.
    pub(super) fn version_revision(&self) -> Option<u32> {
        u32::from_str_radix(self.s.strip_prefix(VERSION)?, 16).ok()
    }

    /// The counter that hands out the ids of `kind`.
    pub(super) fn counter(kind: Kind) -> Self {
        Self::named("ID", Some(kind.tag()))
    }

    /// The guard of `value`, which says who has it.
    pub fn unique(unique: Unique, value: &str) -> Self {
        Self::new(format!("UNIQUE#{}#{}", unique.tag, escape(value)), "R")
    }

    /// The value of a guard's key.
    pub(super) fn unique_value(&self) -> Option<String> {
        self.p.strip_prefix("UNIQUE#")?.split_once('#').map(|(_, value)| unescape(value))
    }

    /// The entry at a position of a listing.
    pub(super) fn entry(listing: &str, position: u64) -> Self {
        Self::new(Self::entries(listing), format!("{position:016x}"))
    }

    /// The partition of a listing's entries.
    pub(super) fn entries(listing: &str) -> String {
        format!("E#{listing}")
    }

    /// A shard of a node: `node` is its sort key without the shard.
    pub(super) fn node(listing: &str, node: &str, shard: u32) -> Self {
        Self::new(Self::nodes(listing), format!("{node}.{shard:x}"))
    }

    /// The note that a node has more than one shard: `node` is its sort key without the shard.
    pub(super) fn spread(listing: &str, node: &str) -> Self {
        Self::new(Self::SPREAD.to_owned(), format!("{node} {listing}"))
    }

    /// The note about the node of this listing of which this is a shard; `None` if it is none.
    pub(super) fn note_of(&self, listing: &str) -> Option<Self> {
        self.s.split_once('.').map(|(node, _)| Self::spread(listing, node))
    }

    /// Whether DynamoDB refuses it.
    pub(super) fn is_too_long(&self) -> bool {
        self.p.len() > 2048 || self.s.len() > 1024
    }

    /// The listing and the node that such a note is about.
    pub(super) fn spread_node(&self) -> Option<(&str, &str)> {
        self.s.split_once(' ').map(|(node, listing)| (listing, node))
    }

    /// The partition of a listing's nodes.
    pub(super) fn nodes(listing: &str) -> String {
        format!("N#{listing}")
    }

    /// The name of the listing of which this is a node; `None` if it is none.
    pub(super) fn listing_of_node(&self) -> Option<&str> {
        self.p.strip_prefix("N#")
    }

    /// The intent of the deferred write to an entity.
    pub(super) fn deferred(kind: Kind, id: u32) -> Self {
        Self::new(Self::DEFERRED.to_owned(), entity(kind, id))
    }

    /// The intent of today in place of a deferred write of version 0.1.
    pub(super) fn of_today(&self) -> Self {
        Self::new(Self::DEFERRED.to_owned(), self.s.clone())
    }

    /// The cursor of the deferred write of which this is the intent.
    pub(super) fn cursor(&self) -> Self {
        Self::new(self.p.clone(), format!("{}{CURSOR}", self.s))
    }

    /// The intent of the deferred write of which this is the cursor; `None` if it is none.
    pub(super) fn intent(&self) -> Option<Self> {
        Some(Self::new(self.p.clone(), self.s.strip_suffix(CURSOR)?))
    }

    /// The shard 0 of the node of which this is any shard.
    pub(super) fn first_shard(self) -> Self {
        let node = self.s.split_once('.').map_or(self.s.as_str(), |(node, _)| node);
        Self { s: format!("{node}.0"), p: self.p }
    }

    /// What stands under this key.
    pub(super) fn item_type(&self) -> ItemType<'_> {
        match self.p.split_once('#') {
            Some(("E", _)) => ItemType::Entry,
            Some(("N", _)) => ItemType::Node,
            Some(("UNIQUE", _)) => ItemType::Guard,
            Some((tag, id)) => match id.parse() {
                Ok(id) if self.s == "R" => ItemType::Entity(tag, id),
                Ok(id) if self.version_revision().is_some() => ItemType::Version(tag, id),
                _ => ItemType::Other,
            },
            None => ItemType::Other,
        }
    }
}

/// How the sort key of a version begins.
const VERSION: &str = "H#";

/// The end of a cursor's sort key.
const CURSOR: &str = ".at";

/// The partition of an entity.
fn entity(kind: Kind, id: u32) -> String {
    format!("{}#{id}", kind.tag())
}

/// Text from outside as a part of a key: `#` delimits parts, so it is escaped, and so is the escape itself.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('#', "%23")
}

fn unescape(text: &str) -> String {
    text.replace("%23", "#").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAME: Unique = Unique::new("name");
    const THING: Kind = Kind::new("THG");

    proptest! {
        #[test]
        fn two_values_never_share_a_guard(a in "[#%25aé]{0,8}", b in "[#%25aé]{0,8}") {
            let guard = |value| Key::unique(NAME, value);
            prop_assert_eq!(guard(&a) == guard(&b), a == b);
            prop_assert_eq!(guard(&a).p.matches('#').count(), 2);
            prop_assert_eq!(guard(&a).unique_value(), Some(a));
        }
    }

    #[test]
    fn a_key_tells_what_its_item_is() {
        assert_eq!(Key::entity(THING, 7).item_type(), ItemType::Entity("THG", 7));
        assert_eq!(Key::version(THING, 7, 1).item_type(), ItemType::Version("THG", 7));
        assert_eq!(Key::entry("things/of/7", 2).item_type(), ItemType::Entry);
        assert_eq!(Key::node("things/of/7", "c000", 3).item_type(), ItemType::Node);
        assert_eq!(Key::node("things/of/7", "c000", 3).first_shard(), Key::node("things/of/7", "c000", 0));
        assert_eq!(Key::unique(NAME, "THG#7").item_type(), ItemType::Guard);
        for other in [
            Key::counter(THING),
            Key::deferred(THING, 7),
            Key::beside(THING, 7, "CARD"),
            Key::named("SETTINGS", None),
            Key::named("SETTINGS", Some("#7")),
            Key::numbered("TASKS", 7),
        ] {
            assert_eq!(other.item_type(), ItemType::Other);
        }
    }
}
