//! The guards of unique values, as a write claims and releases them.
//!
//! A value stands under the key of today's form, or still under that of its former form: older versions compared values
//! otherwise. A write looks at both, so that a table of an older version goes on working before it is repaired. Values that
//! were different once may be the same today. A [repair](super::verify) gives them one guard, which names all who have the
//! value, the lowest id first; whoever gives it up takes their own id out of the guard and leaves the others' there.

use super::action::{Action, Condition, ConditionFailure, ItemChange};
use super::entity::{Entity, Holders, UniqueValue};
use super::expect::Expect;
use super::key::{Key, Unique};
use super::record::{Attributes, attribute, encode};
use super::transaction::is_condition_failed;
use crate::Result;
use aws_sdk_dynamodb::types::CancellationReason;

/// The guard under `key`, with the ids of the entities that have the value.
pub fn guard(key: &Key, ids: Vec<u32>) -> Result<Attributes> {
    encode(key, 1, &Holders { ids }, None)
}

/// Where the guard of an entity's value stands.
#[derive(PartialEq, Eq)]
struct Place {
    unique: Unique,
    today: Option<Key>,
    /// Where it stood in former versions, if that is elsewhere.
    former: Option<Key>,
}

/// The places of all values that no other entity may have.
fn places<T: Entity>(entity: Option<&T>) -> Vec<Place> {
    let Some(entity) = entity else { return Vec::new() };
    let (values, former) = (entity.unique_values(), entity.former_values());
    let key =
        |values: &[UniqueValue], unique| values.iter().find(|it| it.unique == unique).map(UniqueValue::key);
    let mut places: Vec<Place> = Vec::new();
    for unique in values.iter().chain(&former).map(|value| value.unique).filter(|unique| !unique.is_shared())
    {
        if !places.iter().any(|place| place.unique == unique) {
            let today = key(&values, unique);
            let former = key(&former, unique).filter(|former| today.as_ref() != Some(former));
            places.push(Place { unique, today, former });
        }
    }
    places
}

/// The actions that release the values that only `old` has and claim those that only `new` has.
pub fn actions<T: Entity>(id: u32, old: Option<&T>, new: Option<&T>) -> Result<Vec<Action>> {
    let (before, after) = (places(old), places(new));
    let had = |unique| before.iter().find(|place| place.unique == unique);
    let mut actions = Vec::new();
    for place in &before {
        let now = after.iter().find(|now| now.unique == place.unique).and_then(|now| now.today.as_ref());
        if !after.contains(place) {
            let gone = [&place.today, &place.former].into_iter().flatten().filter(|key| Some(*key) != now);
            actions.extend(gone.map(|key| release(key, id, ConditionFailure::NotMine)));
        }
    }
    for place in &after {
        let before = had(place.unique);
        // A value that is spelled otherwise is the same value, but its guard may stand under its former spelling.
        let has =
            |before: &Place| before == place || (before.today == place.today && before.former.is_none());
        let Some(today) = place.today.as_ref().filter(|_| !before.is_some_and(has)) else { continue };
        let failure = ConditionFailure::Taken(place.unique);
        let condition = if old.is_some() { Condition::Free(id) } else { Condition::Expect(Expect::Absent) };
        let change = ItemChange::Put(guard(today, vec![id])?);
        actions.push(Action { change, condition: Some(condition), failure });
        actions.extend(place.former.iter().map(|key| release(key, id, failure)));
    }
    Ok(actions)
}

fn release(key: &Key, id: u32, failure: ConditionFailure) -> Action {
    Action { change: ItemChange::Delete(key.clone()), condition: Some(Condition::Free(id)), failure }
}

/// Adds an action of a guard to those of a write, which may give a value up for one entity and claim it for another: then
/// the guard changes hands, for a transaction can do one thing to an item.
pub fn add(actions: &mut Vec<Action>, action: Action) {
    let same = actions.iter_mut().find(|other| other.change.key() == action.change.key());
    match (same, &action.change) {
        (Some(released), ItemChange::Put(_)) if matches!(released.change, ItemChange::Delete(_)) => {
            released.change = action.change;
            released.failure = ConditionFailure::Stale;
        }
        _ => actions.push(action),
    }
}

/// Makes the actions fit for guards that do not name `id` alone, where `reasons` tell of nothing else that would be in their
/// way. Answers whether they are to be tried again.
pub fn settle(actions: &mut Vec<Action>, reasons: &[CancellationReason]) -> Result<bool> {
    let mut settled = Vec::new();
    for (at, reason) in reasons.iter().enumerate().filter(|(_, reason)| is_condition_failed(reason)) {
        let Some(action) = actions.get(at) else { return Ok(false) };
        let (Some(Condition::Free(id)), Some(ids)) = (&action.condition, holders(reason)) else {
            return Ok(false);
        };
        let still = |change| {
            let condition = Some(Condition::HeldBy(ids.clone()));
            Some(Action { change, condition, failure: ConditionFailure::Stale })
        };
        let replacement = match (&action.change, action.failure) {
            // It is shared with others, who keep it.
            (ItemChange::Delete(key), _) if ids.contains(id) => {
                let others = ids.iter().copied().filter(|holder| holder != id).collect();
                still(ItemChange::Put(guard(key, others)?))
            }
            // It is only others'.
            (ItemChange::Delete(_), ConditionFailure::NotMine) => None,
            (ItemChange::Put(item), _) if ids.contains(id) => {
                Key::of(item).map(ItemChange::Check).and_then(still)
            }
            _ => return Ok(false),
        };
        settled.push((at, replacement));
    }
    let is_settled = !settled.is_empty();
    for (at, replacement) in settled.into_iter().rev() {
        match replacement {
            Some(replacement) => actions.splice(at..=at, [replacement]).for_each(drop),
            None => drop(actions.remove(at)),
        }
    }
    Ok(is_settled)
}

/// Whom the guard names that was in an action's way.
pub fn holders(reason: &CancellationReason) -> Option<Vec<u32>> {
    let document = reason.item()?.get(attribute::DOCUMENT)?.clone();
    serde_dynamo::from_attribute_value::<_, Holders>(document).ok().map(|holders| holders.ids)
}
