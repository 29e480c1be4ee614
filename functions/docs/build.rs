//! Reads the route table out of template.yaml, so that this function can tell a wrong method from a wrong path. Makes the
//! reference page.

use std::collections::{BTreeMap, BTreeSet};
use std::{env, error::Error, fs, path::Path};
use yaml_serde::Value;

#[path = "page/build.rs"]
mod page;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() {
    if let Err(error) = make() {
        println!("cargo::error={error}");
    }
}

fn make() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("routes.rs"), routes(&root)?)?;
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
