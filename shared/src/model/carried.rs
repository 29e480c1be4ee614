//! Records that the entries of their listings carry, so that a page of them costs no more than its entries.
//!
//! A page of twenty records would else cost twenty capacity units and a round trip more, and what an entry carries
//! up to a kilobyte costs nothing to write. Where a record has long texts its entry carries the rest of it, from which
//! it is known whom it mentions: the texts are then read in the round trip that reads the names.

use super::{Mentioned, Names};
use crate::store::{Entity, Entry, Store, Stored};
use crate::{Error, Result};
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most bytes that an entry carries, unless a record without its texts has more. With its keys it is below a
/// kilobyte, and twenty of them are 4 capacity units.
const MOST: usize = 700;

/// A record that its entries carry. Its [`Entity::covering`] is [`Carried::carry`].
pub trait Carried: Entity + Clone {
    /// How answers show it.
    type Row: Serialize;

    /// 1 at first, one more with every edit: the `version` that callers see.
    fn edition(&self) -> u32;

    /// The same without what may be long.
    fn without_texts(&self) -> Self;

    /// Adds those whom it mentions.
    fn mention(&self, mentioned: &mut Mentioned);

    /// How an answer shows it.
    fn row(self, id: u32, names: &Names) -> Self::Row;

    /// What its entries carry.
    fn carry(&self) -> Option<String> {
        let json = |record: &Self, whole| serde_json::to_string(&Load { record, whole }).ok();
        json(self, true).filter(|json| json.len() <= MOST).or_else(|| json(&self.without_texts(), false))
    }
}

/// What an entry carries.
#[derive(Serialize, Deserialize)]
struct Load<T> {
    record: T,
    /// Whether its texts are in it.
    whole: bool,
}

/// Records in their order, and the names of those whom they mention.
#[derive(Debug, Clone)]
pub struct Gathered<T> {
    /// The records with their ids.
    pub records: Vec<(u32, T)>,
    /// The names.
    pub names: Names,
}

impl<T: Carried> Gathered<T> {
    /// The records of `entries`, which are those of a listing in which a `T` stands. One round trip.
    ///
    /// # Errors
    /// [`Error::Stale`] if one with long texts was written since, [`Error::Busy`] if the database does not answer.
    pub async fn of_entries(store: &Store, entries: &[Entry]) -> Result<Self> {
        let loads = entries.iter().map(|entry| Ok((entry.point.id, Load::of_entry(entry)?)));
        let mut loads: Vec<(u32, Load<T>)> = loads.collect::<Result<_>>()?;
        let long: Vec<_> = loads.iter().filter(|(_, load)| !load.whole).map(|(id, _)| *id).collect();
        let mentioned = mentioned(loads.iter().map(|(_, load)| &load.record));
        let (of_names, of_texts) = (store.branch(), store.branch());
        let (names, whole) = try_join(mentioned.names(&of_names), of_texts.entities::<T>(&long)).await?;
        store.join();
        let mut whole: HashMap<_, _> =
            whole.into_iter().map(|stored| (stored.id, stored.record.value)).collect();
        for (id, load) in loads.iter_mut().filter(|(_, load)| !load.whole) {
            // Whom a newer one mentions was not asked for.
            let same = whole.remove(id).filter(|whole| whole.edition() == load.record.edition());
            load.record = same.ok_or(Error::Stale)?;
        }
        Ok(Self { records: loads.into_iter().map(|(id, load)| (id, load.record)).collect(), names })
    }

    /// Records as they were read. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`] if the database does not answer.
    pub async fn of_stored(store: &Store, stored: Vec<Stored<T>>) -> Result<Self> {
        let names = mentioned(stored.iter().map(|stored| &stored.record.value)).names(store).await?;
        Ok(Self {
            records: stored.into_iter().map(|stored| (stored.id, stored.record.value)).collect(),
            names,
        })
    }

    /// How an answer shows them.
    pub fn rows(self) -> Vec<T::Row> {
        let Self { records, names } = self;
        records.into_iter().map(|(id, record)| record.row(id, &names)).collect()
    }
}

impl<T: Carried> Load<T> {
    fn of_entry(entry: &Entry) -> Result<Self> {
        let json = entry.covering.as_deref().ok_or_else(|| Error::internal("an entry carries no record"))?;
        serde_json::from_str(json).map_err(Error::internal)
    }
}

/// What an entry carries of its record: all but what is long.
///
/// # Errors
/// [`Error::Internal`] if the entry is not of a listing in which a `T` stands.
pub fn carried<T: Carried>(entry: &Entry) -> Result<T> {
    Load::of_entry(entry).map(|load| load.record)
}

fn mentioned<'a, T: Carried + 'a>(records: impl Iterator<Item = &'a T>) -> Mentioned {
    let mut mentioned = Mentioned::default();
    records.for_each(|record| record.mention(&mut mentioned));
    mentioned
}
