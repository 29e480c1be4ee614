//! The steps that take an import back: what nobody has edited since is deleted or hidden, the rest stays and is listed.

use super::cursor::Made;
use super::fate::{Fate, SAVE, TAKE_BACK};
use super::import_step::ImportStep;
use super::resolving::from_failure;
use customers::OrganizationImport;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use shared::http::{Import, Saver};
use shared::jobs::{JobState, Outcome, Step};
use shared::model::{SaveOptions, Shown};
use shared::store::{Entity, Store, Stored};
use shared::{Error, Result};

/// Records that are looked at together.
const TOGETHER: u32 = 48;
/// Records that are written at once.
const AT_ONCE: usize = 6;
/// How often one is looked at again that somebody else is changing.
const TRIES: u32 = 6;

/// Takes back.
///
/// # Errors
/// [`Error::Busy`] if table or storage do not answer.
pub async fn step<I: Import>(step: ImportStep<'_>) -> Result<Step> {
    let made = step.cursor.made.unwrap_or_default();
    let mut cursor = step.cursor.clone();
    let mut back = cursor.taken_back.take().ok_or_else(|| Error::internal("nobody has asked for it"))?;
    let (all, begun, mut fates) = (made.rows.saturating_add(made.organizations), back.ids, Vec::new());
    if begun == 0 {
        fates.extend(updated(&step).await?);
        back.left += fates.len() as u32;
    }
    while back.ids < all && (back.ids == begun || !step.is_over()) {
        let ids = batch(&made, back.ids);
        let saver = saver(step.store, back.by);
        let left = match back.ids < made.rows {
            true => take_back::<I>(&saver, &ids).await?,
            // After the customers, for an organization that somebody belongs to stays.
            false => take_back::<OrganizationImport>(&saver, &ids).await?,
        };
        back.left += left.len() as u32;
        fates.extend(left);
        back.ids += ids.len() as u32;
    }
    if !fates.is_empty() {
        step.objects.put_fates(TAKE_BACK, step.attempt, &fates).await?;
        back.fates.push(step.attempt);
    }
    let is_done = back.ids >= all;
    let message = is_done.then(|| told(back.left));
    let done_rows = if is_done { step.job.rows } else { u64::from(back.ids.min(made.rows)) };
    cursor.taken_back = Some(back);
    let outcome = if is_done { Outcome::Rests(JobState::Undone) } else { Outcome::GoesOn };
    Ok(Step { done_rows, message, ..step.left(&cursor, outcome)? })
}

fn told(left: u32) -> String {
    match left {
        0 => "全部收回了".to_owned(),
        _ => format!("有{left}条没有收回，原因在报告里，其余的都收回了"),
    }
}

/// The next ids, all of one kind.
fn batch(made: &Made, from: u32) -> Vec<u32> {
    let (first, from, end) = match from.checked_sub(made.rows) {
        None => (made.first, from, made.rows),
        Some(from) => (made.first_organization, from, made.organizations),
    };
    (from..end.min(from.saturating_add(TOGETHER))).map(|at| first.saturating_add(at)).collect()
}

/// The records that the import has changed, which stay as they are.
async fn updated(step: &ImportStep<'_>) -> Result<Vec<Fate>> {
    let mut left = Vec::new();
    for attempt in &step.cursor.fates {
        // After some days they are gone, and so is what could be told.
        if !step.objects.has_fates(SAVE, *attempt).await? {
            continue;
        }
        for fate in step.objects.fates(SAVE, *attempt).await? {
            if let Fate::Updated { id } = fate {
                let reason = "导入时修改了已有的记录，可以在变更记录里恢复".to_owned();
                left.push(Fate::Left { id, title: String::new(), reason });
            }
        }
    }
    Ok(left)
}

fn saver(store: &Store, by: u32) -> Saver<'_> {
    Saver { store, by, now: store.now(), epoch: store.epoch(), options: SaveOptions::default() }
}

/// Takes records back; answers those that stay.
async fn take_back<I: Import>(saver: &Saver<'_>, ids: &[u32]) -> Result<Vec<Fate>> {
    let records = saver.store.entities::<I::Record>(ids).await?;
    let done = iter(records.into_iter().map(|record| take_one_back::<I>(saver, record)));
    let done: Vec<Option<Fate>> = done.buffered(AT_ONCE).try_collect().await?;
    Ok(done.into_iter().flatten().collect())
}

/// Takes one back; answers why not, if it stays.
async fn take_one_back<I: Import>(saver: &Saver<'_>, mut record: Stored<I::Record>) -> Result<Option<Fate>> {
    for _ in 0..TRIES {
        // Somebody else has hidden it, or an earlier attempt of this step.
        if I::is_hidden(&record.record.value) {
            return Ok(None);
        }
        let id = record.id;
        let left = |reason: String| Fate::Left { id, title: record.record.value.title().text, reason };
        if <I::Record as Shown>::version(&record) > 1 {
            return Ok(Some(left("导入以后有人修改过".to_owned())));
        }
        match I::take_back(saver, &record).await {
            Ok(()) => return Ok(None),
            Err(failure) if failure.is_stale() => {}
            Err(failure) if failure.is_ours() => return Err(from_failure(failure)),
            Err(failure) => return Ok(Some(left(failure.message().to_owned()))),
        }
        match saver.store.entity::<I::Record>(id).await? {
            Some(now) => record = now,
            None => return Ok(None),
        }
    }
    Err(Error::Busy("somebody else is always changing a record".to_owned()))
}
