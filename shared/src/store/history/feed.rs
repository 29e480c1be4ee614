//! The feed: the logs of several kinds as one, the oldest change first, to be read on from a cursor.
//!
//! Its order is time, id, tag of the kind. A cursor is the place of the last change that was read, or the beginning. A change
//! never gets a place before one that was read, because the feed ends [`FEED_DELAY`] ago: so whoever reads on from cursor to
//! cursor reads each change exactly once. The tag is part of the place, for kinds may share time and id; a kind that a later
//! version adds leaves the order of the others as it is.

use super::{FEED_DELAY, log_of};
use crate::Result;
use crate::store::key::Kind;
use crate::store::listing::{Entry, Order, Point, Position};
use crate::store::table::Store;
use crate::time::Time;
use futures_util::future::try_join_all;
use std::fmt;

/// A place in the feed, as text the position in 16 hex digits and the tag of the kind. Callers keep it for as long as they like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeedCursor(Option<(Position, Kind)>);

/// The text of the place before the first change.
const BEGINNING: &str = "0";

impl fmt::Display for FeedCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str(BEGINNING),
            Some((position, kind)) => write!(f, "{position:016x}{}", kind.tag()),
        }
    }
}

impl FeedCursor {
    /// The cursor with this text; `None` if it is that of no cursor in the logs of `kinds`.
    pub fn parse(text: &str, kinds: &[Kind]) -> Option<Self> {
        if text == BEGINNING {
            return Some(Self::default());
        }
        let (position, tag) = text.split_at_checked(16)?;
        let position = Position::from_str_radix(position, 16).ok()?;
        let kind = kinds.iter().find(|kind| kind.tag() == tag)?;
        // Other spellings, such as capital digits, are none of ours.
        Some(Self(Some((position, *kind)))).filter(|cursor| cursor.to_string() == text)
    }

    /// The first position of a kind after it.
    fn next(self, kind: Kind) -> Option<Position> {
        match self.0 {
            None => Some(0),
            Some((position, last)) if kind.tag() > last.tag() => Some(position),
            Some((position, _)) => position.checked_add(1),
        }
    }
}

/// The changes after a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPart {
    /// Their entries in the logs, the oldest first.
    pub entries: Vec<Entry>,
    /// The place of the last of them: where to read on. Where there is none, the place that they were asked for.
    pub next: FeedCursor,
}

impl Store {
    /// The first `take` changes of entities of `kinds` after a cursor, as the feed has them at `now`. One round trip; each four
    /// kilobytes of entries cost a unit, and each kind one at least.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn feed(&self, kinds: &[Kind], after: FeedCursor, now: Time, take: u32) -> Result<FeedPart> {
        let last = Point::new(now.0.saturating_sub(FEED_DELAY), u32::MAX).position();
        let read = |kind: Kind| {
            let store = self.branch();
            async move {
                let (log, limit) = (log_of(kind), Some(u64::from(take)));
                let entries = match after.next(kind).filter(|first| *first <= last) {
                    Some(first) => store.entries(&log, first, last, Order::Ascending, limit).await?,
                    None => Vec::new(),
                };
                let placed = entries.into_iter().map(|entry| (entry.point.position(), kind, entry));
                Result::Ok(placed.collect::<Vec<_>>())
            }
        };
        let mut changes = try_join_all(kinds.iter().copied().map(read)).await?.concat();
        self.join();
        changes.sort_by_key(|(position, kind, _)| (*position, kind.tag()));
        changes.truncate(take as usize);
        let place = changes.last().map(|(position, kind, _)| FeedCursor(Some((*position, *kind))));
        let entries = changes.into_iter().map(|(_, _, entry)| entry).collect();
        Ok(FeedPart { entries, next: place.unwrap_or(after) })
    }
}
