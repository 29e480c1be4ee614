//! The route table stands in template.yaml. What has to repeat it must repeat all of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use serde_json::{Value, json};
use testing::template::{DEFAULT_PATH, Route, Template};

fn routes() -> Vec<Route> {
    Template::read().unwrap().routes
}

fn event_name(route: &Route) -> String {
    let last = route.path.rsplit('/').next().unwrap().trim_matches(['{', '}']);
    let last = if last.is_empty() { "page" } else { last };
    format!("{}-{last}-{}.json", route.function, route.method.to_lowercase())
}

/// The path that an event of the route asks for: its parameters are those that the event names.
fn path_of(route: &Route, event: &Value) -> String {
    let parameters = event["pathParameters"].as_object().into_iter().flatten();
    parameters.fold(route.path.clone(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value.as_str().unwrap())
    })
}

#[test]
fn cargo_lambda_watch_routes_as_the_template_does() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(testing::root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let router = &metadata["metadata"]["lambda"]["watch"]["router"];
    let router: BTreeMap<String, String> = serde_json::from_value(router.clone()).unwrap();

    let expected: BTreeMap<_, _> = routes()
        .into_iter()
        .map(|route| match route.path.as_str() {
            DEFAULT_PATH => ("/{*path}".to_owned(), route.function),
            _ => (route.path, route.function),
        })
        .collect();
    assert_eq!(router, expected, "[workspace.metadata.lambda.watch.router] in Cargo.toml");
}

#[test]
fn every_operation_has_its_event() {
    let expected: BTreeSet<_> =
        routes().iter().filter(|route| route.path != DEFAULT_PATH).map(event_name).collect();
    let files: BTreeSet<_> = fs::read_dir(testing::root().join("events"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, expected, "files in events/");
}

#[test]
fn every_event_is_of_the_operation_that_it_is_named_after() {
    for route in routes().iter().filter(|route| route.path != DEFAULT_PATH) {
        let name = event_name(route);
        let text = fs::read_to_string(testing::root().join("events").join(&name)).unwrap();
        let event: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["version"], "2.0", "{name}");
        assert_eq!(event["routeKey"], json!(format!("{} {}", route.method, route.path)), "{name}");
        let path = path_of(route, &event);
        assert_eq!(event["rawPath"], json!(path), "{name}");
        assert_eq!(event["requestContext"]["http"]["method"], json!(route.method), "{name}");
        assert_eq!(event["requestContext"]["http"]["path"], json!(path), "{name}");
    }
}
