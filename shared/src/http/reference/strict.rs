//! Requests in one shape only, for clients that are made from the document: JSON bodies, each named after what it does;
//! numbers are numbers, and `null` clears. All of it is in the lenient document too.

use super::{Act, Described, During, Need, Param, ParamKind, Rule, set};
use crate::http::limits::ARRAY;
use serde_json::{Map, Value, json};

/// The body of an operation: that of one of its acts.
pub fn body(described: &Described) -> Value {
    let acts = &described.operation.acts;
    let mut all: Vec<_> = acts.iter().map(|act| reference(&described.body_name(act))).collect();
    let schema = if all.len() == 1 { all.remove(0) } else { json!({ "oneOf": all }) };
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

/// The bodies of all acts, and the kinds of parameters in them.
pub fn schemas(operations: &[Described]) -> Vec<(String, Value)> {
    let with_body = operations.iter().filter(|described| described.has_body());
    let bodies =
        with_body.flat_map(|described| described.operation.acts.iter().map(|act| described.strict_body(act)));
    let kinds = KINDS.map(|kind| {
        let mut schema = kind.strict();
        set(&mut schema, "description", kind.description());
        (kind.name().to_owned(), schema)
    });
    bodies.chain(kinds).collect()
}

/// The kinds that bodies refer to by name.
const KINDS: [ParamKind; 9] = {
    use ParamKind::{Date, Id, Ids, Money, Name, Owner, Text, Time, Url};
    [Id, Ids, Owner, Name, Text, Url, Time, Date, Money]
};

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

impl Described {
    /// The name of an act's body: the last part of the path, and what is done, such as `ContractCreate`.
    fn body_name(&self, act: &Act) -> String {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        let noun = last.strip_prefix("del").unwrap_or(last);
        super::capital(noun) + act.name
    }

    fn strict_body(&self, act: &Act) -> (String, Value) {
        let operation = &self.operation;
        let needed = act.needed(&operation.params);
        let property = |param: &Param| {
            let is_needed = needed.iter().all(|names| names.contains(&param.name));
            let mut property = param.property(is_needed);
            if matches!(&act.rule, Rule::True(name) if *name == param.name) {
                set(&mut property, "const", true);
            }
            (param.name.to_owned(), property)
        };
        let properties: Map<_, _> = act.params(&operation.params).map(property).collect();
        let mut schema = json!({
            "type": "object",
            "description": operation.summary,
            "properties": properties,
            "additionalProperties": false,
        });
        match needed.as_slice() {
            [needed] => set(&mut schema, "required", json!(needed)),
            several => {
                let sent = |names: &Vec<&'static str>| {
                    let sent = operation.params.iter().filter(|param| names.contains(&param.name));
                    let properties: Map<_, _> =
                        sent.map(|param| (param.name.to_owned(), param.named_kind())).collect();
                    json!({ "type": "object", "required": names, "properties": properties })
                };
                // Not beside the properties, where generators of clients take a choice for one of whole bodies.
                set(&mut schema, "allOf", json!([{ "anyOf": several.iter().map(sent).collect::<Vec<_>>() }]));
            }
        }
        (self.body_name(act), schema)
    }
}

impl Param {
    /// What it is.
    pub(super) fn strict(&self) -> Value {
        match self.kind {
            ParamKind::Choice => self.strict_choice(),
            kind => self.limited(kind.strict()),
        }
    }

    /// The same, by the name of its kind where that says all.
    fn named_kind(&self) -> Value {
        match self.is_plain() && KINDS.contains(&self.kind) {
            true => reference(self.kind.name()),
            false => self.strict(),
        }
    }

    /// What it is in a body, where `null` clears what has no default. The default is only told: with the keyword,
    /// generators of clients take the property for one that is always there.
    pub(super) fn property(&self, is_needed: bool) -> Value {
        let is_stored = self.need == Need::Optional && self.during == During::Every && !is_needed;
        let mut property = match &self.default {
            None if is_stored => json!({ "anyOf": [self.named_kind(), { "type": "null" }] }),
            _ => self.named_kind(),
        };
        for (_, description) in self.named().take(1) {
            property.as_object_mut().into_iter().for_each(|property| property.extend(description.clone()));
        }
        if let (Some(default), Some(description)) =
            (&self.default, property.get("description").and_then(Value::as_str))
        {
            let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            let description = format!("{description}；默认{default}");
            set(&mut property, "description", description);
        }
        property
    }

    fn strict_choice(&self) -> Value {
        let number = |choice: &&'static str| choice.parse::<i64>().map_or(json!(choice), Value::from);
        let values: Vec<_> = self.choices().iter().map(number).collect();
        let kinds =
            [("string", values.iter().any(Value::is_string)), ("integer", values.iter().any(Value::is_i64))];
        let kinds: Vec<_> = kinds.iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind).collect();
        let kind = if let [kind] = kinds.as_slice() { json!(kind) } else { json!(kinds) };
        let mut schema = json!({ "type": kind, "enum": values });
        if !self.meanings.is_empty() {
            set(&mut schema, "x-enumNames", json!(self.meanings));
        }
        schema
    }
}

impl ParamKind {
    fn strict(self) -> Value {
        match self {
            Self::Flag => json!({ "type": "boolean" }),
            Self::Ids | Self::IdsOrRows => {
                json!({ "type": "array", "items": reference(Self::Id.name()), "maxItems": ARRAY })
            }
            Self::IdsOrNone => json!({
                "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": u32::MAX }, "maxItems": ARRAY, "minItems": 1,
            }),
            Self::Money => {
                json!({ "type": "number", "minimum": 0, "maximum": super::param_kind::MAX_AMOUNT })
            }
            Self::Int
            | Self::Positive
            | Self::Id
            | Self::IdOrAll
            | Self::Owner
            | Self::Name
            | Self::Text
            | Self::Url
            | Self::Time
            | Self::Date
            | Self::Choice => self.text(),
        }
    }
}
