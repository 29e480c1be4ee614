//! Points of listings, and their order.

use serde::{Deserialize, Serialize};

/// A position: score in the upper 32 bits, id in the lower.
pub(in crate::store) type Position = u64;

/// A point of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// What the listing is ordered by: seconds of the wall clock, or an id.
    pub score: u32,
    /// The id of the record that stands there; orders the points of one score.
    pub id: u32,
    /// What the listing adds up, such as an amount of money in its smallest unit; 0 where it only counts.
    pub weight: i64,
}

impl Point {
    /// A point that is only counted.
    pub const fn new(score: u32, id: u32) -> Self {
        Self { score, id, weight: 0 }
    }

    pub(in crate::store) fn position(self) -> Position {
        (u64::from(self.score) << 32) | u64::from(self.id)
    }

    #[allow(clippy::cast_possible_truncation, reason = "the two halves of a position")]
    pub(in crate::store) fn at(position: Position, weight: i64) -> Self {
        Self { score: (position >> 32) as u32, id: position as u32, weight }
    }
}

/// Which end of a listing comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Lowest score first, then lowest id.
    Ascending,
    /// Highest score first, then highest id.
    Descending,
}

impl Order {
    /// The other order.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}
