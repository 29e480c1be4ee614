//! The API reference is whole, and is that of the routes.

use std::collections::BTreeSet;

use axum::http::Method;
use docs::{FUNCTIONS, document, reference};
use serde_json::{Map, Value, json};
use shared::http::reference::{Described, Dialect, Need, Param, ParamKind};
use testing::Company;
use testing::template::Template;

const BOTH: [Dialect; 2] = [Dialect::Lenient, Dialect::Strict];

#[test]
fn the_reference_has_the_operations_of_the_route_table() {
    let routes = Template::read().unwrap().routes;
    let routes = routes.iter().filter(|route| route.is_of_api());
    let routes: BTreeSet<_> = routes.map(|route| (route.path.clone(), route.method.clone())).collect();
    let operations = reference().operations;
    let said: BTreeSet<_> = operations.iter().map(|it| (it.path.to_owned(), it.method.to_string())).collect();
    assert_eq!(said, routes);
    let ids: BTreeSet<_> = operations.iter().map(Described::id).collect();
    assert_eq!(ids.len(), operations.len(), "every operation has a name of its own");
}

#[tokio::test]
async fn every_parameter_of_the_reference_is_read() {
    let company = Company::start(record::FUNCTION).await;
    let admin = company.stack.session(1).await;
    let client = |described: &Described| company.stack.client_of(&FUNCTIONS, described.path, &admin);
    let menus = company.stack.client(user::FUNCTION).with("session", &admin);
    menus.post("/api/user/menu", json!({ "name": "客户管理" })).await.ok();
    // What deletes comes last, and a menu is deleted by its own route. A logout ends the session.
    let mut operations = reference().operations;
    let deletes = |path: &str| path.contains("/del") || path.ends_with("/menu");
    operations.sort_by_key(|it| (it.path.ends_with("/logout"), deletes(it.path), it.method == Method::GET));
    for described in &operations {
        let params = &described.operation.params;
        let but = |gap: usize| {
            let others = params.iter().enumerate().filter(move |(place, _)| *place != gap);
            others.map(|(_, param)| (param.name, param)).collect()
        };
        // The last gap is none.
        let one_missing = (0..=params.len()).map(but);
        let names = params.iter().flat_map(|param| {
            param.aliases.iter().chain([&param.name]).map(move |name| (*name, param)).collect::<Vec<_>>()
        });
        let one_more = names.map(|one| {
            let needed = params.iter().filter(|param| param.need == Need::Required);
            needed.map(|param| (param.name, param)).chain([one]).collect()
        });
        let requests: Vec<Vec<(&str, &Param)>> = one_missing.chain(one_more).collect();
        for request in requests {
            let values: Map<_, _> =
                request.into_iter().map(|(name, param)| (name.to_owned(), value(param))).collect();
            if described.has_body() {
                client(described).post(described.path, values.into()).await;
            } else {
                let query: Vec<_> =
                    values.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
                let uri = format!("{}?{}", described.path, query.join("&"));
                client(described).send(described.method.clone(), &uri, &[], "").await;
            }
        }
    }
    assert_eq!(company.stack.unread(&FUNCTIONS), Vec::<String>::new());
}

/// A value of the kind; the last choice of a status is what is there.
pub fn value(param: &Param) -> Value {
    match param.kind {
        ParamKind::Int | ParamKind::Positive | ParamKind::Id | ParamKind::IdOrAll | ParamKind::Money => {
            json!(1)
        }
        ParamKind::Owner => json!("me"),
        ParamKind::Ids | ParamKind::IdsOrNone | ParamKind::IdsOrRows => json!([1]),
        ParamKind::Flag => json!(true),
        // The beginning of the feed.
        ParamKind::Text if param.name == "after" => json!("0"),
        ParamKind::Text if param.name == "content_type" => json!("image/png"),
        ParamKind::Text if param.name == "sha256" => json!("0".repeat(64)),
        ParamKind::Name | ParamKind::Text => json!("12345678"),
        ParamKind::Url => json!("https://example.com"),
        ParamKind::Time | ParamKind::Date => json!("2021-08-01"),
        ParamKind::Choice => json!(param.choices().last().unwrap()),
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn every_reference_within_a_document_leads_somewhere_and_every_component_is_used() {
    for document in BOTH.map(document) {
        let mut used = BTreeSet::new();
        visit(document, &mut |object| {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference}");
                used.insert(pointer.to_owned());
            }
        });
        for kind in ["schemas", "responses", "parameters"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                assert!(used.contains(&format!("/components/{kind}/{name}")), "{name} is not used");
            }
        }
    }
}

#[test]
fn every_schema_is_one_and_every_example_fits_its_own() {
    for document in BOTH.map(document) {
        let mut examples = 0;
        visit(document, &mut |object| {
            let Some(schema) = object.get("schema") else { return };
            let mut whole = schema.clone();
            whole["components"] = document["components"].clone();
            let validator =
                jsonschema::validator_for(&whole).unwrap_or_else(|error| panic!("{error}: {schema}"));
            let several = object.get("examples").and_then(Value::as_object).into_iter().flat_map(Map::values);
            for example in object.get("example").into_iter().chain(several.map(|example| &example["value"])) {
                let errors: Vec<_> = validator.iter_errors(example).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{example} is not {schema}: {errors:?}");
                examples += 1;
            }
        });
        assert!(examples > reference().operations.len(), "requests and answers have examples");
    }
}

/// Whether a schema and those in it say what a value is, so that clients and the page find neither `any` nor `never`.
fn says_what_it_is(schema: &Value) -> Result<(), String> {
    let Some(object) = schema.as_object() else { return Err(schema.to_string()) };
    let combined = ["anyOf", "oneOf", "allOf", "prefixItems"].map(|keyword| object.get(keyword));
    let combined: Vec<_> = combined.into_iter().flatten().filter_map(Value::as_array).flatten().collect();
    if combined.is_empty() && !object.contains_key("$ref") && !object.contains_key("type") {
        return Err(schema.to_string());
    }
    let properties = object.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let items = object.get("items");
    combined.into_iter().chain(properties).chain(items).try_for_each(says_what_it_is)
}

#[test]
fn every_schema_says_what_it_is() {
    for document in BOTH.map(document) {
        visit(document, &mut |object| {
            if let Some(schema) = object.get("schema") {
                says_what_it_is(schema).unwrap();
            }
        });
        let components = document["components"]["schemas"].as_object().unwrap();
        components.values().for_each(|schema| says_what_it_is(schema).unwrap());
    }
    for vague in [json!({}), json!(false), json!({ "enum": ["", null] }), json!({ "anyOf": [true] })] {
        says_what_it_is(&vague).unwrap_err();
    }
}

#[test]
fn failures_have_examples_with_what_people_read() {
    for document in BOTH.map(document) {
        let mut codes = BTreeSet::new();
        visit(document, &mut |object| {
            for (code, example) in object.get("examples").and_then(Value::as_object).into_iter().flatten() {
                let value = &example["value"];
                assert_eq!((&value["status"], &value["code"]), (&json!(1), &json!(code)));
                let message = value["msg"].as_str().unwrap();
                assert!(message.chars().any(|char| char > '一'), "{message}");
                codes.insert(code.clone());
            }
        });
        assert!(codes.len() >= 15, "{codes:?}");
        let said = |path: &str, status: &str, code: &str| {
            let response = &document["paths"][path]["post"]["responses"][status];
            let shared = response["$ref"].as_str().map(|pointer| document.pointer(&pointer[1..]).unwrap());
            let examples = &shared.unwrap_or(response)["content"]["application/json"]["examples"];
            examples[code]["value"]["msg"].as_str().unwrap().to_owned()
        };
        assert!(said("/api/contract/contract", "400", "invalid_parameter").ends_with("不能为空"));
        assert_eq!(said("/api/user/menu", "409", "duplicate"), "菜单名称已存在");
        assert_eq!(said("/api/user/logout", "403", "forbidden"), "登出失败");
    }
}

#[test]
fn every_choice_is_explained() {
    for described in reference().operations {
        for param in described.operation.params {
            assert_eq!(param.choices().len(), param.meanings.len(), "{} {}", described.path, param.name);
        }
    }
}

/// Every object in `value`, whatever its depth.
fn visit(value: &Value, see: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(object);
            object
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "example" | "examples"))
                .for_each(|(_, value)| visit(value, see));
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        _ => {}
    }
}
