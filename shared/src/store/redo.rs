//! Writes that are larger than a transaction.
//!
//! A transaction has at most 100 actions, and an entity with a search index stands in more listings than that. Its
//! commit then has the entity itself, its history, its guards, every listing whose points must not be late, and one
//! *part* for every 98 actions that are left: an item in the partition `REDO` with the point changes still to be
//! made. Each part is applied in a transaction that also deletes it, on condition that it is still there: this very
//! part, which a random mark tells from one that a later write has put under the same key. So a part is applied
//! exactly once, by whoever comes first: the writer itself, right after its commit; a reader of a
//! [late](super::Listing::late) listing that the part concerns; the next write to the same entity; or the sweeper.
//!
//! Parts are applied in falling order, so that the part 0 is gone only when all are. Each transaction checks that
//! for itself, because a query that meets the commit midway may show lower parts without the higher ones. The next
//! write to the entity that changes late points expects exactly that, and finishes what is left if it is not so:
//! otherwise an old part could put back what a newer write had taken away.

use super::Store;
use super::commit::{Cancelled, MAX_ACTIONS};
use super::key::{Key, Kind};
use super::listing::{Listing, Order};
use super::record::Raw;
use super::write::{Action, PointChange, Write, point_items};
use crate::{Error, Result};

/// Point changes that are still to be made, and the key they stand under.
pub(super) struct Part {
    key: Key,
    /// The revision of the item; no other write's part has it.
    mark: u32,
    pub changes: Vec<PointChange>,
}

/// Takes out of `write` what does not fit into its transaction; puts in what keeps it from getting lost.
pub(super) fn split(write: &mut Write) -> Result<Vec<Part>> {
    let Some((kind, id)) =
        write.owner.filter(|_| write.changes.iter().any(|change| change.listing.is_late()))
    else {
        return Ok(Vec::new());
    };
    if write.actions.len() + 1 + actions(&write.changes) <= MAX_ACTIONS {
        write.actions.push(Action::no_part(Key::redo(kind, id, 0)));
        return Ok(Vec::new());
    }
    let (late, now) =
        std::mem::take(&mut write.changes).into_iter().partition(|change| change.listing.is_late());
    write.changes = now;
    let mark = getrandom::u32().map_err(Error::internal)?;
    let parts: Vec<_> = chunks(late)
        .into_iter()
        .enumerate()
        .map(|(number, changes)| Part { key: Key::redo(kind, id, number), mark, changes })
        .collect();
    for part in &parts {
        write.actions.push(Action::put_part(&part.key, part.mark, &part.changes)?);
    }
    if write.actions.len() + actions(&write.changes) > MAX_ACTIONS {
        return Err(Error::internal("a write is too large for its redo parts"));
    }
    Ok(parts)
}

/// As few runs as are needed for none to have more actions than a transaction has beside the two about parts.
/// Changes of one listing stay together, so that a point that goes and comes is written once.
fn chunks(mut changes: Vec<PointChange>) -> Vec<Vec<PointChange>> {
    changes.sort_by(|a, b| a.listing.cmp(&b.listing));
    let mut chunks: Vec<Vec<PointChange>> = Vec::new();
    for run in changes.chunk_by(|a, b| a.listing == b.listing) {
        match chunks.last_mut() {
            Some(chunk) if actions(chunk) + actions(run) + 2 <= MAX_ACTIONS => chunk.extend_from_slice(run),
            _ => chunks.push(run.to_vec()),
        }
    }
    chunks
}

/// At most how many actions the changes are: an entry each, and a node on every level.
fn actions(changes: &[PointChange]) -> usize {
    changes.iter().map(|change| 1 + change.listing.levels().all().len()).sum()
}

impl Store {
    /// Applies parts, the last first.
    pub(super) async fn finish(&self, parts: Vec<Part>) -> Result<()> {
        for Part { key, mark, changes } in parts.into_iter().rev() {
            let answer = self.transact(|shard| {
                let higher = Action::no_part(key.higher_redo()?).item(&self.table)?;
                let mut items = vec![Action::take_part(key.clone(), mark).item(&self.table)?, higher];
                items.extend(point_items(&changes, shard, &self.table)?);
                Ok(items)
            });
            match answer.await {
                // Refused: somebody else was first, or we have not seen all parts and whoever does will finish.
                Ok(()) | Err(Cancelled::Refused(_)) => {}
                Err(Cancelled::Failed(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Finishes whatever is still to be done for one of `listings`.
    pub(super) async fn finish_for(&self, listings: &[Listing]) -> Result<bool> {
        let concerns = |part: &Part| part.changes.iter().any(|change| listings.contains(&change.listing));
        let parts: Vec<_> = self.pending().await?.into_iter().filter(concerns).collect();
        let any = !parts.is_empty();
        // The parts of one entity have to be applied in order, all of them.
        let mut owners: Vec<_> = parts.iter().filter_map(|part| part.key.redo_owner()).collect();
        owners.dedup();
        for owner in owners {
            self.finish(self.parts(owner).await?).await?;
        }
        Ok(any)
    }

    /// Finishes every write that is not: what the sweeper does, for writers that died.
    ///
    /// # Errors
    /// [`Error::Busy`] if the table stays busy.
    pub async fn finish_all(&self) -> Result<()> {
        self.finish(self.pending().await?).await
    }

    /// The parts of all writes that are still to be done.
    pub(super) async fn pending(&self) -> Result<Vec<Part>> {
        self.parts(String::new()).await
    }

    /// The parts of writes to one entity that are still to be done.
    pub(super) async fn parts_of(&self, kind: Kind, id: u32) -> Result<Vec<Part>> {
        self.parts(Key::redo_prefix(kind, id)).await
    }

    async fn parts(&self, prefix: String) -> Result<Vec<Part>> {
        let to = format!("{prefix}~");
        let from = if prefix.is_empty() { "!".to_owned() } else { prefix };
        let items = self.query(Key::REDO.to_owned(), from, to, Order::Ascending, None).await?;
        let part = |item| {
            let raw = Raw(item);
            let key = raw.key().ok_or_else(|| Error::internal("a redo part has no key"))?;
            let record = raw.decode()?;
            Ok(Part { key, mark: record.revision, changes: record.value })
        };
        items.into_iter().map(part).collect()
    }
}
