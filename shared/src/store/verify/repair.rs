//! Mending what a recount has found.

use super::difference::{Difference, Mismatch, Sides};
use crate::Result;
use crate::store::action::{Action, MAX_ACTIONS, addition, assignment};
use crate::store::guard::guard;
use crate::store::record::index_version;
use crate::store::table::Store;
use aws_sdk_dynamodb::types::TransactWriteItem;

/// What a repair has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repair {
    /// The differences that are gone.
    pub mended: Vec<Difference>,
    /// The differences that somebody has to decide: an item that cannot be read, and whatever else there is beside it.
    pub left: Vec<Difference>,
}

impl Store {
    /// Makes a quiet table what its entities call for, as far as that is certain. Nothing is certain as long as an item
    /// cannot be read: whatever seems to be surplus may belong to it.
    ///
    /// `differences` come from [`Store::verify`], right before; deferred writes are best
    /// [finished](Store::finish_all) even before that. `progress` is told how many differences are dealt with.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the table stays busy; part of the differences may then be mended.
    pub async fn repair(&self, differences: Vec<Difference>, progress: impl Fn(u64)) -> Result<Repair> {
        let unreadable =
            differences.iter().any(|difference| matches!(difference.mismatch, Mismatch::Unreadable(_)));
        let (mended, left): (Vec<_>, _) =
            differences.into_iter().partition(|difference| !unreadable && difference.is_certain());
        // The counters of one node stand side by side and are one action.
        let runs: Vec<_> = mended.chunk_by(|a, b| a.key == b.key).collect();
        for runs in runs.chunks(MAX_ACTIONS / MOST) {
            let actions: Vec<_> = runs.iter().map(|run| mend(run, &self.table)).collect::<Result<_>>()?;
            self.transact(actions.concat(), &[]).await?;
            progress(runs.iter().map(|run| run.len() as u64).sum());
        }
        Ok(Repair { mended, left })
    }
}

impl Difference {
    /// Whether the entities tell what is right.
    fn is_certain(&self) -> bool {
        match &self.mismatch {
            Mismatch::Entry(_) | Mismatch::Counter(..) | Mismatch::Guard(_) => true,
            Mismatch::IndexVersion(_) | Mismatch::UnreadableDeferred(_) => true,
            Mismatch::Unreadable(_) | Mismatch::StuckDeferred(_) => false,
        }
    }
}

/// The most actions that mend the differences of one key.
const MOST: usize = 2;

/// The actions that mend all differences of one key.
fn mend(differences: &[Difference], table: &str) -> Result<Vec<TransactWriteItem>> {
    let Some(Difference { key, mismatch }) = differences.first() else { return Ok(Vec::new()) };
    let action = match mismatch {
        Mismatch::Entry(Sides { expected: Some(content), .. }) => Action::put(content.clone().item(key)),
        Mismatch::Entry(Sides { expected: None, .. }) => Action::delete(key.clone()),
        Mismatch::Guard(sides) if sides.expected.is_empty() => Action::delete(key.clone()),
        Mismatch::Guard(sides) => Action::put(guard(key, sides.expected.clone())?),
        Mismatch::Counter(..) => {
            let counters = differences.iter().filter_map(|difference| match &difference.mismatch {
                Mismatch::Counter(name, sides) => Some((name.clone(), sides.expected - sides.found)),
                _ => None,
            });
            return Ok(vec![addition(key, counters, table)?]);
        }
        Mismatch::UnreadableDeferred(_) => {
            let both = [key.clone(), key.cursor()];
            return both.into_iter().map(|key| Action::delete(key).item(table)).collect();
        }
        Mismatch::IndexVersion(sides) => {
            return Ok(vec![assignment(key, index_version(sides.expected), table)?]);
        }
        Mismatch::Unreadable(_) | Mismatch::StuckDeferred(_) => return Ok(Vec::new()),
    };
    Ok(vec![action.item(table)?])
}
