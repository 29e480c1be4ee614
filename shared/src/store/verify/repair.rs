//! Mending what a recount has found.

use super::difference::{Difference, Sides, What};
use crate::Result;
use crate::store::Store;
use crate::store::action::{Action, addition};
use crate::store::commit::MAX_ACTIONS;
use crate::store::write::guard;
use aws_sdk_dynamodb::types::TransactWriteItem;

/// What a repair has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repair {
    /// Is now as the entities call for.
    pub mended: Vec<Difference>,
    /// Takes somebody's decision: a value that several entities have, an item that cannot be read.
    pub left: Vec<Difference>,
}

impl Store {
    /// Makes a quiet table what its entities call for, as far as that is certain. As long as there is an item that
    /// cannot be read nothing is: what seems to be surplus may belong to it.
    ///
    /// The differences are those of [`Store::verify`], right before; what is pending is best
    /// [finished](Store::finish_all) even before that. `progress` is told how many differences are dealt with.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the table stays busy; part of the differences may then be mended.
    pub async fn repair(&self, differences: Vec<Difference>, progress: impl Fn(u64)) -> Result<Repair> {
        let unreadable = differences.iter().any(|difference| matches!(difference.what, What::Unreadable(_)));
        let (mended, left): (Vec<_>, _) =
            differences.into_iter().partition(|difference| !unreadable && difference.is_certain());
        // The counters of one node stand side by side and are one action.
        let runs: Vec<_> = mended.chunk_by(|a, b| a.key == b.key).collect();
        for runs in runs.chunks(MAX_ACTIONS) {
            self.transact(|_| runs.iter().filter_map(|run| mend(run, &self.table).transpose()).collect())
                .await?;
            progress(runs.iter().map(|run| run.len() as u64).sum());
        }
        Ok(Repair { mended, left })
    }
}

impl Difference {
    /// Whether it follows from the entities what is right.
    fn is_certain(&self) -> bool {
        match &self.what {
            What::Entry(_) | What::Counter(..) => true,
            What::Guard(Sides { expected, .. }) => expected.len() < 2 || self.key.is_shared_guard(),
            What::Unreadable(_) => false,
        }
    }
}

/// The action that mends all differences of one key.
fn mend(differences: &[Difference], table: &str) -> Result<Option<TransactWriteItem>> {
    let Some(Difference { key, what }) = differences.first() else { return Ok(None) };
    let action = match what {
        What::Entry(Sides { expected: Some(said), .. }) => Action::put(said.clone().entry(key)),
        What::Entry(Sides { expected: None, .. }) => Action::delete(key.clone()),
        What::Guard(Sides { expected, .. }) if expected.is_empty() => Action::delete(key.clone()),
        What::Guard(Sides { expected, .. }) => Action::put(guard(key, expected.clone())?),
        What::Counter(..) => {
            let counters = differences.iter().filter_map(|difference| match &difference.what {
                What::Counter(name, sides) => Some((name.clone(), sides.expected - sides.found)),
                _ => None,
            });
            return addition(key, counters, table).map(Some);
        }
        What::Unreadable(_) => return Ok(None),
    };
    action.item(table).map(Some)
}
