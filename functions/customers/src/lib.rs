//! Customers and their organizations: `/api/customers`.

mod customers;
mod handover;
mod import;
mod organization;
mod overview;
mod owner;

pub use customers::CustomerList;
pub use import::{CustomerImport, OrganizationImport};
pub use organization::OrganizationList;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "customers", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/customers/customers", customers::get, customers::get_doc)
        .post("/api/customers/customers", customers::post, customers::post_doc)
        .post("/api/customers/owner", owner::post, owner::post_doc)
        .post("/api/customers/handover", handover::post, handover::post_doc)
        .get("/api/customers/overview", overview::get, overview::get_doc)
        .get("/api/customers/organization", organization::get, organization::get_doc)
        .post("/api/customers/organization", organization::post, organization::post_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
