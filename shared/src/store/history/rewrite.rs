//! Rewriting what is kept of an entity, where something in it must be forgotten.
//!
//! Whoever rewrites an entity rewrites its versions first and the entity itself after them. So nobody brings back what they
//! have read in an old version: their write is on condition of the entity, or of the version ([`Write::restore`]), as they
//! have read it. An edit between the two keeps one more version; so it is all done once a round finds nothing to write.
//!
//! [`Write::restore`]: crate::store::Write::restore

use super::History;
use crate::store::action::{Action, Condition, ConditionFailure, ItemChange};
use crate::store::entity::Entity;
use crate::store::expect::Expect;
use crate::store::key::Key;
use crate::store::listing::{EntryContent, Order};
use crate::store::record::{Attributes, Raw, attribute};
use crate::store::table::Store;
use crate::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;

/// The name of the entity in the document of a version.
const VALUE: &str = "value";

/// Items that one transaction writes: it takes 4 MB, and the largest records have some 50 kB.
const AT_ONCE: usize = 50;

impl Store {
    /// Lets `change` change every version that is kept of the entity `id`, but not the entity as it is now. Who wrote and who
    /// replaced a version, when and how, stays. Answers whether anything was written. One round trip, and one more for each 50
    /// versions that change.
    ///
    /// # Errors
    /// [`Error::Stale`] if somebody else rewrites a version, [`Error::Busy`] if the table stays busy, [`Error::Internal`] if a
    /// version is not a `T`.
    pub async fn rewrite_versions<T: Entity + Clone + PartialEq>(
        &self,
        id: u32,
        change: impl Fn(&mut T),
    ) -> Result<bool> {
        let [first, last] = [0, u32::MAX].map(|revision| Key::version(T::KIND, id, revision));
        let rewrite = |item| rewritten(item, &change);
        let versions = self.query(first.p, first.s, last.s, Order::Ascending, None, rewrite).await?;
        self.make(versions.into_iter().flatten().collect()).await
    }

    /// Lets the entries of log and trash carry what follows from the versions of the entity `id` as they are now. An entry
    /// that is not there is left to a [repair](crate::store::verify). Answers whether anything was written. Three round trips,
    /// and one more for each 50 entries that change.
    ///
    /// # Errors
    /// As [`Store::rewrite_versions`].
    pub async fn correct_log<T: Entity>(&self, id: u32) -> Result<bool> {
        let mut entries = History::of(id, self.versions::<T>(id).await?).entries();
        entries.retain(|entry| entry.projection.is_some());
        let keys: Vec<_> = entries.iter().map(|entry| entry.listing.entry(entry.point)).collect();
        let mut found = self.get_raw(&keys).await?;
        let mut actions = Vec::new();
        for (entry, key) in entries.into_iter().zip(keys) {
            let Some(Raw(mut item)) = found.remove(&key) else { continue };
            let content = EntryContent::new(&entry.listing, entry.point, entry.projection.as_deref());
            if EntryContent::take(&mut item)? != content {
                // Whoever is restored meanwhile leaves the trash, and does not come back to it.
                let (change, condition) = (ItemChange::Put(content.item(&key)), Some(Condition::Exists));
                actions.push(Action { change, condition, failure: ConditionFailure::Stale });
            }
        }
        self.make(actions).await
    }

    /// Waits until no write to the entity `id` is [deferred](crate::store::deferred) any more: the intent of one has the
    /// projection that it writes. Finishes it if its writer has died. One round trip where there is none.
    ///
    /// # Errors
    /// [`Error::Busy`] if that takes too long.
    pub async fn finish_deferred<T: Entity>(&self, id: u32) -> Result<()> {
        self.finish_entity(&Key::deferred(T::KIND, id)).await
    }

    /// Makes the actions, in as many transactions as they take. Answers whether there were any.
    async fn make(&self, actions: Vec<Action>) -> Result<bool> {
        for part in actions.chunks(AT_ONCE) {
            let items: Vec<_> = part.iter().map(|action| action.item(&self.table)).collect::<Result<_>>()?;
            self.transact(items, &[]).await?;
        }
        Ok(!actions.is_empty())
    }
}

/// Puts a version as `change` changes it, if that makes a difference.
fn rewritten<T: Entity + Clone + PartialEq>(
    item: Attributes,
    change: impl Fn(&mut T),
) -> Result<Option<Action>> {
    let raw = Raw(item);
    let expect = Expect::Revision(raw.revision()?);
    let Raw(mut item) = raw;
    // The mark of a restore has no value.
    let document = item.get_mut(attribute::DOCUMENT);
    let Some(value) = document.and_then(value_of) else { return Ok(None) };
    let old: T = serde_dynamo::from_attribute_value(value.clone()).map_err(Error::unreadable::<T>)?;
    let mut new = old.clone();
    change(&mut new);
    if new == old {
        return Ok(None);
    }
    *value = serde_dynamo::to_attribute_value(&new).map_err(Error::internal)?;
    let revision = AttributeValue::N(expect.next_revision().to_string());
    item.insert(attribute::REVISION.to_owned(), revision);
    Ok(Some(Action::on(expect, ItemChange::Put(item))))
}

fn value_of(document: &mut AttributeValue) -> Option<&mut AttributeValue> {
    match document {
        AttributeValue::M(document) => document.get_mut(VALUE),
        _ => None,
    }
}
