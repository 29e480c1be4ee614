//! What an operation may be refused with.

use super::{Operation, capital, set};
use crate::http::failure::{self, Failure};
use crate::http::{ParamSource, Params};
use crate::model::{EmployeeName, Person};
use crate::time::{DayEdge, Offset, Time};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The number of a request, in examples.
const REQUEST: &str = "DdK2aj4uIAMEJ1A=";

/// The same, each under its status.
pub fn by_status(failures: &[Failure]) -> BTreeMap<StatusCode, Vec<&Failure>> {
    let mut statuses: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for failure in failures {
        statuses.entry(failure.refusal().status).or_default().push(failure);
    }
    statuses
}

/// A response is named after its codes.
pub fn response_name(failures: &[&Failure]) -> String {
    let code = |failure: &&Failure| failure.refusal().code.split('_').map(capital).collect::<String>();
    failures.iter().map(code).collect::<Vec<_>>().join("Or")
}

/// The response with this status.
pub fn response(status: StatusCode, failures: &[&Failure]) -> Value {
    let refusals = || failures.iter().map(|failure| failure.refusal());
    let codes: Vec<_> = refusals().map(|refusal| refusal.code).collect();
    let descriptions: Vec<_> =
        refusals().map(|refusal| format!("{}：`{}`", refusal.message, refusal.code)).collect();
    let schema = json!({ "allOf": [
        { "$ref": "#/components/schemas/Failure" },
        { "type": "object", "properties": { "code": { "type": "string", "enum": codes } } },
    ] });
    let example = |failure: &&Failure| {
        let value = failure.envelope(REQUEST);
        let summary = value.get("msg").cloned();
        (failure.refusal().code.to_owned(), json!({ "summary": summary, "value": value }))
    };
    let examples: Map<_, _> = failures.iter().map(example).collect();
    let mut response = json!({
        "description": descriptions.join("；"),
        "content": { "application/json": { "schema": schema, "examples": examples } },
    });
    let mut headers = Map::new();
    let mut header = |name: &str, description: &str, schema: Value| {
        let header = json!({ "required": true, "description": description, "schema": schema });
        headers.insert(name.to_owned(), header);
    };
    if refusals().any(|refusal| failure::RETRIED.contains(refusal)) {
        header("Retry-After", "多少秒以后可以重试", json!({ "type": "integer", "minimum": 1 }));
    }
    if status == StatusCode::UNAUTHORIZED {
        header("WWW-Authenticate", "需要session", json!({ "type": "string", "const": "Bearer" }));
    }
    if !headers.is_empty() {
        set(&mut response, "headers", headers);
    }
    response
}

impl Operation {
    /// What is said where everything that a new record needs is missing, or else where nothing is of its kind.
    pub(super) fn invalid(&self, source: ParamSource) -> Failure {
        let declared = Arc::new(self.params.clone());
        let wrong = self.params.iter().map(|param| (param.name.to_owned(), "x".into())).collect();
        let told = [Map::new(), wrong].into_iter().find_map(|values| {
            let params = Params::new(source, values).declare(&declared, Offset::UTC).quiet();
            let mut faults = self.faults(&params).into_iter();
            let first = faults.next()?;
            Some(first.and(faults).in_words_of(|name| params.label(name), |_| None))
        });
        // Strict reading refuses what an operation does not know, even where it knows nothing.
        told.unwrap_or_else(|| Failure::new(&failure::INVALID_PARAMETER))
    }
}

/// What is said to an edit of what somebody else has edited.
pub fn out_of_date() -> Failure {
    let name = EmployeeName {
        nick_name: "小王".to_owned(),
        real_name: "王小明".to_owned(),
        phone_number: "13577130001".to_owned(),
    };
    let time = Time::parse("2021-08-01 12:00:00", DayEdge::Start);
    Failure::out_of_date(json!({ "id": 7, "version": 4 }), Some(Person::new(3, name)), time)
}
