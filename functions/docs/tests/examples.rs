//! The examples of the reference: `examples.json` is what `events/` asks and what the snapshots of the functions answer.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::{env, fs, path::Path};

const COMMAND: &str = "UPDATE_EXAMPLES=1 cargo test -p docs --test whole examples";

#[test]
fn the_examples_are_what_events_ask_and_snapshots_answer() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here.join("examples.json");
    let examples = serde_json::to_string_pretty(&examples(&here.join("../.."))).unwrap() + "\n";
    if env::var_os("UPDATE_EXAMPLES").is_some() {
        fs::write(&file, &examples).unwrap();
    }
    // Not `assert_eq`, which would print both.
    assert!(
        fs::read_to_string(&file).is_ok_and(|known| known == examples),
        "functions/docs/examples.json differs from events/ and the snapshots: renew it with {COMMAND}"
    );
}

/// By the JSON pointer to an operation: the parameters in the query, the body, the answer.
fn examples(root: &Path) -> BTreeMap<String, Value> {
    let files = fs::read_dir(root.join("events")).unwrap().map(|file| file.unwrap().path());
    files
        .filter_map(|file| {
            let event: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            let http = &event["requestContext"]["http"];
            // The console is no part of the reference.
            let (_, route) = event["routeKey"].as_str().unwrap().split_once(' ')?;
            let path = route.strip_prefix("/api/")?.replace('/', "~1");
            let method = http["method"].as_str().unwrap().to_lowercase();
            let mut example = json!({ "query": event["queryStringParameters"] });
            if let Some(body) = event["body"].as_str() {
                example["body"] = serde_json::from_str(body).unwrap();
            }
            if let Some(answer) = answer(root, file.file_name().unwrap().to_str().unwrap()) {
                example["answer"] = answer;
            }
            Some((format!("/paths/~1api~1{path}/{method}"), example))
        })
        .collect()
}

/// The snapshot of the answer to an event, if there is one.
fn answer(root: &Path, event: &str) -> Option<Value> {
    let (function, _) = event.split_once('-').unwrap();
    let tests = root.join("functions").join(function).join("tests/snapshots");
    let names = [format!("routes__events__{event}.snap"), format!("routes__{event}.snap")];
    let path = names.map(|name| tests.join(name)).into_iter().find(|path| path.exists())?;
    let snapshot = fs::read_to_string(path).unwrap();
    Some(serde_json::from_str(snapshot.splitn(3, "---\n").nth(2).unwrap()).unwrap())
}
