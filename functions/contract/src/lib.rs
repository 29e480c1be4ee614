//! Contracts: `/api/contract`.

mod contract;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app)
        .get("/api/contract/contract", contract::get)
        .post("/api/contract/contract", contract::post)
        .delete("/api/contract/delcontract", contract::delete)
        .into_router()
}
