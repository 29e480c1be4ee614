//! Deferred writes of version 0.1: one item in the partition `REDO`, with the changes that are left.

use super::finish::Limit;
use super::intent::{DeferredWrite, IntentDocument};
use crate::store::action::{Action, ItemChange};
use crate::store::expect::Expect;
use crate::store::key::Key;
use crate::store::listing::ListingChange;
use crate::store::record::Record;
use crate::store::table::Store;
use crate::{Error, Result};

impl Store {
    /// Turns every deferred write of version 0.1 into one of today, and finishes it.
    pub(super) async fn finish_legacy(&self) -> Result<()> {
        let mut all = Ok(());
        for (key, item) in self.legacy_items().await? {
            let finished = self.finish_legacy_item(&key, item).await;
            if let Err(cause) = &finished {
                self.notices.tell("a deferred write cannot be finished", &key, cause);
            }
            all = finished.and(all);
        }
        all
    }

    async fn finish_legacy_item(&self, key: &Key, item: Result<Record<IntentDocument>>) -> Result<()> {
        let item = item?;
        let deferred = DeferredWrite::new(key.of_today(), item.value.changes(), self.clock.epoch())?;
        let delete = Action::on(Expect::Revision(item.revision), ItemChange::Delete(key.clone()));
        let [intent, cursor] = deferred.actions()?;
        let items = [&delete, &intent, &cursor].into_iter().map(|action| action.item(&self.table));
        let items: Vec<_> = items.collect::<Result<_>>()?;
        match self.transact(items, &[]).await.map_err(Error::from) {
            Ok(_) => self.finish(deferred, Limit::None).await.map(drop),
            // Somebody else was first, or an entity that was written meanwhile has a deferred write of today: next time.
            Err(Error::Stale) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The changes that the deferred writes of version 0.1 have left, by their keys.
    pub(in crate::store) async fn legacy_changes(&self) -> Result<Vec<(Key, Result<Vec<ListingChange>>)>> {
        let items = self.legacy_items().await?;
        let changes = |item: Result<Record<IntentDocument>>| item.map(|item| item.value.changes());
        Ok(items.into_iter().map(|(key, item)| (key, changes(item))).collect())
    }

    /// The deferred writes of version 0.1, by their keys.
    async fn legacy_items(&self) -> Result<Vec<(Key, Result<Record<IntentDocument>>)>> {
        let items = self.partition(Key::LEGACY_DEFERRED).await?;
        Ok(items.into_iter().map(|(key, raw)| (key, raw.decode())).collect())
    }
}
