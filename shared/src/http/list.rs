//! Lists, for whoever wants all of one and not a page: a list reads its filters in one place, whether a request asks for a page
//! or an export for everything.

use super::params::Params;
use super::reference::Operation;
use super::{Call, Column, Failure, HttpResult, OwnerParam, ParamSource};
use crate::Patch;
use crate::model::{RecordKind, Walked};
use crate::store::{Store, Window};
use crate::time::Time;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A list that can be exported: its filters, and what its rows look like in a table.
pub trait List: Send + Sync + 'static {
    /// What it shows.
    type Query: Walked;

    /// The kind of its records, which is also the last part of its path.
    const KIND: RecordKind;

    /// The columns of its rows, in their order.
    const COLUMNS: &'static [Column];

    /// Its operation, which declares the filters.
    fn operation() -> Operation;

    /// What it shows with these filters.
    ///
    /// # Errors
    /// [`Failure::invalid`](super::Failure::invalid) if one of them is missing or malformed, a failure if the database does not
    /// answer.
    fn query(store: &Store, params: &ListParams<'_>) -> impl Future<Output = HttpResult<Self::Query>> + Send;

    /// Filters that mean the same from now on, whatever is written: those of a list that shows something else without any.
    ///
    /// # Errors
    /// As [`List::query`].
    fn fixed(
        _store: &Store,
        _params: &ListParams<'_>,
        filters: Filters,
    ) -> impl Future<Output = HttpResult<Filters>> + Send {
        std::future::ready(Ok(filters))
    }
}

/// The filters of a list as somebody sent them, by name.
pub type Filters = Map<String, Value>;

/// The parameters of a list, and what their meaning depends on.
pub struct ListParams<'a> {
    params: &'a Params,
    /// The employee who asks.
    pub me: u32,
    /// When they ask.
    pub now: Time,
    /// Whether all of time is meant where no window was sent, the future included.
    is_endless: bool,
}

impl std::ops::Deref for ListParams<'_> {
    type Target = Params;

    fn deref(&self) -> &Params {
        self.params
    }
}

impl ListParams<'_> {
    /// As [`Params::window`]; all of time where the list is an endless one and no window was sent.
    ///
    /// # Errors
    /// As [`Params::window`].
    pub fn window(&self, start: fn(Time) -> Time) -> HttpResult<Window> {
        let window = self.params.window(self.now, start)?;
        let is_sent = self.time("start_time")?.value().is_some() || self.time("end_time")?.value().is_some();
        Ok(if self.is_endless && !is_sent { Window::ALL } else { window })
    }

    /// The owner that a parameter names; nobody for none.
    ///
    /// # Errors
    /// As [`Params::owner`].
    pub fn owner(&self, field: &'static str) -> HttpResult<Patch<Option<u32>>> {
        Ok(self.params.owner(field)?.map(|owner: OwnerParam| owner.id(self.me)))
    }
}

impl Call {
    /// The parameters of the list that the caller wants a page of.
    ///
    /// # Errors
    /// A failure on routes that need no session.
    pub fn list_params(&self) -> HttpResult<ListParams<'_>> {
        let me = self.me()?.employee.id;
        Ok(ListParams { params: &self.query, me, now: self.now, is_endless: false })
    }
}

/// A list of which somebody wants everything: who, and since when.
#[derive(Debug, Clone)]
pub struct WholeList {
    /// The employee who asks.
    pub me: u32,
    /// When they asked.
    pub now: Time,
    /// The filters.
    pub filters: Filters,
}

impl WholeList {
    /// What the list shows.
    ///
    /// # Errors
    /// Whatever the list refuses, in its own words.
    pub async fn query<L: List>(&self, store: &Store) -> HttpResult<L::Query> {
        let form = ListForm::of::<L>(self, store);
        L::query(store, &form.params(self)).await.map_err(|failure| form.refuse(failure))
    }

    /// The same with filters that mean the same from now on.
    ///
    /// # Errors
    /// As [`WholeList::query`].
    pub async fn fixed<L: List>(self, store: &Store) -> HttpResult<Self> {
        let form = ListForm::of::<L>(&self, store);
        let filters = L::fixed(store, &form.params(&self), self.filters.clone()).await;
        Ok(Self { filters: filters.map_err(|failure| form.refuse(failure))?, ..self })
    }
}

/// Filters as a list declares them.
struct ListForm {
    operation: Operation,
    params: Params,
}

impl ListForm {
    fn of<L: List>(whole: &WholeList, store: &Store) -> Self {
        let operation = L::operation();
        let params = Params::new(ParamSource::Body, whole.filters.clone());
        // What the list reads is no parameter of the request.
        let params = params.declare(&Arc::new(operation.params.clone()), store.offset()).quiet();
        Self { operation, params }
    }

    fn params(&self, whole: &WholeList) -> ListParams<'_> {
        ListParams { params: &self.params, me: whole.me, now: whole.now, is_endless: true }
    }

    fn refuse(&self, failure: Failure) -> Failure {
        if !failure.is_invalid() {
            return failure;
        }
        let all = failure.and(self.operation.faults(&self.params));
        all.in_words_of(|name| self.params.label(name), |_| None)
    }
}

impl Params {
    /// Those of these parameters that were sent and have a value, as they were sent.
    pub fn filters(&self, names: &[&'static str]) -> Filters {
        let value = |name: &&'static str| Some(((*name).to_owned(), self.raw(name)?));
        names.iter().filter_map(value).collect()
    }
}
