//! What a write expects of the items that it changes.

use super::record::Record;

/// What must be true of an item for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// There is no such item.
    Absent,
    /// The item has this revision: it is still the one that was read.
    Revision(u32),
}

impl Expect {
    /// The item is still as it was read.
    pub fn unchanged<T>(read: Option<&Record<T>>) -> Self {
        read.map_or(Self::Absent, |record| Self::Revision(record.revision))
    }

    /// The revision of the item that is written.
    pub(super) fn next_revision(self) -> u32 {
        match self {
            Self::Absent => 1,
            Self::Revision(revision) => revision.saturating_add(1),
        }
    }
}
