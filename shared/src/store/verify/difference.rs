//! What a recount finds wrong.

use crate::store::key::Key;
use std::fmt;

/// Something in the table that is not what the entities call for. Shown in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Of a node, the shard 0.
    pub(super) key: Key,
    pub(super) what: What,
}

/// What the entities call for, and what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides<T> {
    pub expected: T,
    pub found: T,
}

/// What an entry says beside its position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub weight: i64,
    pub covering: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// What an entry says, where there is to be one and where there is one.
    Entry(Sides<Option<Said>>),
    /// A counter of a node by its name. 0 is the same as none.
    Counter(String, Sides<i128>),
    /// The ids of those who have the value; and those that the guard names.
    Guard(Sides<Vec<u32>>),
    /// Why the item cannot be read.
    Unreadable(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.key)?;
        match &self.what {
            What::Entry(Sides { expected, found }) => {
                let entry = |said: &Option<Said>| match said {
                    None => "no entry".to_owned(),
                    Some(Said { weight, covering }) => {
                        let weight =
                            if *weight == 0 { String::new() } else { format!(" of weight {weight}") };
                        let covering =
                            covering.as_ref().map(|text| format!(" that says {text}")).unwrap_or_default();
                        format!("an entry{weight}{covering}")
                    }
                };
                write!(f, "expected {}, found {}", entry(expected), entry(found))
            }
            What::Counter(name, Sides { expected, found }) => {
                write!(f, "expected {expected} in counter {name}, found {found} in all shards")
            }
            What::Guard(Sides { expected, found }) => {
                write!(f, "expected {}, found {}", holders(expected), holders(found))
            }
            What::Unreadable(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

fn holders(ids: &[u32]) -> String {
    if ids.is_empty() {
        return "no guard".to_owned();
    }
    let ids: Vec<_> = ids.iter().map(u32::to_string).collect();
    format!("a guard for {}", ids.join(" and "))
}
