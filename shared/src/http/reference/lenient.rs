//! Requests, with all that is understood: bodies also as forms, integers also in strings, `""` as nothing.

use super::{Need, Operation, Param, ParamKind, set};
use serde_json::{Map, Value, json};

/// The body of an operation.
pub fn body(operation: &Operation) -> Value {
    json!({
        "required": true,
        "content": {
            "application/json": { "schema": schema(operation, Param::json) },
            "application/x-www-form-urlencoded": { "schema": schema(operation, Param::text) },
        },
    })
}

fn schema(operation: &Operation, of: impl Fn(&Param) -> Value) -> Value {
    let mut properties = Map::new();
    for param in &operation.params {
        for (name, description) in param.named() {
            let mut schema = of(param);
            if let Some(schema) = schema.as_object_mut() {
                schema.extend(description);
            }
            properties.insert(name.to_owned(), schema);
        }
    }
    let required = operation.params.iter().filter(|param| param.need == Need::Required);
    let (plain, several): (Vec<_>, Vec<_>) = required.partition(|param| param.aliases.is_empty());
    let mut schema = json!({ "type": "object", "properties": properties });
    if !plain.is_empty() {
        set(&mut schema, "required", plain.iter().map(|param| param.name).collect::<Value>());
    }
    let rule = operation.rule().map(|rule| rule.schema(&operation.params, &of));
    let rules: Vec<_> = several.into_iter().map(|param| param.sent(&of)).chain(rule).collect();
    if !rules.is_empty() {
        // Not beside the properties, where generators of clients take a choice for one of whole bodies.
        set(&mut schema, "allOf", rules);
    }
    schema
}

/// The schemas of the kinds of parameters in JSON bodies.
pub fn kinds() -> Vec<(String, Value)> {
    use ParamKind::{Date, Flag, Id, IdOrAll, Ids, IdsOrRows, Int, Money, Name, Owner, Text, Time, Url};
    let kinds =
        [Int, Flag, Id, IdOrAll, Owner, Ids, IdsOrRows, Name, Text, Url, Time, Date, Money].map(|kind| {
            let mut schema = kind.json();
            set(&mut schema, "description", kind.description() + kind.also());
            (kind.name().to_owned(), schema)
        });
    let empty = json!({
        "type": ["string", "null"], "enum": ["", null], "description": "空：新建时等于不传，修改时清空",
    });
    kinds.into_iter().chain([("Empty".to_owned(), empty)]).collect()
}
