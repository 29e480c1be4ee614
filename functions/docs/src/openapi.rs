//! `/api/openapi.json`: the OpenAPI document, put together from the routes of all functions.

use serde_json::{Map, Value, json};
use shared::http::reference::{Dialect, Operation, Reference, flag};
use shared::http::{Call, HttpResult, Reply};
use std::sync::OnceLock;

/// The parts of the API, in the order of the reference.
const TAGS: [(&str, &str); 10] = [
    ("user", "员工、菜单、登录"),
    ("customers", "客户和单位"),
    ("record", "跟进记录和需求变更记录"),
    ("feedback", "满意度"),
    ("contract", "合同"),
    ("stats", "统计"),
    ("history", "历史、回收站"),
    ("file", "文件"),
    ("transfer", "导出"),
    ("docs", "接口文档和运行状态"),
];

/// The part that is about all operations: what a frontend developer has to know.
const GUIDE: &str = include_str!("guide.md");

/// By operation: the request of its event in `events/`, and the answer that tests expect. `tests/examples.rs` writes it.
const EXAMPLES: &str = include_str!("../examples.json");

/// The parts of answers that differ every time, and what stands in the examples instead.
const PLACEHOLDERS: [(&str, &str); 2] = [
    ("[token]", "1e439274f898579732b9ea3bd9bed5f96939f17a3156bdf91b1d0867ba4b368c"),
    ("[version]", env!("CARGO_PKG_VERSION")),
];

/// The document of the API that `reference` lists, as text; it is made at the first request of an instance.
pub async fn get(call: Call, reference: fn() -> Reference) -> HttpResult {
    static LENIENT: OnceLock<String> = OnceLock::new();
    static STRICT: OnceLock<String> = OnceLock::new();
    let (dialect, text) = match call.query.flag("strict")?.value() {
        Some(true) => (Dialect::Strict, &STRICT),
        _ => (Dialect::Lenient, &LENIENT),
    };
    let text = text.get_or_init(|| document(&reference(), dialect).to_string());
    Ok(Reply::document("application/json", text.as_bytes()))
}

pub fn get_doc() -> Operation {
    let strict = "true得到用来生成客户端的文档：每个请求只有一种写法，数字就是数字，请求内容只用JSON，按新建、修改、删除分别命名";
    Operation::document("接口文档（OpenAPI 3.1）", "application/json", "这份文档")
        .params([flag("strict", strict).called("只有一种写法").default(false)])
        .additive()
}

/// The document of an API.
pub fn document(reference: &Reference, dialect: Dialect) -> Value {
    let mut document = reference.document(dialect);
    let tags = TAGS.map(|(name, description)| json!({ "name": name, "description": description }));
    let head = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CRM接口",
            "version": env!("CARGO_PKG_VERSION"),
            "description": GUIDE,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "文档所在的网关" }],
        "tags": tags,
    });
    if let (Value::Object(document), Value::Object(head)) = (&mut document, head) {
        document.extend(head);
    }
    let mut examples = EXAMPLES.to_owned();
    for (placeholder, value) in PLACEHOLDERS {
        examples = examples.replace(placeholder, value);
    }
    let examples: Map<String, Value> = serde_json::from_str(&examples).unwrap_or_default();
    for (operation, example) in &examples {
        if let Some(operation) = document.pointer_mut(operation) {
            illustrate(operation, example);
        }
    }
    document
}

/// Gives an operation the example of a request and of its answer.
fn illustrate(operation: &mut Value, example: &Value) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        let text = example.pointer(&format!("/query/{name}")).and_then(Value::as_str);
        let value = text.map(|text| plain(parameter.get("schema"), text));
        set_example(parameter, value);
    }
    let json = "content/application~1json";
    for (place, part) in [("requestBody", "body"), ("responses/200", "answer")] {
        if let Some(media) = operation.pointer_mut(&format!("/{place}/{json}")) {
            set_example(media, example.get(part).cloned());
        }
    }
}

fn set_example(of: &mut Value, example: Option<Value>) {
    if let (Some(object), Some(example)) = (of.as_object_mut(), example) {
        object.insert("example".to_owned(), example);
    }
}

/// The value that a text in a query stands for.
fn plain(schema: Option<&Value>, text: &str) -> Value {
    let types = ["/type", "/anyOf/0/type"].map(|pointer| schema.and_then(|schema| schema.pointer(pointer)));
    let kind = types.into_iter().flatten().find_map(Value::as_str);
    let number = |text: &str| text.parse::<u64>().map_or_else(|_| text.into(), Value::from);
    // What has no id is 0 where all are integers.
    let only_integers =
        schema.and_then(|schema| schema.pointer("/items/type")).is_some_and(|kind| kind == "integer");
    let item = |text: &str| if only_integers && text == "null" { 0.into() } else { number(text) };
    match kind {
        Some("array") => text.trim_matches(['[', ']']).split(',').map(item).collect(),
        Some("integer") => number(text),
        _ => text.into(),
    }
}
