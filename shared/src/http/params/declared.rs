//! Parameters as an operation declares them: their other names, their labels, and all that is wrong with them.

use super::Params;
use crate::Patch;
use crate::http::reference::{Need, Param, ParamKind, label_of};
use crate::http::{Failure, HttpResult};
use crate::time::Offset;
use serde_json::Value;
use std::sync::Arc;

impl Params {
    /// The same with what the operation declares: a parameter that came under another of its names gets its main name. Of
    /// several names the first counts. `clock` is the offset of the wall clock.
    pub(in crate::http) fn declare(mut self, declared: &Arc<Vec<Param>>, clock: Offset) -> Self {
        for param in declared.iter() {
            let alias = param.aliases.iter().find(|alias| !self.has(param.name) && self.has(alias));
            if let Some(alias) = alias {
                let values = Arc::make_mut(&mut self.values);
                let value = values.remove(*alias).unwrap_or_default();
                values.insert(param.name.to_owned(), value);
                self.trace(alias, param.kind);
                self.aliases.push((param.name, alias));
            }
        }
        Self { declared: Arc::clone(declared), clock, ..self }
    }

    /// The other name under which a parameter was sent, if it was.
    pub fn sent_as(&self, name: &str) -> Option<&'static str> {
        self.aliases.iter().find(|(main, _)| *main == name).map(|(_, alias)| *alias)
    }

    /// The names of all that was sent and that no declared parameter has.
    pub(in crate::http) fn unknown(&self) -> impl Iterator<Item = &str> {
        let is_known = |name: &str| self.declared.iter().any(|param| param.has_name(name));
        self.values.keys().map(String::as_str).filter(move |name| !is_known(name))
    }

    /// What is wrong with each declared parameter, and with other names of one that was sent: the same readers as handlers
    /// have. `is_new` says whether a new record is made, which needs more of them.
    pub(in crate::http) fn faults(&self, is_new: bool) -> Vec<Failure> {
        let check = self.quiet();
        let mut faults = Vec::new();
        for param in self.declared.iter() {
            let of_kind = |params: &Self, name| params.of_kind(param, name);
            let checked = match param.need {
                Need::Optional => of_kind(&check, param.name).map(drop),
                Need::Kept if !is_new => check.required_or(param.name, of_kind, Some(())),
                Need::Kept | Need::Required => check.required(param.name, of_kind),
            };
            faults.extend(checked.err());
        }
        faults.extend(self.alias_faults());
        faults
    }

    /// What is wrong with the other names of parameters whose values do not count: they must be well-formed all the same.
    pub(in crate::http) fn alias_faults(&self) -> Vec<Failure> {
        let check = self.quiet();
        let names =
            self.declared.iter().flat_map(|param| param.aliases.iter().map(move |name| (param, name)));
        let faults = names.filter_map(|(param, name)| {
            self.has(name).then(|| self.trace(name, param.kind));
            check.of_kind(param, name).err()
        });
        faults.collect()
    }

    /// The same for a check: that handlers read a parameter is another question.
    pub(in crate::http) fn quiet(&self) -> Self {
        Self { is_check: true, ..self.clone() }
    }

    /// Whether the parameter is well-formed, under any of its names.
    fn of_kind(&self, param: &Param, name: &'static str) -> HttpResult<Patch<()>> {
        let choices: Vec<_> = param.choices().iter().map(|choice| (*choice, ())).collect();
        Ok(match param.kind {
            ParamKind::Int => self.int(name)?.unit(),
            ParamKind::Positive => self.positive(name)?.unit(),
            ParamKind::Flag => self.flag(name)?.unit(),
            ParamKind::Id => self.id(name)?.unit(),
            ParamKind::IdOrAll => self.id_or_all(name)?.unit(),
            ParamKind::Owner => self.owner(name)?.unit(),
            ParamKind::Ids => self.ids(name)?.unit(),
            ParamKind::IdsOrNone => self.ids_or_none(name)?.unit(),
            ParamKind::IdsOrRows => self.ids_or_rows(name)?.unit(),
            ParamKind::Name => self.name(name)?.unit(),
            ParamKind::Text => self.text(name)?.unit(),
            ParamKind::Url => self.url(name)?.unit(),
            ParamKind::Time => self.time(name)?.unit(),
            ParamKind::Date => self.date(name)?.unit(),
            ParamKind::Money => self.money(name)?.unit(),
            ParamKind::Choice => self.choice(name, &choices)?,
        })
    }

    pub(super) fn param(&self, name: &str) -> Option<&Param> {
        self.declared.iter().find(|param| param.has_name(name))
    }

    /// Refuses a declared parameter that is malformed.
    ///
    /// # Errors
    /// [`Failure::invalid`] naming it.
    pub fn check(&self, name: &'static str) -> HttpResult<()> {
        self.param(name).map_or(Ok(()), |param| self.of_kind(param, name).map(drop))
    }

    /// What was sent as a parameter, if it has a value; that is read as what the operation declares.
    pub(in crate::http) fn raw(&self, name: &str) -> Option<Value> {
        self.param(name).inspect(|param| self.trace(name, param.kind));
        self.values.get(name).filter(|value| !value.is_null() && *value != "").cloned()
    }

    /// What a person on a screen knows the parameter as.
    pub(in crate::http) fn label(&self, name: &str) -> &'static str {
        self.param(name).map_or_else(|| label_of(name), Param::label)
    }
}
