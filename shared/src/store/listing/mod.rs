//! The counted listing: exact totals and any page of an ordered set at the same cost, however large it is.
//!
//! DynamoDB can read a range of keys in order, but it can neither say how many there are nor skip to the
//! thousandth without reading all before it. A [`Listing`] adds what is missing: beside its entries it keeps
//! counters, and a write changes both in one transaction.
//!
//! # Points and positions
//! A listing is a set of [`Point`]s: a score (seconds of the wall clock, or an id), the id of the record, and in
//! weighted listings an amount. Score and id together are its *position*, a `u64`: the score in the upper 32
//! bits, the id in the lower. Positions are unique in a listing and their order is the order of the list.
//!
//! # Entries and nodes
//! ```text
//! entry   p = E#visits    s = 61060a3300000007                the record 7, at 61060a33: 2021-08-01 02:42:59
//! node    p = N#visits    s = c184.0             6: 41  …     how many in each slot of 2^16 s, which is 18.2 hours
//! node    p = N#visits    s = f0c20c1.0          H: 3   …     how many in each slot of 32 s
//! node    p = N#visits    s = b1841828cc0000.0   0: 1   …     how many in each block of 256 ids of one second
//! node    p = N#gram/ab   s = m30.0         1XV: 12  …     how many in each slot of 3 days, whenever they came there
//! node    p = N#sales     s = g60/00000054.0 1Q: 2   …     how many of the group 84 in each slot of 18.2 hours
//! ```
//! A level cuts all positions into slots of 2^shift and counts the points in each; 64 neighbouring slots are the
//! attributes of one item, a *node*, so that one capacity unit reads up to a thousand counters while a write
//! still touches an item below 1 KB. See [`Levels`] for which level is for what.
//!
//! # A worked example
//! Page 501 of 20, newest first, of what is at `61060a33` or later: which ids, and how many in all?
//!
//! 1. *Cover the window* (`cover`). Whole slots of 18.2 hours from `6107` on; before them whole slots of 32 seconds
//!    up to there; before those, blocks (or entries, in a listing without blocks) in the seconds up to `61060a3f`. All
//!    keys follow from the window alone, so that three queries, one round trip, give the total: say 12,000.
//! 2. *Walk.* 10,000 points are to be skipped. From the newest, slot by slot, the counters say that 9,400 stand after
//!    the slot `6109` and 1,200 in it: the page begins there, 600 from its end.
//! 3. *Descend* where too many are to be skipped within a slot, some hundreds: its slots of 32 seconds say in which of
//!    them the page begins. A second round trip; a third where hundreds stand in those 32 seconds. Where thousands
//!    stand in a slot of the finest level, they are counted on the spot (`dense`).
//! 4. *Read* entries backwards from the end of that slot, or forwards from its beginning if that is nearer: the few
//!    that are left to skip, and the 20 of the page.
//!
//! What the four steps cost depends on how long the window is (0.6 RCU for each year of data), not on how many points
//! it has. `scripts/bench listing` measures it.
//!
//! # Unions, sums, minima
//! Slots have the same borders in every listing, so counters of several listings add up slot by slot: a union is the
//! same code as one listing. Listings of different kinds may share a point; there the union goes by the order of its
//! listings. Sums of weights stand beside the counts. A minimum is the first entry, so it needs no counter
//! and survives deletes and moves.
//!
//! # Concurrency
//! Counters change by `ADD`, which needs no reading and creates what is missing. Two transactions that touch one
//! item at one time conflict; a writer that meets a conflict tries again on another *shard* of the listing's nodes (the
//! number after the dot), and readers add up all shards there are. Where nobody conflicts there is only shard 0, so
//! a quiet table pays nothing for it. The sweeper merges shards again (`spread`).

mod change;
mod declaration;
mod dense;
mod empty;
mod entries;
mod entry;
mod groups;
mod intervals;
mod node;
mod page;
mod point;
mod projections;
mod segment;
mod shard;
mod spread;
mod walk;
mod window;

pub(super) use change::{ListingChange, PointChange, actions, deltas, most_actions};
pub use declaration::{Levels, Listing};
pub use entry::Entry;
pub(super) use entry::EntryContent;
pub use groups::{GroupOrder, GroupPage, GroupTotal};
pub(super) use node::{Deltas, counters, number, own_node};
pub use page::{EntryPage, Slice};
pub(super) use point::Position;
pub use point::{Order, Point};
pub use segment::Total;
pub(super) use shard::{PickedShards, Shards};
pub use window::Window;
