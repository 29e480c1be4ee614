//! Deferred writes: the changes that do not fit into a write's transaction.
//!
//! A transaction has at most 100 actions, and an entity with a search index stands in more listings than that. Its
//! transaction then has the entity itself, its history, its guards, every listing that must be right at once, and as many
//! of the [deferred](super::Listing::deferred) listings as there is room for. The other changes are written down in two
//! items: the *intent*, which lists them, and the *cursor*, which counts how many of them are made. Transactions then make them
//! in the order of the intent. Each moves the cursor, on condition that it is as it was read; the last one deletes both
//! items. So every change is made exactly once, whoever makes it, and what it costs is linear in the number of changes.
//!
//! **Who finishes.** The writer does, right after its commit. The cursor has a *lease*, which every transaction renews: while
//! it lasts, nobody else helps. After it, the writer is thought dead, and whoever comes first takes over: the next write to the
//! entity, a reader of one of the listings, or the sweeper. The next write to the entity that changes deferred listings waits
//! until the deferred write is finished: otherwise an old change could put back what the newer write has taken away.
//!
//! **Readers do not wait.** They read intent and cursor beside their listings and add the changes that are still to be made to
//! what they read (`overlay.rs`). If the cursor has moved past a change of their listings meanwhile, they read
//! again.
//!
//! **An intent that cannot be read, or not be finished,** is logged and left: readers go on without it, and `verify` reports it.
//!
//! Until version 0.1 the changes that were left stood in one item of the partition `REDO`, which every transaction wrote again.
//! The sweeper and `verify` finish such items (`legacy.rs`).

mod finish;
mod intent;
mod legacy;
mod overlay;
mod reader;

pub(super) use finish::Limit;
pub(super) use intent::split;
pub(super) use overlay::Overlay;
