//! The further steps of a check: each row is read as the request would read it, and what it names is looked up. Nothing is written
//! into the table.

use super::cursor::{Cursor, OnDuplicate};
use super::draft::{CellFault, Draft, Drafter, ORGANIZATION};
use super::fate::{CHECK, Fate};
use super::findings::{Findings, SHOWN_ROWS, ShownRow};
use super::head;
use super::import_step::ImportStep;
use super::imported_file::{FileRow, ImportedFile};
use super::objects::{FINDINGS, ORGANIZATIONS, SOURCE, checked_name};
use super::people::People;
use super::resolving::{KnownOrganizations, organization_faults, same_records, unknown_organization};
use customers::OrganizationImport;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::http::{Import, ImportColumn, Likeness, Named, Params, RowForm};
use shared::jobs::{JobState, Outcome, Step};
use shared::search::unique_name;
use shared::store::Store;
use shared::{Error, Result};
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How far a check is.
#[derive(Serialize, Deserialize)]
struct Checked {
    findings: Findings,
    /// The rows that stand for others, by what those are the same by.
    seen: HashMap<u64, u32>,
    /// The names of new organizations, as they are compared.
    new: BTreeSet<String>,
    /// The same as they were met first, in that order.
    organizations: Vec<String>,
}

/// Checks on.
///
/// # Errors
/// [`Error::Busy`] if table or storage do not answer.
pub async fn step<I: Import>(step: ImportStep<'_>) -> Result<Step> {
    let source: ImportedFile = step.objects.get(SOURCE).await?;
    let form = RowForm::of::<I>(step.store.offset());
    let of_organizations = RowForm::of::<OrganizationImport>(step.store.offset());
    let columns = match columns::<I>(&step, &source) {
        Ok(columns) => columns,
        Err(message) => {
            // People see the headings, and say which is what.
            let findings = Findings::new(&source, &[], I::COLUMNS, &form);
            step.objects.put(FINDINGS, &findings).await?;
            let rest = step.left(&Cursor::default(), Outcome::Rests(JobState::Waiting))?;
            return Ok(Step { message: Some(message), ..rest });
        }
    };
    let mut checked = match step.cursor.checked {
        Some(attempt) if attempt > 0 => step.objects.get(&checked_name(attempt)).await?,
        _ => Checked {
            findings: Findings::new(&source, &columns, I::COLUMNS, &form),
            seen: HashMap::new(),
            new: BTreeSet::new(),
            organizations: Vec::new(),
        },
    };
    let people =
        if Drafter::names_people(&columns) { People::read(step.store).await? } else { People::default() };
    let drafter = Drafter::new(&form, columns, &source.headings, people);
    let (begun, mut cursor, mut fates) = (step.cursor.row, step.cursor.clone(), Vec::new());
    while cursor.row < source.rows && (cursor.row == begun || !step.is_over()) {
        let rows = step.objects.rows(cursor.row).await?;
        if rows.is_empty() {
            return Err(Error::internal("rows of an import are gone"));
        }
        cursor.row += rows.len() as u32;
        let block = Block {
            store: step.store,
            form: &form,
            of_organizations: &of_organizations,
            drafter: &drafter,
            rows,
            on_duplicate: step.parameters.options.on_duplicate,
        };
        fates.extend(block.check::<I>(&mut checked).await?);
    }
    if !fates.is_empty() {
        step.objects.put_fates(CHECK, step.attempt, &fates).await?;
        cursor.fates.push(step.attempt);
    }
    let (done_rows, is_done) = (cursor.row.into(), cursor.row >= source.rows);
    if is_done {
        checked.findings.new_organizations = checked.organizations.len() as u32;
        step.objects.put(ORGANIZATIONS, &checked.organizations).await?;
        step.objects.put(FINDINGS, &checked.findings).await?;
        cursor.checked = Some(0);
        let ready = step.left(&cursor, Outcome::Rests(JobState::Ready))?;
        return Ok(Step { done_rows: 0, ..ready });
    }
    step.objects.put(&checked_name(step.attempt), &checked).await?;
    cursor.checked = Some(step.attempt);
    Ok(Step { done_rows, ..step.left(&cursor, Outcome::GoesOn)? })
}

/// The columns of the file: those that were asked for, or those that the headings tell.
pub fn columns<I: Import>(
    step: &ImportStep<'_>,
    source: &ImportedFile,
) -> std::result::Result<Vec<Option<&'static ImportColumn>>, String> {
    let columns = match &step.parameters.options.mapping {
        Some(mapping) => head::mapped(mapping, &source.headings, I::COLUMNS)?,
        None => head::suggested(&source.headings, I::COLUMNS),
    };
    match columns.iter().any(Option::is_some) {
        true => Ok(columns),
        false => Err("没有认出任何一列：请检查第一行的标题，或者指定每列对应的字段".to_owned()),
    }
}

/// Rows that are checked together.
struct Block<'a> {
    store: &'a Store,
    form: &'a RowForm,
    of_organizations: &'a RowForm,
    drafter: &'a Drafter<'a>,
    rows: Vec<FileRow>,
    on_duplicate: OnDuplicate,
}

impl Block<'_> {
    async fn check<I: Import>(&self, checked: &mut Checked) -> Result<Vec<Fate>> {
        let mut drafts: Vec<_> = self.rows.iter().map(|row| self.drafter.draft(row)).collect();
        let known = KnownOrganizations::of(self.store, &drafts).await?;
        let makes = I::COLUMNS.iter().any(|column| column.names == Some(Named::NewOrganization));
        let mut forms = Vec::new();
        for draft in &mut drafts {
            let is_known = known.fill(draft);
            let name = draft.organization.clone().filter(|_| !is_known);
            if let Some(name) = name.as_deref() {
                match makes {
                    true => draft.faults.extend(organization_faults(self.of_organizations, name)),
                    false => draft.faults.push(unknown_organization(name)),
                }
            }
            forms.push(judge(self.form, draft));
        }
        let same = same_records::<I>(self.store, &drafts, &forms).await?;
        let mut fates = Vec::new();
        for (((row, draft), form), same) in self.rows.iter().zip(&drafts).zip(&forms).zip(same) {
            let mut fail = |faults: &[CellFault]| {
                fates.push(Fate::Failed { row: row.clone(), reason: self.drafter.reason(faults) });
            };
            let findings = &mut checked.findings;
            if !draft.faults.is_empty() {
                findings.bad += 1;
                draft.faults.iter().for_each(|fault| findings.list(self.drafter, row, fault, false));
                fail(&draft.faults);
            } else {
                let hash = hash(&self.likeness::<I>(draft, form)?);
                let twin = checked.seen.get(&hash).copied();
                let message = match (same, twin) {
                    (Some(id), _) => Some(format!("与已有的记录（id {id}）重复")),
                    (None, Some(twin)) => Some(format!("与第{twin}行重复")),
                    (None, None) => None,
                };
                if let Some(message) = message {
                    let fault = CellFault { field: String::new(), message };
                    findings.list(self.drafter, row, &fault, true);
                    findings.duplicate += 1;
                    if self.on_duplicate == OnDuplicate::Refuse {
                        fail(&[fault]);
                    }
                } else {
                    findings.good += 1;
                    checked.seen.insert(hash, row.number);
                }
                if let Some(name) = draft.organization.as_ref().filter(|name| known.get(name).is_none())
                    && checked.new.insert(unique_name(name))
                {
                    checked.organizations.push(name.clone());
                }
            }
            if checked.findings.rows.len() < SHOWN_ROWS {
                checked.findings.rows.push(ShownRow { row: row.number, values: shown(draft) });
            }
        }
        Ok(fates)
    }

    fn likeness<I: Import>(&self, draft: &Draft, form: &Params) -> Result<Likeness> {
        let likeness = I::likeness(form).map_err(|failure| Error::internal(failure.cause()))?;
        Ok(match likeness {
            // A new organization has no id yet.
            Likeness::Text(text) => Likeness::Text(json!([text, draft.organization]).to_string()),
            guards @ Likeness::Guards(_) => guards,
        })
    }
}

/// The form that a row fills in; what is wrong with it is added to the draft.
pub fn judge(form: &RowForm, draft: &mut Draft) -> Params {
    let filled = form.filled(draft.values.clone());
    let faults = form.faults(&filled).into_iter().map(|(field, message)| CellFault { field, message });
    // What could not be read is at fault already, and is not missing besides.
    let known = |fault: &CellFault| draft.faults.iter().any(|other| other.field == fault.field);
    let new: Vec<_> = faults.filter(|fault| !known(fault) && !is_named(draft, fault)).collect();
    draft.faults.extend(new);
    filled
}

/// Whether it says that an organization is missing which the row names and which is to be made.
fn is_named(draft: &Draft, fault: &CellFault) -> bool {
    fault.field == ORGANIZATION && draft.organization.is_some()
}

/// A row as it would be stored: an organization by its name.
fn shown(draft: &Draft) -> Map<String, Value> {
    let mut values = draft.values.clone();
    if let Some(name) = &draft.organization {
        values.insert(ORGANIZATION.to_owned(), json!(name));
    }
    values
}

fn hash(likeness: &Likeness) -> u64 {
    let mut hasher = DefaultHasher::new();
    likeness.key().hash(&mut hasher);
    hasher.finish()
}
