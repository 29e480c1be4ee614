//! What an operation may be refused with.

use super::{Need, Operation, Param, ParamKind, capital, set};
use crate::http::failure::{self, Failure};
use crate::http::{ParamSource, Params};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

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
    /// What is said of a parameter that is missing or wrong.
    pub(super) fn invalid(&self, source: ParamSource) -> Option<Failure> {
        let missing = self.params.iter().filter(|param| param.need != Need::Optional);
        let nothing = Params::default().quiet();
        let missing = missing.filter_map(|param| nothing.required(param.name, Params::text).err());
        let wrong = self.params.iter().filter_map(|param| param.refuse(source));
        missing.chain(wrong).next()
    }
}

impl Param {
    /// What is said of a value that is not of its kind, where that is no text.
    fn refuse(&self, source: ParamSource) -> Option<Failure> {
        let params = Params::new(source, Map::from_iter([(self.name.to_owned(), "x".into())])).quiet();
        match self.kind {
            ParamKind::Positive => params.page().err(),
            ParamKind::Flag => params.flag(self.name).err(),
            ParamKind::Id => params.id(self.name).err(),
            ParamKind::Int => params.int(self.name).err(),
            _ => None,
        }
    }
}
