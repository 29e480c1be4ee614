//! What an operation takes: requests are read as it declares its parameters, and everything that is wrong with them is told
//! at once.

use super::reference::{Operation, Param};
use super::{Call, Failure, HttpResult, Params};
use crate::time::Offset;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use std::mem::take;
use std::sync::Arc;

/// The header that asks for strict reading (RFC 7240).
const PREFER: &str = "prefer";

/// The parameters of an operation, and the rules for them.
pub(super) struct Form {
    operation: Operation,
    params: Arc<Vec<Param>>,
    /// The offset of the wall clock.
    clock: Offset,
}

impl Form {
    /// That of an operation; `clock` is the offset of the wall clock.
    pub fn new(operation: Operation, clock: Offset) -> Self {
        Self { params: Arc::new(operation.params.clone()), operation, clock }
    }

    /// Gives parameters their main names, and answers those that the operation reads.
    ///
    /// # Errors
    /// [`Failure::invalid`] if a name whose value does not count is malformed, or strict reading finds a name that nobody
    /// knows.
    pub fn fill(&self, call: &mut Call, parts: &Parts) -> HttpResult<Params> {
        let is_read = parts.method == Method::GET;
        let (mut query, mut body) = (take(&mut call.query), take(&mut call.body));
        if self.operation.in_either {
            body = body.or(&query);
        }
        if is_read {
            query = query.declare(&self.params, self.clock);
        } else {
            body = body.declare(&self.params, self.clock);
        }
        let params = if is_read { query.clone() } else { body.clone() };
        let mut faults = Vec::new();
        if is_strict(&parts.headers) {
            let row = if is_read { Vec::new() } else { self.operation.row_keys() };
            let unknown = |name: &&str| !row.iter().any(|key| key == name);
            let own = params.unknown().filter(unknown);
            let beside = query.unknown().filter(|_| !is_read && !self.operation.in_either);
            let refused = |name: &str| Failure::invalid(name.to_owned(), "没有这个参数");
            faults.extend(own.chain(beside).map(refused));
        }
        faults.extend(params.alias_faults());
        let mut faults = faults.into_iter();
        if let Some(first) = faults.next() {
            return Err(self.refuse(first.and(faults), &params));
        }
        (call.query, call.body) = (query, body);
        Ok(params)
    }

    /// The failure in the words of whoever sent `params`; where one of them is at fault, with all other faults.
    pub fn refuse(&self, failure: Failure, params: &Params) -> Failure {
        let in_words =
            |failure: Failure| failure.in_words_of(|name| params.label(name), |name| params.sent_as(name));
        if !failure.is_invalid() {
            return in_words(failure);
        }
        in_words(failure.and(self.operation.faults(&params.quiet())))
    }
}

/// Whether the caller wants unknown parameters refused: `Prefer: handling=strict`, perhaps among other preferences.
fn is_strict(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut preferences = lines.flat_map(|line| line.split(','));
    preferences.any(|preference| {
        // Parameters of a preference follow a semicolon.
        let preference = preference.split(';').next().unwrap_or_default();
        let (name, value) = preference.split_once('=').unwrap_or_default();
        name.trim().eq_ignore_ascii_case("handling")
            && value.trim().trim_matches('"').eq_ignore_ascii_case("strict")
    })
}
