//! Paths that are nearly those of operations.

use axum::http::{Method, StatusCode};
use docs::{FUNCTIONS, reference};
use serde_json::{Value, json};
use std::fs;
use testing::{Company, events};

/// Other spellings of a path, such as `/api/user/menu`, which lead to it in some part of the web.
fn nearly(path: &str) -> Vec<String> {
    let (folder, last) = path.rsplit_once('/').unwrap();
    let letter = format!("%{:02x}", last.as_bytes()[0]);
    vec![
        format!("{folder}/./{last}"),
        format!("{folder}/../{}", path.strip_prefix("/api/").unwrap()),
        format!("{folder}/x/../{last}"),
        format!("{folder}/%2e/{last}"),
        format!("{folder}/%2E%2e/{}", path.strip_prefix("/api/").unwrap()),
        format!("{folder}/.%2e/{}", path.strip_prefix("/api/").unwrap()),
        format!("/.{path}"),
        format!("/..{path}"),
        format!("/{path}"),
        format!("{folder}//{last}"),
        format!("{path}/"),
        format!("{path}//"),
        format!("{path}/."),
        format!("{path}/x/.."),
        format!("{path}%2f"),
        format!("{path};a=b"),
        format!("{path}#a"),
        format!("{path}?a"),
        format!("{path}%00"),
        format!("{path}\t"),
        format!("{path} "),
        format!("{folder}\\{last}"),
        format!("{folder}%5c{last}"),
        format!("{folder}%2f{last}"),
        format!("{folder}/{letter}{}", &last[1..]),
        path.to_uppercase(),
        "/api".to_owned(),
        "/console".to_owned(),
    ]
}

#[tokio::test]
async fn a_path_that_is_nearly_an_operation_is_none_as_an_event_of_the_gateway() {
    let company = Company::start(record::FUNCTION).await;
    let token = company.stack.session(1).await;
    let before = company.stack.dump().await;
    let mut asked = 0;
    let named: Vec<_> =
        reference().operations.iter().map(|it| it.path).filter(|path| path.contains('{')).collect();
    for function in FUNCTIONS {
        for name in events(function.name) {
            let file = fs::read_to_string(testing::root().join("events").join(&name)).unwrap();
            let event: Value = serde_json::from_str(&file.replace("TOKEN", &token)).unwrap();
            for path in nearly(event["rawPath"].as_str().unwrap()) {
                // Whatever stands where a route takes a name is one.
                let is_named = |route: &&str| {
                    let folder = route.split('{').next().unwrap();
                    path.starts_with(folder) && path.split('/').count() == route.split('/').count()
                };
                if named.iter().any(is_named) {
                    continue;
                }
                let mut event = event.clone();
                event["rawPath"] = json!(path);
                event["requestContext"]["http"]["path"] = json!(path);
                // The gateway sends what is no route of its table to `docs`; nobody else would answer it either.
                for function in [function, docs::FUNCTION] {
                    let answer = company.stack.client(function).gateway(&event).await;
                    answer.refused(StatusCode::NOT_FOUND, "path_not_found");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 1500, "{asked}");
    assert_eq!(company.stack.dump().await, before);
}

#[tokio::test]
async fn a_path_that_is_nearly_an_operation_is_none_over_http() {
    let company = Company::start(user::FUNCTION).await;
    for path in nearly("/api/user/menu") {
        // What no request line can say, or says of the same path.
        if path.is_empty() || path.contains(['#', '?', '\t', ' ']) {
            continue;
        }
        for method in [Method::GET, Method::POST] {
            let answer = company.client.send(method, &path, &[], "").await;
            answer.refused(StatusCode::NOT_FOUND, "path_not_found");
        }
    }
}
