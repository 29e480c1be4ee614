//! Reads template.yaml, where the table, the routes and the settings are written, once.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, de::DeserializeOwned};
use shared::http::reference::is_at;
use yaml_serde::Value;

/// The path of the route that takes everything no other route takes.
pub const DEFAULT_PATH: &str = "$default";

/// What tests and commands need to know of template.yaml.
#[derive(Debug)]
pub struct Template {
    /// The one table.
    pub table: Table,
    /// The route table, ordered by function and path.
    pub routes: Vec<Route>,
    /// Every function, also those that have no route, in order.
    pub functions: Vec<Function>,
    settings: BTreeMap<String, Setting>,
}

/// One function.
#[derive(Debug)]
pub struct Function {
    /// The crate and binary, which is the last folder of `CodeUri`.
    pub name: String,
    /// What its role may do with the table, such as `dynamodb:Query`.
    pub actions: BTreeSet<String>,
}

/// One operation: which function answers a method of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The [name](Function::name) of the function.
    pub function: String,
    /// The path, or [`DEFAULT_PATH`].
    pub path: String,
    /// The HTTP method in capitals, or `ANY`.
    pub method: String,
}

impl Route {
    /// Whether a request for `path` is for it.
    pub fn is_at(&self, path: &str) -> bool {
        is_at(&self.path, path)
    }

    /// Whether it is an operation of the API, and not a file of the console, nor what no other route takes.
    pub fn is_of_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// The definition of the table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    /// The types of the key attributes.
    pub attribute_definitions: Vec<AttributeDefinition>,
    /// The key attributes.
    pub key_schema: Vec<KeySchema>,
    /// Which attribute holds the time of expiry.
    pub time_to_live_specification: TimeToLive,
}

/// The type of an attribute.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeDefinition {
    /// Its name.
    pub attribute_name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// The part an attribute has in the key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeySchema {
    /// Its name.
    pub attribute_name: String,
    /// `HASH` or `RANGE`.
    pub key_type: String,
}

/// Expiry of items.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLive {
    /// The attribute, in seconds since 1970.
    pub attribute_name: String,
    /// Whether items expire.
    pub enabled: bool,
}

/// Where a function's environment variable gets its value.
#[derive(Debug)]
enum Setting {
    TableName,
    Value(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    globals: Globals,
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    default: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Globals {
    function: GlobalFunction,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GlobalFunction {
    environment: Environment,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Environment {
    variables: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    r#type: String,
    #[serde(default)]
    properties: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionProperties {
    code_uri: String,
    #[serde(default)]
    policies: Vec<Value>,
    #[serde(default)]
    events: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ManagedPolicy {
    policy_document: PolicyDocument,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDocument {
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    action: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HttpApiEvent {
    method: String,
    path: String,
}

impl Template {
    /// Reads the project's template.yaml.
    pub fn read() -> Result<Self> {
        Self::read_from(crate::root())
    }

    /// Reads the template.yaml in a folder, which may be that of another version.
    pub fn read_from(folder: &Path) -> Result<Self> {
        let path = folder.join("template.yaml");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).context("template.yaml")
    }

    fn parse(text: &str) -> Result<Self> {
        let document: Document = yaml_serde::from_str(text)?;
        let (table_name, table) = sole_table(&document.resources)?;
        let (functions, routes) = functions(&document.resources)?;
        Ok(Self { settings: settings(&document, &table_name)?, functions, routes, table })
    }

    /// The names of the functions that have routes, in order.
    pub fn routed(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.routes.iter().map(|route| route.function.as_str()).collect();
        names.dedup();
        names
    }

    /// The environment of every function: the caller's value of each variable, or else the template's default.
    pub fn environment(&self, table_name: &str) -> Vec<(String, String)> {
        let value = |name: &str, setting: &Setting| match setting {
            Setting::TableName => table_name.to_owned(),
            Setting::Value(default) => env::var(name).unwrap_or_else(|_| default.clone()),
        };
        self.settings.iter().map(|(name, setting)| (name.clone(), value(name, setting))).collect()
    }
}

fn sole_table(resources: &BTreeMap<String, Resource>) -> Result<(String, Table)> {
    let mut tables = resources.iter().filter(|(_, resource)| resource.r#type == "AWS::DynamoDB::Table");
    match (tables.next(), tables.next()) {
        (Some((name, table)), None) => Ok((name.clone(), properties(name, table)?)),
        _ => bail!("there must be exactly one table"),
    }
}

fn functions(resources: &BTreeMap<String, Resource>) -> Result<(Vec<Function>, Vec<Route>)> {
    let (mut functions, mut routes) = (Vec::new(), Vec::new());
    for (name, resource) in resources {
        if resource.r#type != "AWS::Serverless::Function" {
            continue;
        }
        let function: FunctionProperties = properties(name, resource)?;
        let folder = Path::new(&function.code_uri).parent().and_then(Path::file_name);
        let binary = folder.and_then(|folder| folder.to_str());
        let binary = binary.with_context(|| format!("{name}: CodeUri names no folder"))?;
        let mut actions = BTreeSet::new();
        for policy in &function.policies {
            actions.extend(allowed(policy, resources).with_context(|| format!("{name}: Policies"))?);
        }
        functions.push(Function { name: binary.to_owned(), actions });
        for (event_name, event) in &function.events {
            if event.r#type != "HttpApi" {
                continue;
            }
            let event: HttpApiEvent = properties(event_name, event)?;
            routes.push(Route { function: binary.to_owned(), path: event.path, method: event.method });
        }
    }
    functions.sort_by(|a, b| a.name.cmp(&b.name));
    routes.sort();
    Ok((functions, routes))
}

/// What a policy allows that stands in the template.
fn allowed(policy: &Value, resources: &BTreeMap<String, Resource>) -> Result<BTreeSet<String>> {
    let name = match policy {
        Value::Tagged(reference) => reference.value.as_str(),
        _ => None,
    };
    let (name, resource) =
        name.and_then(|name| resources.get_key_value(name)).context("no policy of ours")?;
    let policy: ManagedPolicy = properties(name, resource)?;
    Ok(policy.policy_document.statement.into_iter().flat_map(|statement| statement.action).collect())
}

fn settings(document: &Document, table_name: &str) -> Result<BTreeMap<String, Setting>> {
    let variables = &document.globals.function.environment.variables;
    variables
        .iter()
        .map(|(name, value)| {
            let setting = match value {
                // The stack's own table, or another one that its parameter names.
                value if refers_to(value, table_name) => Setting::TableName,
                Value::Tagged(reference) => {
                    let parameter = reference.value.as_str().and_then(|name| document.parameters.get(name));
                    Setting::Value(text(parameter.and_then(|parameter| parameter.default.as_ref())))
                }
                plain => Setting::Value(text(Some(plain))),
            };
            match &setting {
                Setting::Value(text) if text.is_empty() => bail!("{name} refers to nothing with a default"),
                _ => Ok((name.clone(), setting)),
            }
        })
        .collect()
}

/// Whether a value is a reference to that name, or a choice between references of which one is.
fn refers_to(value: &Value, name: &str) -> bool {
    let Value::Tagged(reference) = value else { return false };
    match &reference.value {
        Value::Sequence(choices) => choices.iter().any(|choice| refers_to(choice, name)),
        value => value.as_str() == Some(name),
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        _ => String::new(),
    }
}

fn properties<T: DeserializeOwned>(name: &str, resource: &Resource) -> Result<T> {
    yaml_serde::from_value(resource.properties.clone()).with_context(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_projects_template() {
        let template = Template::read().unwrap();
        let keys: Vec<_> = template.table.key_schema.iter().map(|key| key.attribute_name.as_str()).collect();
        assert_eq!(keys, ["p", "s"]);
        assert_eq!(template.table.time_to_live_specification.attribute_name, "ttl");
        assert!(template.routed().contains(&"docs"));
        let health = template.routes.iter().find(|route| route.path == "/api/health").unwrap();
        assert_eq!((health.function.as_str(), health.method.as_str()), ("docs", "GET"));
    }

    #[test]
    fn takes_the_environment_from_the_parameters() {
        let environment: BTreeMap<_, _> =
            Template::read().unwrap().environment("some-table").into_iter().collect();
        assert_eq!(environment["TABLE_NAME"], "some-table");
        assert_eq!(environment["SESSION_DAYS"], "7");
        assert_eq!(environment["UTC_OFFSET"], "+08:00");
    }

    #[test]
    fn names_what_it_cannot_read() {
        let text = fs::read_to_string(crate::root().join("template.yaml")).unwrap();
        let broken = text.replace("CodeUri: target/lambda/user/bootstrap.zip", "CodeUri: [1]");
        assert!(format!("{:#}", Template::parse(&broken).unwrap_err()).contains("User"));
        let dangling = text.replace("!Ref SessionDays", "!Ref Nothing");
        assert!(format!("{:#}", Template::parse(&dangling).unwrap_err()).contains("SESSION_DAYS"));
    }
}
