//! What a recount finds wrong.

use crate::store::key::Key;
use crate::store::listing::EntryContent;
use std::fmt;

/// A place where the table is not as the entities call for. Shown in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The item; of a node the shard 0.
    pub(super) key: Key,
    pub(super) mismatch: Mismatch,
}

/// The value that the entities call for, and the value in the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides<T> {
    pub expected: T,
    pub found: T,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The content of an entry; none where there is, or should be, no entry.
    Entry(Sides<Option<EntryContent>>),
    /// A counter of a node, by its name. 0 is the same as no counter.
    Counter(String, Sides<i128>),
    /// The index version of an entity.
    IndexVersion(Sides<u32>),
    /// The ids of the entities that have a value, and those that the guard names.
    Guard(Sides<Vec<u32>>),
    /// Why the item cannot be read.
    Unreadable(String),
    /// Why the deferred write cannot be read. What it would change follows from the entities all the same.
    UnreadableDeferred(String),
    /// The node, which cannot be read, that the deferred write adds to.
    StuckDeferred(Key),
}

/// A value that belongs to one entity and that several have, because older versions told its spellings apart. Nothing is
/// wrong with the table, but somebody has to give all but one of them another value. Shown in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The tag of their kind.
    pub tag: &'static str,
    /// Who has the value; the first one counts as its holder.
    pub ids: Vec<u32>,
    /// The value, as it is compared.
    pub value: String,
}

impl fmt::Display for Collision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.ids.iter().map(|id| format!("{}#{id}", self.tag)).collect();
        let holder = ids.first().map(String::as_str).unwrap_or_default();
        write!(f, "{} have the same value {}, which is {holder}'s", ids.join(" and "), self.value)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.key)?;
        match &self.mismatch {
            Mismatch::Entry(Sides { expected, found }) => {
                write!(f, "expected {}, found {}", entry(expected.as_ref()), entry(found.as_ref()))
            }
            Mismatch::Counter(name, Sides { expected, found }) => {
                write!(f, "expected {expected} in counter {name}, found {found} in all shards")
            }
            Mismatch::IndexVersion(Sides { expected, found }) => {
                write!(f, "expected index version {expected}, found {found}")
            }
            Mismatch::Guard(Sides { expected, found }) => {
                write!(f, "expected {}, found {}", holders(expected), holders(found))
            }
            Mismatch::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Mismatch::UnreadableDeferred(why) => write!(f, "a deferred write that cannot be read: {why}"),
            Mismatch::StuckDeferred(node) => {
                write!(f, "a deferred write that cannot be finished as long as {node} cannot be read")
            }
        }
    }
}

fn entry(content: Option<&EntryContent>) -> String {
    let Some(EntryContent { weight, group, projection }) = content else { return "no entry".to_owned() };
    let weight = if *weight == 0 { String::new() } else { format!(" of weight {weight}") };
    let group = group.map(|group| format!(" of group {group}")).unwrap_or_default();
    let projection = projection.as_ref().map(|text| format!(" that says {text}")).unwrap_or_default();
    format!("an entry{weight}{group}{projection}")
}

fn holders(ids: &[u32]) -> String {
    if ids.is_empty() {
        return "no guard".to_owned();
    }
    let ids: Vec<_> = ids.iter().map(u32::to_string).collect();
    format!("a guard for {}", ids.join(" and "))
}
