//! Contracts: `/api/contract`.

mod contract;
mod import;

pub use contract::ContractList;
pub use import::ContractImport;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "contract", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/contract/contract", contract::get, contract::get_doc)
        .post("/api/contract/contract", contract::post, contract::post_doc)
        .delete("/api/contract/delcontract", contract::delete, contract::delete_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
