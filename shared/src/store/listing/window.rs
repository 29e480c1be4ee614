//! Cutting a window into whole slots of the levels, and the positions that are left between them.

use super::node::Level;
use super::{Point, Position};

/// Scores from `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The lowest score.
    pub from: u32,
    /// The highest score.
    pub to: u32,
}

impl Window {
    /// Every score.
    pub const ALL: Self = Self { from: 0, to: u32::MAX };

    /// The scores that are in both.
    pub fn intersection(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }

    /// Whether no score is in it.
    pub fn is_empty(self) -> bool {
        self.from > self.to
    }

    pub(super) fn positions(self) -> (Position, Position) {
        (Point::new(self.from, 0).position(), Point::new(self.to, u32::MAX).position())
    }
}

/// A part of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// Whole slots of a level, from the first to the last.
    Slots {
        /// The level.
        level: Level,
        /// The levels that are finer.
        finer: &'static [Level],
        /// The first slot.
        first: u64,
        /// The last slot.
        last: u64,
    },
    /// Positions that no level counts as a whole, from the first to the last.
    Entries(Position, Position),
}

/// The pieces of the positions from `first` to `last`, in ascending order: the longest run of whole slots of the
/// coarsest level that has one, and on either side of it the same with the finer levels.
pub fn cover(levels: &'static [Level], first: Position, last: Position) -> Vec<Piece> {
    if first > last {
        return Vec::new();
    }
    let Some((level, finer)) = levels.split_first() else { return vec![Piece::Entries(first, last)] };
    // The first slot that begins at or after `first`, and the last one that ends at or before `last`.
    let first_slot =
        if level.first(level.slot(first)) == first { level.slot(first) } else { level.slot(first) + 1 };
    let last_slot = if level.last(level.slot(last)) == last {
        Some(level.slot(last))
    } else {
        level.slot(last).checked_sub(1)
    };
    let Some(last_slot) = last_slot.filter(|last_slot| first_slot <= *last_slot) else {
        return cover(finer, first, last);
    };
    let before = level.first(first_slot).checked_sub(1).map(|end| cover(finer, first, end));
    let after = level.last(last_slot).checked_add(1).map(|begin| cover(finer, begin, last));
    let mut pieces = before.unwrap_or_default();
    pieces.push(Piece::Slots { level: *level, finer, first: first_slot, last: last_slot });
    pieces.extend(after.unwrap_or_default());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Levels;
    use proptest::prelude::*;

    fn bounds(piece: Piece) -> (Position, Position) {
        match piece {
            Piece::Slots { level, first, last, .. } => (level.first(first), level.last(last)),
            Piece::Entries(first, last) => (first, last),
        }
    }

    proptest! {
        #[test]
        fn the_pieces_of_a_window_join_without_gap_or_overlap_and_are_few(a: u32, b: u32) {
            let window = Window { from: a.min(b), to: a.max(b) };
            for levels in [Levels::Uncounted, Levels::Ids, Levels::Moving, Levels::Hours, Levels::Groups, Levels::Fine, Levels::Blocks] {
                let (first, last) = window.positions();
                let pieces: Vec<_> = cover(levels.all(), first, last).into_iter().map(bounds).collect();
                prop_assert!(pieces.len() <= 5);
                prop_assert_eq!((pieces[0].0, pieces[pieces.len() - 1].1), (first, last));
                for pair in pieces.windows(2) {
                    prop_assert_eq!(pair[0].1 + 1, pair[1].0);
                }
            }
        }
    }

    #[test]
    fn all_of_time_is_one_piece_and_a_window_of_seconds_needs_no_entries_where_blocks_are_counted() {
        let (first, last) = Window::ALL.positions();
        assert_eq!(cover(Levels::Fine.all(), first, last).len(), 1);
        let (first, last) = Window { from: 1000, to: 100_000 }.positions();
        let pieces = cover(Levels::Blocks.all(), first, last);
        assert!(pieces.iter().all(|piece| matches!(piece, Piece::Slots { .. })));
    }
}
