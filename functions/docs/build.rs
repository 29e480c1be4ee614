//! Reads the route table out of template.yaml, so that this function can tell a wrong method from a wrong path; and the
//! examples of the reference out of `events/`, with the answers that the tests of the functions know. Makes the reference
//! page.

#![allow(clippy::indexing_slicing, reason = "a build that fails is told of")]

use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::{env, error::Error, fs, path::Path};
use yaml_serde::Value;

#[path = "page/build.rs"]
mod page;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What stands in answers for what is another every time.
const PLACEHOLDERS: [(&str, &str); 2] = [
    ("[token]", "1e439274f898579732b9ea3bd9bed5f96939f17a3156bdf91b1d0867ba4b368c"),
    ("[version]", env!("CARGO_PKG_VERSION")),
];

fn main() {
    if let Err(error) = make() {
        println!("cargo::error={error}");
    }
}

fn make() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("routes.rs"), routes(&root)?)?;
    fs::write(Path::new(&out).join("examples.json"), examples(&root)?.to_string())?;
    page::make(Path::new(&out))
}

fn read(path: &Path) -> Result<String> {
    println!("cargo::rerun-if-changed={}", path.display());
    Ok(fs::read_to_string(path)?)
}

fn routes(root: &Path) -> Result<String> {
    let template: Value = yaml_serde::from_str(&read(&root.join("template.yaml"))?)?;
    let mut routes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let resources = template.get("Resources").and_then(Value::as_mapping).ok_or("no Resources")?;
    for function in resources.values() {
        let events = function.get("Properties").and_then(|p| p.get("Events")).and_then(Value::as_mapping);
        for event in events.into_iter().flat_map(|events| events.values()) {
            let text = |name| event.get("Properties").and_then(|p| p.get(name)).and_then(Value::as_str);
            if let (Some(path), Some(method)) = (text("Path"), text("Method")) {
                routes.entry(path).or_default().insert(method);
            }
        }
    }
    let allowed = |methods: BTreeSet<&str>| methods.into_iter().collect::<Vec<_>>().join(",");
    let routes: Vec<_> = routes.into_iter().map(|(path, methods)| (path, allowed(methods))).collect();
    Ok(format!("const ROUTES: &[(&str, &str)] = &{routes:?};\n"))
}

/// By the JSON pointer to an operation: the parameters in the query, the body, the answer.
fn examples(root: &Path) -> Result<Json> {
    let events = root.join("events");
    println!("cargo::rerun-if-changed={}", events.display());
    let mut examples = Map::new();
    for file in fs::read_dir(&events)? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("no name")?;
        let event: Json = serde_json::from_str(&read(&path)?)?;
        let http = &event["requestContext"]["http"];
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let operation = format!(
            "/paths/{}/{}",
            text(&http["path"]).replace('/', "~1"),
            text(&http["method"]).to_lowercase()
        );
        let mut example = json!({ "query": event["queryStringParameters"] });
        if let Some(body) = event["body"].as_str() {
            example["body"] = serde_json::from_str(body)?;
        }
        if let Some(answer) = answer(root, name)? {
            example["answer"] = answer;
        }
        examples.insert(operation, example);
    }
    Ok(examples.into())
}

/// The snapshot of the answer to an event, if there is one.
fn answer(root: &Path, event: &str) -> Result<Option<Json>> {
    let (function, _) = event.split_once('-').ok_or("no function")?;
    let tests = root.join("functions").join(function).join("tests/snapshots");
    let names = [format!("routes__events__{event}.snap"), format!("routes__{event}.snap")];
    let Some(path) = names.map(|name| tests.join(name)).into_iter().find(|path| path.exists()) else {
        return Ok(None);
    };
    let mut snapshot = read(&path)?;
    for (placeholder, value) in PLACEHOLDERS {
        snapshot = snapshot.replace(placeholder, value);
    }
    let json = snapshot.splitn(3, "---\n").nth(2).ok_or("no snapshot")?;
    Ok(Some(serde_json::from_str(json)?))
}
