//! Kinds of record that can be imported: which columns a file may have, and how one of its rows is saved. A row fills in the form
//! of the operation that saves such a record, so that it is read by the same rules and refused in the same words.

use super::reference::{Operation, Param};
use super::{Failure, HttpResult, ParamSource, Params, Saver};
use crate::model::{RecordKind, Shown};
use crate::store::{Key, Store, Stored};
use crate::time::Offset;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A kind of record that can be imported.
pub trait Import: Send + Sync + 'static {
    /// What a row becomes.
    type Record: Shown;

    /// The kind of its records.
    const KIND: RecordKind;

    /// The columns that a file may have.
    const COLUMNS: &'static [ImportColumn];

    /// The operation that saves one, which declares the parameters.
    fn operation() -> Operation;

    /// By what another row, or a record that is there, is the same as this row.
    ///
    /// # Errors
    /// [`Failure::invalid`] if a parameter is malformed.
    fn likeness(body: &Params) -> HttpResult<Likeness>;

    /// A record that is the same as this row and has no guards: its id.
    ///
    /// # Errors
    /// A failure if the database does not answer.
    fn same(store: &Store, body: &Params) -> impl Future<Output = HttpResult<Option<u32>>> + Send;

    /// Saves one, in one transaction.
    ///
    /// # Errors
    /// Whatever a request is refused for.
    fn save(
        saver: &Saver<'_>,
        body: &Params,
        place: Place<'_, Self::Record>,
    ) -> impl Future<Output = HttpResult<()>> + Send;

    /// Whether lists do not show it any more.
    fn is_hidden(record: &Self::Record) -> bool;

    /// Deletes or hides one that nobody has edited.
    ///
    /// # Errors
    /// Whatever a request is refused for.
    fn take_back(
        saver: &Saver<'_>,
        old: &Stored<Self::Record>,
    ) -> impl Future<Output = HttpResult<()>> + Send;
}

/// By what two records are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likeness {
    /// By unique values, which stand under these guards.
    Guards(Vec<Key>),
    /// By what is written in them.
    Text(String),
}

impl Likeness {
    /// What two rows share that are the same. Of several guards the first is that of today; the others are of older versions.
    pub fn key(&self) -> String {
        match self {
            Self::Guards(keys) => format!("{:?}", keys.first()),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Where a record is saved.
pub enum Place<'a, T> {
    /// As a new one, with an id that was reserved for it.
    New(u32),
    /// In the place of this one.
    Old(&'a Stored<T>),
}

/// A column of a file.
#[derive(Debug, Clone, Copy)]
pub struct ImportColumn {
    /// The parameter that its cells fill in.
    pub field: &'static str,
    /// What may stand above it; the first is what an export calls it.
    pub headings: &'static [&'static str],
    /// What its cells name, if that has an id.
    pub names: Option<Named>,
    /// What people should know about it, in Chinese; may be empty.
    pub note: &'static str,
}

/// What a cell names by a text, and a parameter by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// An organization, which has to be there.
    Organization,
    /// An organization, which is made if it is not there.
    NewOrganization,
    /// An employee. An empty cell says nothing.
    Person,
    /// The employee whose a record is. An empty cell says: nobody's.
    Owner,
    /// Employees.
    People,
}

impl ImportColumn {
    /// A column whose cells are values.
    pub const fn new(field: &'static str, headings: &'static [&'static str]) -> Self {
        Self { field, headings, names: None, note: "" }
    }

    /// Its cells name something.
    pub const fn naming(self, names: Named) -> Self {
        Self { names: Some(names), ..self }
    }

    /// What people should know about it.
    pub const fn noted(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// The form that the rows of a kind fill in.
pub struct RowForm {
    operation: Operation,
    declared: Arc<Vec<Param>>,
    offset: Offset,
}

impl RowForm {
    /// That of a kind; the wall clock is so far ahead of UTC.
    pub fn of<I: Import>(offset: Offset) -> Self {
        let operation = I::operation();
        let declared = Arc::new(operation.params.clone());
        Self { operation, declared, offset }
    }

    /// The parameter of a field.
    pub fn param(&self, field: &str) -> Option<&Param> {
        self.declared.iter().find(|param| param.name == field)
    }

    /// The form with these values.
    pub fn filled(&self, values: Map<String, Value>) -> Params {
        // What a row says is no parameter of the request.
        Params::new(ParamSource::Body, values).declare(&self.declared, self.offset).quiet()
    }

    /// All that is wrong with a filled form: the field, and what is wrong in Chinese.
    pub fn faults(&self, params: &Params) -> Vec<(String, String)> {
        let faults = self.operation.faults(params);
        faults.iter().flat_map(Failure::faults).collect()
    }
}
