//! What an operation does, where the parameters that are sent say which of several things it is.

use super::param::empty;
use super::{During, Need, Param};
use serde_json::{Map, Value, json};

/// One of the things that an operation does.
#[derive(Debug, Clone)]
pub struct Act {
    /// The last word in the name of its body, such as `Create` in `ContractCreate`.
    pub name: &'static str,
    /// Whether there is a record already.
    is_edit: bool,
    pub(super) rule: Rule,
}

/// A rule for the parameters of a body together.
#[derive(Debug, Clone)]
pub enum Rule {
    /// All that a new record needs is sent and not empty.
    Kept,
    /// All of these are sent and not empty.
    Present(Vec<&'static str>),
    /// This flag is sent and true.
    True(&'static str),
    /// The first is sent under its own name and not empty, and none of the others is sent.
    Alone(&'static str, Vec<&'static str>),
    /// The first is sent and not empty, and each of the others is not sent, or empty.
    Without(&'static str, Vec<&'static str>),
    /// One of the rules holds, or several.
    Any(Vec<Rule>),
}

impl Act {
    /// It makes something.
    pub fn creates(name: &'static str, rule: Rule) -> Self {
        Self { name, is_edit: false, rule }
    }

    /// It changes or deletes what is there.
    pub fn edits(name: &'static str, rule: Rule) -> Self {
        Self { name, is_edit: true, rule }
    }

    /// Those of an operation's parameters that mean something to it.
    pub fn params<'a>(&'a self, params: &'a [Param]) -> impl Iterator<Item = &'a Param> {
        let other = if self.is_edit { During::Create } else { During::Edit };
        let absent = match &self.rule {
            Rule::Alone(_, absent) | Rule::Without(_, absent) => absent.as_slice(),
            Rule::Kept | Rule::Present(_) | Rule::True(_) | Rule::Any(_) => &[],
        };
        params.iter().filter(move |param| param.during != other && !absent.contains(&param.name))
    }

    /// The sets of parameters of which one has to be sent.
    pub fn needed(&self, params: &[Param]) -> Vec<Vec<&'static str>> {
        let always = params.iter().filter(|param| param.need == Need::Required);
        let always: Vec<_> = always.map(|param| param.name).collect();
        let more = |names: Vec<&'static str>| {
            let new = names.into_iter().filter(|name| !always.contains(name));
            always.iter().copied().chain(new).collect()
        };
        self.rule.needed(params).into_iter().map(more).collect()
    }
}

impl Rule {
    /// The sets of parameters of which one has to be sent.
    fn needed(&self, params: &[Param]) -> Vec<Vec<&'static str>> {
        match self {
            Self::Kept => {
                let kept = params.iter().filter(|param| param.need == Need::Kept);
                vec![kept.map(|param| param.name).collect()]
            }
            Self::Present(names) => vec![names.clone()],
            Self::True(name) | Self::Alone(name, _) | Self::Without(name, _) => vec![vec![*name]],
            Self::Any(rules) => rules.iter().flat_map(|rule| rule.needed(params)).collect(),
        }
    }

    /// It as a schema; `of` is what a parameter may be.
    pub(super) fn schema(&self, params: &[Param], of: &impl Fn(&Param) -> Value) -> Value {
        if let Self::Any(rules) = self {
            let rules: Vec<_> = rules.iter().map(|rule| rule.schema(params, of)).collect();
            return json!({ "anyOf": rules });
        }
        let names = self.needed(params).concat();
        let mut rules: Vec<_> =
            params.iter().filter(|param| names.contains(&param.name)).map(|it| it.sent(of)).collect();
        match self {
            Self::True(name) => {
                let is_true =
                    json!({ "type": ["boolean", "string", "integer"], "enum": [true, "true", 1, "1"] });
                rules.push(json!({ "type": "object", "properties": { *name: is_true } }));
            }
            Self::Alone(name, absent) => {
                let own = params.iter().filter(|param| param.name == *name);
                rules = own.map(|param| sent_as(name, absent, &of(&param.clone().required()))).collect();
            }
            Self::Without(_, absent) => {
                let properties: Map<_, _> = absent.iter().map(|name| ((*name).to_owned(), empty())).collect();
                rules.push(json!({ "type": "object", "properties": properties }));
            }
            Self::Kept | Self::Present(_) | Self::Any(_) => {}
        }
        if rules.len() == 1 { rules.remove(0) } else { json!({ "allOf": rules }) }
    }
}

impl Param {
    /// That it is sent, under the first of its names that is sent, and not empty; `of` is what it may be.
    pub(super) fn sent(&self, of: &impl Fn(&Self) -> Value) -> Value {
        let value = of(&self.clone().required());
        let names: Vec<_> = [self.name].into_iter().chain(self.aliases.iter().copied()).collect();
        let sent =
            |(place, name): (usize, &&str)| sent_as(name, names.get(..place).unwrap_or_default(), &value);
        let mut all: Vec<_> = names.iter().enumerate().map(sent).collect();
        if all.len() == 1 { all.remove(0) } else { json!({ "anyOf": all }) }
    }
}

/// That this name is sent with such a value, and none of `absent` is sent.
fn sent_as(name: &str, absent: &[&str], value: &Value) -> Value {
    let mut schema = json!({ "type": "object", "required": [name], "properties": { name: value } });
    // Whatever it is: even `null` is sent.
    let any = json!({ "type": ["null", "boolean", "number", "string", "array", "object"] });
    let sent = |name: &&str| json!({ "type": "object", "required": [name], "properties": { *name: any } });
    let mut sent: Vec<_> = absent.iter().map(sent).collect();
    // In the same schema: generators of clients take one of its own for an object without properties.
    match sent.len() {
        0 => {}
        1 => super::set(&mut schema, "not", sent.remove(0)),
        _ => super::set(&mut schema, "not", json!({ "anyOf": sent })),
    }
    schema
}
