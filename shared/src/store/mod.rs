//! The engine: one DynamoDB table, in which every item is a [`Record`] under a [`Key`]. Only this module knows DynamoDB; it
//! knows neither the kinds of record that an application stores nor HTTP.
//!
//! - [`Store`] reads. Every read is strongly consistent: whoever reads after a write was answered sees it.
//! - [`Write`] collects the changes of one request, and [`Store::commit`] makes all of them or none.
//! - [`Entity`] declares, once for each kind of record, its listings and its unique values.
//! - [`history`] tells who did what and when, and what an entity was before.
//! - [`Meter`] sums what a request costs.
//!
//! **Read, then write.** Whoever bases a write on something it read names the revision that it read
//! ([`Expect::Revision`], or the [`Stored`] entity itself). If that has changed by the time of the commit,
//! nothing is written and the answer is [`Error::Stale`](crate::Error::Stale): read again, decide again.

mod action;
mod author;
mod client;
mod commit;
pub mod deferred;
mod entity;
mod expect;
mod guard;
pub mod history;
mod ids;
mod key;
mod last_author;
pub mod listing;
mod load;
mod meter;
mod notices;
mod read;
mod record;
mod sdk_error;
mod table;
mod transaction;
pub mod verify;
mod write;

pub use author::Author;
pub use client::{client, https, limited};
pub use entity::{Entity, Holders, Stored, UniqueValue};
pub use expect::Expect;
pub use history::{
    Change, ChangeAction, Deleted, FEED_DELAY, FeedCursor, FeedPart, History, LogEntry, Title, log_of,
    trash_of,
};
pub use key::{Key, Kind, Unique};
pub use listing::{
    Entry, EntryPage, GroupOrder, GroupPage, GroupTotal, Levels, Listing, Order, Point, Slice, Total, Window,
};
pub use meter::{Cost, Meter};
pub use read::ReadItems;
pub use record::Record;
pub use table::Store;
pub(crate) use transaction::jittered;
pub use write::Write;
