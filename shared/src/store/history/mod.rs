//! What happened to an entity: who did what and when, and what it was before.
//!
//! # Versions
//! A write that replaces or deletes an entity keeps the version that it replaces as an item of its own, in the same
//! transaction. That item says who replaced it, when, and by which [`ChangeAction`]. Two attributes of each version say who
//! wrote the version itself. A restore leaves a mark in place of a version, so that of two restores one fails. Revisions grow
//! with every write, and have gaps where a write keeps no version (the time of a sign-in).
//!
//! ```text
//! CUS#7  H#00000001  {by: 3, at: 10:02, action: edit, value: …}     by: 2, at: 10:00     replaced by 3 at 10:02
//! CUS#7  H#00000002  {by: 4, at: 10:05, action: delete, value: …}   by: 3, at: 10:02     deleted by 4 at 10:05
//! CUS#7  H#00000003  {by: 1, at: 10:09, action: restore}                                 restored by 1 at 10:09
//! CUS#7  R           {value}, revision 4                            by: 1, at: 10:09     as it is now
//! ```
//! All [`Change`]s follow from these items ([`History`]): nothing else is needed to show a record's history, or to recount
//! the log.
//!
//! # Log and trash
//! Each kind has two listings. In its *log* each change has an entry: who, what, and the entity's [`Title`] after it. In its
//! *trash* each deleted entity has one, until it is restored. Both are written by the commit itself, whoever writes.
//!
//! # Time
//! The changes of one entity have times that grow: a change is dated to now, or to a second after the change before it. So
//! they have places of their own in the log, and their order there is their order. A change is dated when its request comes or
//! its write is made; a transaction is given up after some seconds ([`Store`](super::Store)'s limit for a busy table) and
//! no request lasts longer than 29. So whoever reads the log up to a minute ago ([`FEED_DELAY`]) misses nothing that comes
//! later.
//!
//! # Older versions of this program
//! They wrote no log, did not say who wrote a version, and wrote several changes of one entity in a second. The log of what
//! they wrote is made by a [repair](super::verify).

mod change;
mod changes;
mod deleted;
mod feed;
mod log;
mod read;
mod rewrite;
mod version;

pub use change::{Change, ChangeAction, Title};
pub use changes::History;
pub use deleted::Deleted;
pub use feed::{FeedCursor, FeedPart};
pub use log::{FEED_DELAY, LogEntry, log_of, trash_of};
pub(super) use log::{deletion_place, lasting_changes, logged};
pub(super) use version::{ReplacedVersion, Version, restore_mark, version_item};
