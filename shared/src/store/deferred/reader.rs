//! Reading listings while deferred writes change them.

use super::finish::Limit;
use super::intent::DeferredWrite;
use super::overlay::Overlay;
use crate::store::key::Key;
use crate::store::listing::Listing;
use crate::store::record::Raw;
use crate::store::table::Store;
use crate::{Error, Result};
use futures_util::future::try_join;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// For how long a reader works on a deferred write whose writer has died.
const HELP: Duration = Duration::from_millis(200);

/// How often a reader reads again because deferred writes went on meanwhile. The changes of one listing are made in one
/// transaction: each deferred write is in a reader's way once at most for each listing.
const ROUNDS: u32 = 20;

impl Store {
    /// The answer of `read`, which reads `listings`, as it is once all deferred writes are finished. They are looked for at
    /// the same time. Where one concerns a listing, `read` is called again with the changes that are still to be made.
    pub(in crate::store) async fn with_deferred<T, F: Future<Output = Result<T>>>(
        &self,
        listings: &[Listing],
        read: impl Fn(Self) -> F,
    ) -> Result<T> {
        if !listings.iter().any(Listing::is_deferred) {
            return read(self.clone()).await;
        }
        let store = self.branch();
        let (answer, deferred) = try_join(read(self.clone()), store.deferred_writes()).await?;
        self.meter.join();
        let mut overlay = Overlay::new(&deferred, listings);
        if overlay.is_empty() {
            return Ok(answer);
        }
        self.help(&deferred, listings).await;
        for _ in 0..ROUNDS {
            let answer = read(self.overlaid(overlay.clone())).await?;
            let now = Overlay::new(&self.deferred_writes().await?, listings);
            if now == overlay {
                return Ok(answer);
            }
            // A change was made meanwhile: what was read may have it already.
            overlay = now;
        }
        Err(Error::Busy("deferred writes keep changing the listing".to_owned()))
    }

    /// Finishes deferred writes that concern `listings` and whose writers have died, as far as there is time.
    async fn help(&self, deferred: &[DeferredWrite], listings: &[Listing]) {
        let epoch = self.clock.epoch();
        let is_left = |write: &&DeferredWrite| {
            write.cursor.until <= epoch
                && write.left().iter().any(|change| listings.contains(&change.listing))
        };
        for write in deferred.iter().filter(is_left) {
            self.finish_logged(write.clone(), Limit::Time(HELP)).await;
        }
    }

    /// All deferred writes that can be read; what cannot is logged.
    pub(in crate::store) async fn deferred_writes(&self) -> Result<Vec<DeferredWrite>> {
        Ok(self.deferred_items().await?.into_iter().filter_map(|(_, read)| read.ok()).collect())
    }

    /// All deferred writes by the keys of their intents, also those that cannot be read.
    pub(in crate::store) async fn deferred_items(&self) -> Result<Vec<(Key, Result<DeferredWrite>)>> {
        let mut items: HashMap<Key, Raw> = self.partition(Key::DEFERRED).await?.into_iter().collect();
        let keys: BTreeSet<Key> =
            items.keys().map(|key| key.intent().unwrap_or_else(|| key.clone())).collect();
        let mut writes = Vec::new();
        for key in keys {
            let read = match (items.remove(&key), items.remove(&key.cursor())) {
                (Some(intent), Some(cursor)) => DeferredWrite::decode(key.clone(), intent, cursor).map(Some),
                // One of the two was read before it was deleted or after it was created, or it is really missing.
                _ => self.deferred_write(&key).await,
            };
            let Some(read) = read.transpose() else { continue };
            if let Err(cause) = &read {
                self.notices.tell("a deferred write cannot be read", &key, cause);
            }
            writes.push((key, read));
        }
        Ok(writes)
    }
}
