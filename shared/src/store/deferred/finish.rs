//! Finishing deferred writes.

use super::intent::DeferredWrite;
use crate::store::key::Key;
use crate::store::table::Store;
use crate::store::transaction::Cancelled;
use crate::{Error, Result};
use std::time::{Duration, Instant};

/// So often intent and cursor are read before one is missed that was not just deleted or created.
const READS: u32 = 5;

/// For how long somebody works on a deferred write.
#[derive(Clone, Copy)]
pub(in crate::store) enum Limit {
    /// For so long at most.
    Time(Duration),
    /// Until it is finished, or the request is out of time.
    None,
}

impl Store {
    /// Makes the changes of a deferred write that are still to be made, or some of them if the time is up. Answers whether
    /// all are made.
    pub(in crate::store) async fn finish(&self, deferred: DeferredWrite, limit: Limit) -> Result<bool> {
        let begun = Instant::now();
        let mut deferred = deferred;
        loop {
            let slice = deferred.slice()?;
            let (advance, next) = deferred.advance(slice.len(), self.clock.epoch())?;
            let items = advance.iter().map(|action| action.item(&self.table));
            let items: Vec<_> = items.collect::<Result<_>>()?;
            match self.transact(items, slice).await {
                Ok(()) => match next {
                    Some(cursor) => deferred.cursor = cursor,
                    None => return Ok(true),
                },
                // Somebody else was first. They may have died since: what is left now is finished here.
                Err(Cancelled::ConditionFailed(_)) => match self.deferred_write(&deferred.key).await? {
                    Some(left) => deferred = left,
                    None => return Ok(true),
                },
                Err(Cancelled::Failed(error)) => return Err(error),
            }
            if let Limit::Time(time) = limit
                && begun.elapsed() >= time
            {
                return Ok(false);
            }
        }
    }

    /// As [`Store::finish`], where nobody waits for it: a failure is logged.
    pub(in crate::store) async fn finish_logged(&self, deferred: DeferredWrite, limit: Limit) {
        // Whoever comes next finds it.
        let _ = self.finish_told(deferred, limit).await;
    }

    /// As [`Store::finish`]; a failure is logged too.
    async fn finish_told(&self, deferred: DeferredWrite, limit: Limit) -> Result<()> {
        let key = deferred.key.clone();
        let finished = self.finish(deferred, limit).await;
        match &finished {
            Ok(_) => {}
            Err(cause @ Error::Busy(_)) => {
                self.notices.tell("a deferred write is left to others", &key, cause);
            }
            Err(cause) => self.notices.tell("a deferred write cannot be finished", &key, cause),
        }
        finished.map(drop)
    }

    /// Waits until the deferred write under this key is finished, if there is one; finishes it if its writer has died.
    pub(in crate::store) async fn finish_entity(&self, key: &Key) -> Result<()> {
        self.retried(|| async {
            match self.deferred_write(key).await? {
                None => Ok(()),
                Some(deferred) if deferred.cursor.until <= self.clock.epoch() => {
                    self.finish(deferred, Limit::None).await.map(drop)
                }
                Some(_) => Err(Error::Busy("an earlier write to the same record is not finished".to_owned())),
            }
        })
        .await
    }

    /// Finishes every deferred write whose writer has died: the sweeper does. One that cannot be finished does not stop the
    /// others.
    ///
    /// # Errors
    /// [`Error::Busy`] if the table stays busy, [`Error::Internal`] if one cannot be finished or read.
    pub async fn finish_all(&self) -> Result<()> {
        let mut all = self.finish_legacy().await;
        for (_, deferred) in self.deferred_items().await? {
            let finished = match deferred {
                Ok(deferred) if deferred.cursor.until > self.clock.epoch() => Ok(()),
                Ok(deferred) => self.finish_told(deferred, Limit::None).await,
                Err(error) => Err(error),
            };
            all = finished.and(all);
        }
        all
    }

    /// The deferred write under this key, if there is one. Intent and cursor come and go together, but reading both is no
    /// transaction: one may be read before that, and the other after. Then both are read again.
    pub(in crate::store) async fn deferred_write(&self, key: &Key) -> Result<Option<DeferredWrite>> {
        for _ in 0..READS {
            let mut items = self.get_raw(&[key.clone(), key.cursor()]).await?;
            match (items.remove(key), items.remove(&key.cursor())) {
                (None, None) => return Ok(None),
                (Some(intent), Some(cursor)) => {
                    return DeferredWrite::decode(key.clone(), intent, cursor).map(Some);
                }
                _ => {}
            }
        }
        Err(Error::internal("an intent without cursor, or a cursor without intent"))
    }
}
