//! Customers and their organizations: `/api/customers`.

mod customers;
mod find;
mod organization;
mod search;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app)
        .get("/api/customers/customers", customers::get)
        .post("/api/customers/customers", customers::post)
        .get("/api/customers/organization", organization::get)
        .post("/api/customers/organization", organization::post)
        .into_router()
}
