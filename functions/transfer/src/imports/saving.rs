//! The steps that save rows, some at once.

use super::checking::{columns, judge};
use super::cursor::{Made, OnDuplicate};
use super::draft::{CellFault, Draft, Drafter, ORGANIZATION};
use super::fate::{Fate, SAVE};
use super::import_step::ImportStep;
use super::imported_file::{FileRow, ImportedFile};
use super::objects::{ORGANIZATIONS, SOURCE};
use super::people::People;
use super::resolving::{
    KnownOrganizations, from_failure, organization_faults, same_records, unknown_organization,
};
use customers::OrganizationImport;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use shared::http::{Failure, HttpResult, Import, Named, Params, Place, RowForm, Saver};
use shared::jobs::{JobState, Outcome, Step, Tally};
use shared::model::{Employee, Organization, SaveOptions};
use shared::search::unique_name;
use shared::store::Stored;
use shared::{Error, Result};
use std::collections::{HashMap, HashSet};

/// Rows that are saved at once: more would make others wait for the listings that all writes share.
const AT_ONCE: usize = 4;
/// How often a row is tried again that somebody else is in the way of.
const TRIES: u32 = 6;

/// The parameter that insists on a second record.
const ALLOW_DUPLICATE: &str = "allow_duplicate";

/// What became of a row.
enum Saved {
    Created,
    Updated(u32),
    Skipped,
    Failed(Vec<CellFault>),
}

/// A row on its way.
struct Row {
    /// The id that is reserved for its record.
    id: u32,
    draft: Draft,
    form: Params,
    /// The record that is the same.
    same: Option<u32>,
}

/// Saves on.
///
/// # Errors
/// [`Error::Busy`] if table or storage do not answer before a single row is saved.
pub async fn step<I: Import>(step: ImportStep<'_>) -> Result<Step> {
    let source: ImportedFile = step.objects.get(SOURCE).await?;
    let made = step.cursor.made.ok_or_else(|| Error::internal("no ids were reserved for an import"))?;
    let form = RowForm::of::<I>(step.store.offset());
    let columns = columns::<I>(&step, &source).map_err(Error::Internal)?;
    let people =
        if Drafter::names_people(&columns) { People::read(step.store).await? } else { People::default() };
    let employee = step.store.entity::<Employee>(step.job.by).await?;
    let employee = employee.ok_or_else(|| Error::internal("whoever imports is gone"))?;
    let organizations: Vec<String> =
        if made.organizations > 0 { step.objects.get(ORGANIZATIONS).await? } else { Vec::new() };
    let organizations = organizations.into_iter().zip(made.first_organization..);
    let drafter = Drafter::new(&form, columns, &source.headings, people);
    let saving = Saving {
        step: &step,
        form: &form,
        of_organizations: &RowForm::of::<OrganizationImport>(step.store.offset()),
        drafter: &drafter,
        employee: &employee,
        new_organizations: organizations.map(|(name, id)| (unique_name(&name), (id, name))).collect(),
    };
    let (begun, mut row, mut fates) = (step.cursor.row, step.cursor.row, Vec::new());
    let mut tally = step.job.tally;
    'blocks: while row < source.rows && (row == begun || !step.is_over()) {
        let rows = step.objects.rows(row).await?;
        for group in rows.chunks(step.rows_at_once) {
            let saved = match saving.save::<I>(&made, row, group).await {
                // What was saved of the group is found again by its ids.
                Err(Error::Busy(cause)) if row == begun => return Err(Error::Busy(cause)),
                Err(Error::Busy(_)) => break 'blocks,
                saved => saved?,
            };
            for (file_row, saved) in group.iter().zip(saved) {
                row += 1;
                fates.extend(saving.count(&mut tally, file_row, saved));
            }
            if step.is_over() {
                break 'blocks;
            }
        }
        if rows.is_empty() {
            return Err(Error::internal("rows of an import are gone"));
        }
    }
    let mut cursor = step.cursor.clone();
    cursor.row = row;
    if !fates.is_empty() {
        step.objects.put_fates(SAVE, step.attempt, &fates).await?;
        cursor.fates.push(step.attempt);
    }
    let is_done = row >= source.rows;
    let outcome = if is_done { Outcome::Rests(JobState::Done) } else { Outcome::GoesOn };
    Ok(Step { done_rows: row.into(), tally, ..step.left(&cursor, outcome)? })
}

/// In which way rows are saved.
struct Saving<'a> {
    step: &'a ImportStep<'a>,
    form: &'a RowForm,
    of_organizations: &'a RowForm,
    drafter: &'a Drafter<'a>,
    employee: &'a Stored<Employee>,
    /// The ids and names of organizations that are to be made, by name as it is compared.
    new_organizations: HashMap<String, (u32, String)>,
}

impl Saving<'_> {
    fn saver(&self) -> Saver<'_> {
        let (step, epoch) = (self.step, self.step.store.epoch());
        let options =
            SaveOptions { owner_limit: step.parameters.rules.owner_limit, ..SaveOptions::default() };
        Saver { store: step.store, by: step.job.by, now: step.store.now(), epoch, options }
    }

    /// Saves rows, the first of which is row number `first` of the file's.
    async fn save<I: Import>(&self, made: &Made, first: u32, rows: &[FileRow]) -> Result<Vec<Saved>> {
        let store = self.step.store;
        let mut drafts: Vec<_> = rows.iter().map(|row| self.drafter.draft(row)).collect();
        let mut known = KnownOrganizations::of(store, &drafts).await?;
        let mut forms = Vec::new();
        for draft in &mut drafts {
            if self.step.parameters.options.on_duplicate == OnDuplicate::Create
                && self.form.param(ALLOW_DUPLICATE).is_some()
            {
                draft.values.insert(ALLOW_DUPLICATE.to_owned(), true.into());
            }
            if !known.fill(draft) && !makes_organizations::<I>() {
                let name = draft.organization.clone().unwrap_or_default();
                draft.faults.push(unknown_organization(&name));
            }
            forms.push(judge(self.form, draft));
        }
        let same = same_records::<I>(store, &drafts, &forms).await?;
        let on_duplicate = self.step.parameters.options.on_duplicate;
        let mut waiting = Vec::new();
        for (((at, mut draft), mut form), same) in (first..).zip(drafts).zip(forms).zip(same) {
            let is_left = same.is_some() && matches!(on_duplicate, OnDuplicate::Skip | OnDuplicate::Refuse);
            let is_of_new = draft.organization.is_some() && !draft.values.contains_key(ORGANIZATION);
            if draft.faults.is_empty() && !is_left && is_of_new {
                // A row before it may have made it just now.
                if !known.fill(&mut draft) {
                    let made = self.make_organization(&mut known, &draft).await?;
                    draft.faults.extend(made.err().unwrap_or_default());
                    known.fill(&mut draft);
                }
                form = judge(self.form, &mut draft);
            }
            waiting.push(Row { id: made.first.saturating_add(at), draft, form, same });
        }
        // Of two rows for the same record the first is saved before the second.
        let mut saved = Vec::new();
        for (number, apart) in apart::<I>(&mut waiting)?.into_iter().enumerate() {
            if number > 0 {
                self.look_again::<I>(apart).await?;
            }
            let rows: Vec<_> = apart.iter().map(|row| self.save_row::<I>(row)).collect();
            saved.extend(iter(rows).buffered(AT_ONCE).try_collect::<Vec<_>>().await?);
        }
        Ok(saved)
    }

    /// Looks up once more what is the same as these rows: rows before them may be.
    async fn look_again<I: Import>(&self, rows: &mut [Row]) -> Result<()> {
        let (drafts, forms): (Vec<_>, Vec<_>) =
            rows.iter().map(|row| (row.draft.clone(), row.form.clone())).unzip();
        let same = same_records::<I>(self.step.store, &drafts, &forms).await?;
        rows.iter_mut().zip(same).for_each(|(row, same)| row.same = same);
        Ok(())
    }

    /// Makes the organization that a row names and that is not there.
    async fn make_organization(
        &self,
        known: &mut KnownOrganizations,
        draft: &Draft,
    ) -> Result<std::result::Result<(), Vec<CellFault>>> {
        let name = draft.organization.clone().unwrap_or_default();
        let Some((id, name)) = self.new_organizations.get(&unique_name(&name)) else {
            let mut faults = organization_faults(self.of_organizations, &name);
            if faults.is_empty() {
                faults.push(unknown_organization(&name));
            }
            return Ok(Err(faults));
        };
        let saver = self.saver();
        let new = Organization { creator: Some(saver.by), ..Organization::new(name.clone(), saver.now) };
        let mut write = saver.write();
        new.create(&mut write, *id)?;
        let id = match self.step.store.commit(write).await {
            Ok(()) => *id,
            // Somebody else has made it meanwhile.
            Err(Error::Taken { id, .. }) => id,
            // It was made in this step already, and has another name by now.
            Err(Error::Stale) => match self.step.store.entity::<Organization>(*id).await? {
                Some(organization) => organization.id,
                None => return Err(Error::Busy("an organization is being made".to_owned())),
            },
            Err(error) => return Err(error),
        };
        known.insert(name, id);
        Ok(Ok(()))
    }

    async fn save_row<I: Import>(&self, row: &Row) -> Result<Saved> {
        let mut same = row.same;
        for _ in 0..TRIES {
            if !row.draft.faults.is_empty() {
                break;
            }
            let on_duplicate = self.step.parameters.options.on_duplicate;
            let result = match same {
                // An earlier attempt of this step has made it.
                Some(id) if id == row.id => return Ok(Saved::Created),
                None => self.create::<I>(row).await,
                Some(id) => match on_duplicate {
                    OnDuplicate::Create => self.create::<I>(row).await,
                    OnDuplicate::Skip => return Ok(Saved::Skipped),
                    OnDuplicate::Refuse => {
                        let message = format!("与已有的记录（id {id}）重复");
                        return Ok(Saved::Failed(vec![CellFault { field: String::new(), message }]));
                    }
                    OnDuplicate::Update => self.update::<I>(row, id).await,
                },
            };
            let failure = match result {
                Ok(saved) => return Ok(saved),
                Err(failure) => failure,
            };
            let holder = failure.holder().filter(|holder| {
                let may_be_twice = on_duplicate == OnDuplicate::Create;
                same.is_none() && (!may_be_twice || *holder == row.id)
            });
            if holder.is_some() {
                same = holder;
            } else if failure.is_stale() {
                // Somebody else was faster, or an earlier attempt of this step.
                if self.step.store.entity::<I::Record>(row.id).await?.is_some() {
                    return Ok(Saved::Created);
                }
            } else if failure.is_busy() {
                return Err(from_failure(failure));
            } else {
                return Ok(Saved::Failed(refused(&failure)));
            }
        }
        match row.draft.faults.as_slice() {
            [] => Err(Error::Busy("somebody else is always in the way of a row".to_owned())),
            faults => Ok(Saved::Failed(faults.to_vec())),
        }
    }

    async fn create<I: Import>(&self, row: &Row) -> HttpResult<Saved> {
        I::save(&self.saver(), &row.form, Place::New(row.id)).await?;
        Ok(Saved::Created)
    }

    async fn update<I: Import>(&self, row: &Row, id: u32) -> HttpResult<Saved> {
        let store = self.step.store;
        // Whoever was there and is gone: the next try makes a new one.
        let Some(old) = store.entity::<I::Record>(id).await? else { return Err(Error::Stale.into()) };
        let changes_by = self.step.parameters.rules.changes_by();
        changes_by.check(store, self.employee, &old.record.value).await?;
        I::save(&self.saver(), &row.form, Place::Old(&old)).await?;
        Ok(Saved::Updated(id))
    }

    /// Counts a row, and answers what there is to tell about it.
    fn count(&self, tally: &mut Tally, row: &FileRow, saved: Saved) -> Option<Fate> {
        match saved {
            Saved::Created => tally.created += 1,
            Saved::Skipped => tally.skipped += 1,
            Saved::Updated(id) => {
                tally.updated += 1;
                return Some(Fate::Updated { id });
            }
            Saved::Failed(faults) => {
                tally.failed += 1;
                return Some(Fate::Failed { row: row.clone(), reason: self.drafter.reason(&faults) });
            }
        }
        None
    }
}

fn makes_organizations<I: Import>() -> bool {
    I::COLUMNS.iter().any(|column| column.names == Some(Named::NewOrganization))
}

/// What a refused row is told.
fn refused(failure: &Failure) -> Vec<CellFault> {
    let mut faults: Vec<_> = failure.faults().map(|(field, message)| CellFault { field, message }).collect();
    if faults.is_empty() {
        let field = failure.field().unwrap_or_default().to_owned();
        faults.push(CellFault { field, message: failure.message().to_owned() });
    }
    faults
}

/// The rows in runs in which no two are the same.
fn apart<I: Import>(rows: &mut [Row]) -> Result<Vec<&mut [Row]>> {
    let (mut lengths, mut length, mut seen) = (Vec::new(), 0, HashSet::new());
    for row in rows.iter() {
        if row.draft.faults.is_empty() {
            let key = I::likeness(&row.form).map_err(from_failure)?.key();
            if !seen.insert(key.clone()) {
                lengths.push(length);
                (length, seen) = (0, HashSet::from([key]));
            }
        }
        length += 1;
    }
    lengths.push(length);
    let (mut runs, mut rest) = (Vec::new(), rows);
    for length in lengths {
        let (run, others) = rest.split_at_mut(length);
        runs.push(run);
        rest = others;
    }
    Ok(runs)
}
