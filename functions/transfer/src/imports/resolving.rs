//! What rows name, and what is the same as they are, looked up in the table.

use super::draft::{CellFault, Draft, ORGANIZATION};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde_json::{Map, json};
use shared::http::{Failure, Import, Likeness, Params, RowForm};
use shared::model::Organization;
use shared::search::unique_name;
use shared::store::{Entity, Store};
use shared::time::Time;
use shared::{Error, Result};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// Rows without guards that are looked up at once.
const AT_ONCE: usize = 8;

/// The organizations that are there, by their names as those are compared.
#[derive(Debug, Default)]
pub struct KnownOrganizations(HashMap<String, u32>);

impl KnownOrganizations {
    /// Those that these rows name. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](shared::Error::Busy) if the database does not answer.
    pub async fn of(store: &Store, drafts: &[Draft]) -> Result<Self> {
        let names = drafts.iter().filter_map(|draft| draft.organization.as_deref());
        let guards = |name: &str| Organization::new(name.to_owned(), Time(0)).guards();
        let guards: BTreeMap<_, _> = names.map(|name| (unique_name(name), guards(name))).collect();
        let keys: Vec<_> = guards.values().flatten().cloned().collect();
        let mut found = store.get_all(&keys).await?;
        let mut known = HashMap::new();
        for (name, guards) in guards {
            if let Some(id) = found.take_holders(&guards)?.first() {
                known.insert(name, *id);
            }
        }
        Ok(Self(known))
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.0.get(&unique_name(name)).copied()
    }

    /// One that was made just now.
    pub fn insert(&mut self, name: &str, id: u32) {
        self.0.insert(unique_name(name), id);
    }

    /// Fills in the organization that a row names, if it is there; answers whether it is, or the row names none.
    pub fn fill(&self, draft: &mut Draft) -> bool {
        let Some(name) = &draft.organization else { return true };
        let Some(id) = self.get(name) else { return false };
        draft.values.insert(ORGANIZATION.to_owned(), json!(id));
        true
    }
}

/// The fault of a row that names an organization which has to be there and is not.
pub fn unknown_organization(name: &str) -> CellFault {
    CellFault {
        field: ORGANIZATION.to_owned(), message: format!("没有叫“{name}”的单位，请先新建或导入单位")
    }
}

/// What is wrong with the name of a new organization.
pub fn organization_faults(form: &RowForm, name: &str) -> Vec<CellFault> {
    let filled = form.filled(Map::from_iter([("groupName".to_owned(), json!(name))]));
    let faults = form.faults(&filled).into_iter();
    let new = Organization::new(name.to_owned(), Time(0));
    let unseen = new.guards().is_empty().then(|| "单位名称不能为空".to_owned());
    let messages = faults.map(|(_, message)| message).chain(unseen);
    messages.map(|message| CellFault { field: ORGANIZATION.to_owned(), message }).collect()
}

/// The records that are the same as these rows, of which the faultless are looked up.
///
/// # Errors
/// [`Error::Busy`] if the database does not answer.
pub async fn same_records<I: Import>(
    store: &Store,
    drafts: &[Draft],
    forms: &[Params],
) -> Result<Vec<Option<u32>>> {
    let mut likenesses = Vec::new();
    for (draft, form) in drafts.iter().zip(forms) {
        let is_good = draft.faults.is_empty();
        let likeness = is_good.then(|| I::likeness(form)).transpose().map_err(from_failure)?;
        // Nobody belongs to an organization yet that is to be made.
        let is_of_new = draft.organization.is_some() && !draft.values.contains_key(ORGANIZATION);
        likenesses.push(likeness.filter(|it| !(is_of_new && matches!(it, Likeness::Text(_)))));
    }
    let guards = |likeness: &Option<Likeness>| match likeness {
        Some(Likeness::Guards(keys)) => keys.clone(),
        _ => Vec::new(),
    };
    let keys: Vec<_> = likenesses.iter().flat_map(guards).collect();
    let mut found = store.get_all(&keys).await?;
    let mut holders = HashMap::new();
    for keys in likenesses.iter().map(guards).filter(|keys| !keys.is_empty()) {
        if let Entry::Vacant(entry) = holders.entry(keys) {
            let holder = found.take_holders(entry.key())?.first().copied();
            entry.insert(holder);
        }
    }
    let holders = &holders;
    let same = forms.iter().zip(likenesses).map(|(form, likeness)| async move {
        match likeness {
            Some(Likeness::Guards(keys)) => Ok(holders.get(&keys).copied().flatten()),
            Some(Likeness::Text(_)) => I::same(store, form).await.map_err(from_failure),
            None => Ok(None),
        }
    });
    let same: Vec<_> = same.collect();
    iter(same).buffered(AT_ONCE).try_collect().await
}

/// What a failure is to a job.
pub fn from_failure(failure: Failure) -> Error {
    match failure.is_busy() {
        true => Error::Busy(failure.cause().to_owned()),
        false => Error::internal(failure.cause()),
    }
}
