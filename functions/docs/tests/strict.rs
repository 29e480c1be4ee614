//! The strict document: one shape of each request, and no other than those of the lenient one.

use crate::reference::{text, value};
use axum::http::Method;
use docs::{document, reference};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use shared::http::reference::{Act, Described, Dialect, Param};
use testing::Stack;

const JSON_BODY: &str = "requestBody/content/application~1json/schema";

fn validator(dialect: Dialect, schema: &Value) -> Validator {
    let mut whole = schema.clone();
    whole["components"] = document(dialect)["components"].clone();
    jsonschema::validator_for(&whole).unwrap()
}

fn operation(dialect: Dialect, described: &Described) -> &'static Value {
    let path = described.path.replace('/', "~1");
    let method = described.method.as_str().to_lowercase();
    document(dialect).pointer(&format!("/paths/{path}/{method}")).unwrap()
}

fn body(dialect: Dialect, described: &Described) -> Validator {
    validator(dialect, operation(dialect, described).pointer(&format!("/{JSON_BODY}")).unwrap())
}

/// The bodies of an operation in the strict document, each by itself.
fn bodies(described: &Described) -> Vec<(String, Validator)> {
    let schema = operation(Dialect::Strict, described).pointer(&format!("/{JSON_BODY}")).unwrap();
    let several = schema.get("oneOf").and_then(Value::as_array).cloned();
    let all = several.unwrap_or_else(|| vec![schema.clone()]);
    let name = |schema: &Value| schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    all.iter().map(|schema| (name(schema), validator(Dialect::Strict, schema))).collect()
}

/// A value of the parameter as typed clients send it.
fn typed(param: &Param) -> Value {
    let value = value(param);
    let number =
        value.as_str().filter(|_| !param.choices().is_empty()).and_then(|text| text.parse::<i64>().ok());
    number.map_or(value, Value::from)
}

fn sent<'a>(params: impl Iterator<Item = &'a Param>) -> Map<String, Value> {
    params.map(|param| (param.name.to_owned(), typed(param))).collect()
}

fn each_act(check: impl Fn(&Described, &Act)) {
    let operations = reference().operations;
    for described in operations.iter().filter(|described| described.has_body()) {
        described.operation.acts.iter().for_each(|act| check(described, act));
    }
}

#[test]
fn every_act_has_a_body_with_a_name_of_its_own() {
    let operations = reference().operations;
    let with_body = operations.iter().filter(|described| described.has_body());
    let mut names: Vec<_> = with_body.flat_map(bodies).map(|(name, _)| name).collect();
    for name in
        ["ContractCreate", "ContractEdit", "ContractDelete", "MenuDelete", "CustomersCreate", "FollowEdit"]
    {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
    // None is that of a row, whose schema has none of these parameters.
    for name in names {
        let schema = &document(Dialect::Strict)["components"]["schemas"][&name];
        assert_eq!(schema["additionalProperties"], false, "{name}");
        assert!(document(Dialect::Lenient)["components"]["schemas"].get(&name).is_none(), "{name}");
    }
}

#[test]
fn a_body_with_all_that_an_act_takes_is_that_act_and_no_other() {
    each_act(|described, act| {
        let full = Value::Object(sent(act.params(&described.operation.params)));
        let bodies = bodies(described);
        let fits: Vec<_> =
            bodies.iter().filter(|(_, schema)| schema.is_valid(&full)).map(|(name, _)| name).collect();
        assert!(
            matches!(fits.as_slice(), [name] if name.ends_with(act.name)),
            "{} {full}: {fits:?}",
            described.path
        );
        assert!(body(Dialect::Lenient, described).is_valid(&full), "{full}");
    });
}

#[test]
fn a_body_of_what_an_act_needs_suffices_and_one_without_does_not() {
    each_act(|described, act| {
        let (strict, lenient) = (body(Dialect::Strict, described), body(Dialect::Lenient, described));
        let (_, own) = bodies(described).into_iter().find(|(name, _)| name.ends_with(act.name)).unwrap();
        for needed in act.needed(&described.operation.params) {
            let params = act.params(&described.operation.params);
            let least = sent(params.filter(|param| needed.contains(&param.name)));
            let least_body = Value::Object(least.clone());
            assert!(strict.is_valid(&least_body) && lenient.is_valid(&least_body), "{least_body}");
            for name in &needed {
                let mut missing = least.clone();
                missing.remove(*name);
                assert!(!own.is_valid(&Value::Object(missing)), "{} without {name}", described.path);
                let mut null = least.clone();
                null.insert((*name).to_owned(), Value::Null);
                assert!(!own.is_valid(&Value::Object(null)), "{} with {name} null", described.path);
            }
            let mut misspelt = least.clone();
            misspelt.insert("amuont".to_owned(), json!(1));
            assert!(!strict.is_valid(&Value::Object(misspelt)), "{}", described.path);
            for param in act.params(&described.operation.params) {
                let mut more = least.clone();
                more.insert(param.name.to_owned(), json!(""));
                assert!(
                    !strict.is_valid(&Value::Object(more)),
                    "{} takes an empty {}",
                    described.path,
                    param.name
                );
                let mut more = least.clone();
                more.insert(param.name.to_owned(), Value::Null);
                let more = Value::Object(more);
                assert!(!strict.is_valid(&more) || lenient.is_valid(&more), "{more}");
            }
        }
    });
}

#[test]
fn every_example_of_the_strict_document_is_good_in_the_lenient_one() {
    let mut examples = 0;
    for described in reference().operations {
        let [strict, lenient] =
            [Dialect::Strict, Dialect::Lenient].map(|dialect| operation(dialect, &described));
        let at = "/requestBody/content/application~1json/example";
        if let Some(example) = strict.pointer(at) {
            assert!(body(Dialect::Lenient, &described).is_valid(example), "{example}");
            examples += 1;
        }
        let in_query = |operation: &'static Value| operation["parameters"].as_array().into_iter().flatten();
        for parameter in in_query(strict).filter(|parameter| parameter.get("example").is_some()) {
            let same = in_query(lenient).find(|other| other["name"] == parameter["name"]).unwrap();
            // A query is text.
            let example = match &parameter["example"] {
                example if parameter["schema"].get("enum").is_some() => json!(text(example)),
                example => example.clone(),
            };
            assert!(validator(Dialect::Lenient, &same["schema"]).is_valid(&example), "{parameter}");
            examples += 1;
        }
    }
    assert!(examples > 50, "{examples}");
}

#[tokio::test]
async fn the_strict_document_is_asked_for() {
    let stack = Stack::start().await;
    let client = stack.client(docs::FUNCTION);
    for (query, dialect) in [
        ("", Dialect::Lenient),
        ("?strict=false", Dialect::Lenient),
        ("?strict=true", Dialect::Strict),
        ("?strict=1", Dialect::Strict),
    ] {
        let answer = client.get(&format!("/api/openapi.json{query}")).await;
        assert_eq!((answer.status, &answer.body), (200, document(dialect)), "{query}");
    }
    let answer = client.send(Method::GET, "/api/openapi.json?strict=maybe", &[], "").await;
    answer.refused(axum::http::StatusCode::BAD_REQUEST, "invalid_parameter");
}
