//! Who writes.

use crate::time::Time;

/// Who writes, and when: stands beside the revision of every entity, and beside every version that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The id of the person who writes; 0 for the system itself.
    pub by: u32,
    /// The wall clock's time.
    pub at: Time,
}

impl Author {
    /// The system itself, at no time: for writes that change no entity.
    pub const SYSTEM: Self = Self { by: 0, at: Time(0) };
}
