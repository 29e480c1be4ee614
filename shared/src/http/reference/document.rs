//! The paths and components of the OpenAPI document.

use super::operation::{AnswerShape, Property};
use super::refusals::{by_status, out_of_date, response, response_name};
use super::{Described, Dialect, Operation, set};
use crate::Error;
use crate::http::access::Access;
use crate::http::envelope::Envelope;
use crate::http::failure;
use crate::http::{Failure, Handler, ParamSource, Routes, idempotency};
use crate::model::Area;
use axum::http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The operations of functions.
#[derive(Default)]
pub struct Reference {
    /// In the order in which they were declared.
    pub operations: Vec<Described>,
}

/// The ways to say which session a request is in.
const SCHEMES: [&str; 5] = ["bearer", "session", "sid", "sessionCookie", "sidCookie"];

impl Routes for Reference {
    fn on(
        mut self,
        methods: &'static [Method],
        path: &'static str,
        _: impl Handler,
        operation: fn() -> Operation,
    ) -> Self {
        let described = |method: &Method| Described { method: method.clone(), path, operation: operation() };
        self.operations.extend(methods.iter().map(described));
        self
    }
}

impl Reference {
    /// `paths` and `components` of the document.
    pub fn document(&self, dialect: Dialect) -> Value {
        let mut generator = SchemaSettings::draft2020_12()
            .with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = "/components/schemas".into();
            })
            .for_serialize()
            .into_generator();
        let (mut paths, mut refused) = (Map::new(), Map::new());
        for described in &self.operations {
            let path = paths.entry(described.path).or_insert_with(|| json!({}));
            let method = described.method.as_str().to_lowercase();
            set(path, &method, described.document(dialect, &mut generator, &mut refused));
        }
        generator.subschema_for::<Envelope<'_>>();
        let mut schemas = generator.take_definitions(true);
        schemas.values_mut().for_each(close);
        schemas.extend(dialect.schemas(&self.operations));
        json!({ "paths": paths, "components": {
            "schemas": schemas,
            "responses": refused,
            "parameters": { "IdempotencyKey": idempotency_key() },
            "securitySchemes": security_schemes(),
        } })
    }
}

impl Described {
    fn document(
        &self,
        dialect: Dialect,
        generator: &mut SchemaGenerator,
        refused: &mut Map<String, Value>,
    ) -> Value {
        let operation = &self.operation;
        let access = Access::of(&self.method, self.path);
        let description = [access_description(access), operation.description].join("\n\n");
        let mark = if operation.is_additive { "（增补）" } else { "" };
        let security = match access {
            Access::Open => Vec::new(),
            _ => SCHEMES.iter().map(|scheme| json!({ *scheme: [] })).collect(),
        };
        let mut document = json!({
            "operationId": self.id(),
            "tags": [self.tag()],
            "summary": format!("{}{mark}", operation.summary),
            "description": description.trim(),
            "security": security,
            "parameters": self.parameters(dialect),
        });
        if self.has_body() {
            set(&mut document, "requestBody", dialect.body(self));
        }
        if operation.is_additive {
            set(&mut document, "x-additive", true);
        }
        let mut answers = Map::from_iter([("200".to_owned(), self.answer(generator))]);
        if let Some(description) = operation.elsewhere {
            let location = json!({ "required": true, "description": description, "schema": { "type": "string", "format": "uri" } });
            let response = json!({ "description": "转到另一个地址", "headers": { "Location": location } });
            answers.insert("302".to_owned(), response);
        }
        for (status, failures) in by_status(&self.refusals(access)) {
            let (name, response) = (response_name(&failures), response(status, &failures));
            // What is said of a parameter differs from operation to operation.
            let is_shared = *refused.entry(name.clone()).or_insert_with(|| response.clone()) == response;
            let shared = json!({ "$ref": format!("#/components/responses/{name}") });
            answers.insert(status.as_str().to_owned(), if is_shared { shared } else { response });
        }
        set(&mut document, "responses", answers);
        document
    }

    /// Whether it may be sent again under a key.
    fn may_repeat(&self) -> bool {
        idempotency::applies(&self.method, self.path)
    }

    /// The parameters, as each is written.
    fn parameters(&self, dialect: Dialect) -> Vec<Value> {
        let in_query = self.operation.params.iter().filter(|_| !self.has_body());
        let in_path = self.operation.in_path.iter().map(|(name, description)| {
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "string" } })
        });
        let mut parameters: Vec<_> = in_path.chain(in_query.flat_map(|param| dialect.query(param))).collect();
        if self.may_repeat() {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
        parameters
    }

    fn answer(&self, generator: &mut SchemaGenerator) -> Value {
        let properties = match &self.operation.answer {
            AnswerShape::Document(media_type, description) => {
                let schema = match media_type.ends_with("json") {
                    true => json!({ "type": "object", "additionalProperties": true }),
                    false => json!({ "type": "string" }),
                };
                return json!({ "description": description, "content": { *media_type: { "schema": schema } } });
            }
            AnswerShape::Envelope(properties) => properties(generator),
        };
        let status = Property {
            name: "status",
            schema: json!({ "type": "integer", "const": 0, "description": "成功总是0" }),
            is_required: true,
        };
        let all: Vec<_> = [status].into_iter().chain(properties).collect();
        let required: Vec<_> =
            all.iter().filter(|property| property.is_required).map(|property| property.name).collect();
        let schema = json!({
            "type": "object",
            "required": required,
            "properties": all.iter().map(|property| (property.name.to_owned(), property.schema.clone())).collect::<Map<_, _>>(),
            "additionalProperties": false,
        });
        let mut answer =
            json!({ "description": "成功", "content": { "application/json": { "schema": schema } } });
        if let Some(description) = self.operation.cookie {
            let cookie = json!({ "description": description, "schema": { "type": "string" } });
            set(&mut answer, "headers", json!({ "Set-Cookie": cookie }));
        }
        answer
    }

    /// All the ways in which it can be refused, each once.
    fn refusals(&self, access: Access) -> Vec<Failure> {
        let (operation, writes) = (&self.operation, self.method != Method::GET);
        let table = access != Access::Open || writes;
        let is_restricted =
            matches!(access, Access::Admin | Access::Area(_) | Access::AreaOfKind | Access::KindIn(_));
        let source = if self.has_body() { ParamSource::Body } else { ParamSource::Query };
        let may_be = |is_possible: bool, refusal| is_possible.then(|| Failure::new(refusal));
        let locked = Error::SignInLocked { seconds: 600 };
        let all = [
            Some(operation.invalid(source)),
            may_be(writes, &failure::MALFORMED_BODY),
            may_be(access != Access::Open, &failure::SESSION_REQUIRED),
            may_be(access == Access::Open && operation.may_lock, &failure::LOGIN_FAILED),
            may_be(is_restricted, &failure::FORBIDDEN),
            may_be(writes && access != Access::Open, &failure::CROSS_SITE),
            may_be(operation.finds(), &failure::NOT_FOUND),
            operation.finds().then(out_of_date),
            may_be(self.may_repeat(), &failure::IDEMPOTENCY_KEY_REUSED),
            may_be(writes, &failure::BODY_TOO_LARGE),
            may_be(writes, &failure::UNSUPPORTED_MEDIA_TYPE),
            operation.may_lock.then(|| locked.into()),
            may_be(table, &failure::INTERNAL),
            may_be(table, &failure::BUSY),
        ];
        operation.refusals.iter().cloned().chain(all.into_iter().flatten()).collect()
    }
}

fn access_description(access: Access) -> &'static str {
    match access {
        Access::Open => "不需要登录。",
        Access::SignedIn => "登录后可用。",
        Access::Admin => "仅管理员可用。",
        Access::AreaOfKind => {
            "登录后可用；如果有菜单限定了这种记录的范围，仅限有该菜单的员工和管理员；员工和菜单的仅管理员可用。"
        }
        Access::Area(Area::Customers) => {
            "登录后可用；如果有菜单限定了customers，仅限有该菜单的员工和管理员。"
        }
        Access::Area(Area::Record) => "登录后可用；如果有菜单限定了record，仅限有该菜单的员工和管理员。",
        Access::Area(Area::Feedback) => "登录后可用；如果有菜单限定了feedback，仅限有该菜单的员工和管理员。",
        Access::Area(Area::Contract) => "登录后可用；如果有菜单限定了contract，仅限有该菜单的员工和管理员。",
        Access::Area(Area::Import) | Access::KindIn(Area::Import) => {
            "仅限管理员，以及有限定了import的菜单的员工；他们还要能用这种记录的接口。"
        }
        Access::Area(Area::Export) | Access::KindIn(_) => {
            "仅限管理员，以及有限定了export的菜单的员工；他们还要能用这种记录的接口。"
        }
        Access::Area(Area::Stats) => "登录后可用；如果有菜单限定了stats，仅限有该菜单的员工和管理员。",
    }
}

/// Forbids properties of an answer that its schema does not name, and marks those that the interface list does not know.
fn close(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for property in properties.values_mut().filter(|property| property.get("x-additive").is_some()) {
        let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
        set(property, "description", format!("{description}（增补）"));
    }
    schema.insert("additionalProperties".to_owned(), false.into());
}

fn idempotency_key() -> Value {
    let pattern = format!(r"^[!-~]([\t -~]{{0,{}}}[!-~])?$", idempotency::MAX_KEY - 2);
    json!({
        "name": idempotency::NAME,
        "in": "header",
        "required": false,
        "description": "安全重试（增补）：24小时内用同一个值重发同一个请求，得到第一次的结果，不会再做一次",
        "schema": { "type": "string", "pattern": pattern },
        "x-additive": true,
    })
}

fn security_schemes() -> Value {
    let key = |place: &str, name: &str| json!({ "type": "apiKey", "in": place, "name": name, "description": "登录返回的session" });
    json!({
        "bearer": { "type": "http", "scheme": "bearer", "description": "登录返回的session" },
        "session": key("header", "session"),
        "sid": key("header", "sid"),
        "sessionCookie": key("cookie", "session"),
        "sidCookie": key("cookie", "sid"),
    })
}
