//! Reads the route table out of template.yaml, so that this function can tell a wrong method from a wrong path.

use std::collections::{BTreeMap, BTreeSet};
use std::{env, error::Error, fs, path::Path};
use yaml_serde::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    println!("cargo::rerun-if-changed={}", template.display());
    let template: Value = yaml_serde::from_str(&fs::read_to_string(template)?)?;

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
    let code = format!("const ROUTES: &[(&str, &str)] = &{routes:?};\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("routes.rs"), code)?;
    Ok(())
}
