//! What needs no session and no table: health, the API reference, and the refusal of paths and methods that do not
//! exist.

mod health;
mod openapi;
mod page;
mod unknown;

use serde_json::Value;
use shared::http::reference::{Dialect, Reference};
use shared::http::{Api, App, Function, Router, Routes};
use std::sync::LazyLock;

/// This function.
pub const FUNCTION: Function = Function { name: "docs", router, describe: routes };

/// The whole API: every function that has routes.
pub const FUNCTIONS: [Function; 10] = [
    user::FUNCTION,
    customers::FUNCTION,
    record::FUNCTION,
    feedback::FUNCTION,
    contract::FUNCTION,
    stats::FUNCTION,
    history::FUNCTION,
    file::FUNCTION,
    transfer::FUNCTION,
    FUNCTION,
];

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/health", health::get, health::get_doc)
        .get("/api/openapi.json", |call| openapi::get(call, reference), openapi::get_doc)
        .get("/api/docs", page::get, page::get_doc)
        .get("/api/docs/script.js", page::get_script, page::get_script_doc)
        .get("/api/docs/style.css", page::get_style, page::get_style_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router_with(unknown::refuse)
}

/// The operations of all functions.
pub fn reference() -> Reference {
    // Of each function only what describes it: whatever else stands in a static is linked into this one.
    const DESCRIBE: [fn(Reference) -> Reference; FUNCTIONS.len()] = {
        let mut describe = [FUNCTION.describe; FUNCTIONS.len()];
        let (mut places, mut functions): (&mut [_], &[_]) = (&mut describe, &FUNCTIONS);
        while let ([place, rest @ ..], [function, others @ ..]) = (places, functions) {
            *place = function.describe;
            (places, functions) = (rest, others);
        }
        describe
    };
    DESCRIBE.iter().fold(Reference::default(), |reference, describe| describe(reference))
}

/// The OpenAPI document of all functions.
pub fn document(dialect: Dialect) -> &'static Value {
    static LENIENT: LazyLock<Value> = LazyLock::new(|| openapi::document(&reference(), Dialect::Lenient));
    static STRICT: LazyLock<Value> = LazyLock::new(|| openapi::document(&reference(), Dialect::Strict));
    match dialect {
        Dialect::Lenient => &LENIENT,
        Dialect::Strict => &STRICT,
    }
}
