//! The two documents: the same operations, told in two ways.

use super::{Described, Need, Param, ParamKind, lenient, strict};
use serde_json::{Map, Value, json};

/// How requests are described. Answers are the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// All that is understood: forms, integers in strings, every name of a parameter.
    Lenient,
    /// One shape of each request, for clients that are made from the document.
    Strict,
}

impl Dialect {
    /// A parameter of a query, under each of its names.
    pub(super) fn query(self, param: &Param) -> Vec<Value> {
        let parameter = |(name, description): (&str, Map<String, Value>), more: Value| {
            let mut parameter = description;
            let required = param.need == Need::Required;
            parameter.extend([
                ("name".to_owned(), name.into()),
                ("in".to_owned(), "query".into()),
                ("required".to_owned(), required.into()),
            ]);
            parameter.extend(more.as_object().cloned().unwrap_or_default());
            Value::Object(parameter)
        };
        match self {
            Self::Lenient => {
                let more = match param.kind {
                    ParamKind::Ids | ParamKind::IdsOrNone | ParamKind::IdsOrRows => {
                        json!({ "schema": param.text(), "style": "form", "explode": false })
                    }
                    _ => json!({ "schema": param.text() }),
                };
                param.named().map(|named| parameter(named, more.clone())).collect()
            }
            Self::Strict => {
                let more = json!({ "schema": param.finish(param.strict()) });
                param.named().take(1).map(|named| parameter(named, more.clone())).collect()
            }
        }
    }

    /// The body of an operation.
    pub(super) fn body(self, described: &Described) -> Value {
        match self {
            Self::Lenient => lenient::body(&described.operation),
            Self::Strict => strict::body(described),
        }
    }

    /// What bodies refer to.
    pub(super) fn schemas(self, operations: &[Described]) -> Vec<(String, Value)> {
        match self {
            Self::Lenient => lenient::kinds(),
            Self::Strict => strict::schemas(operations),
        }
    }
}
