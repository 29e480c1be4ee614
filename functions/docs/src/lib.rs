//! What needs no session and no table: health, and the refusal of paths and methods that do not exist.

mod health;
mod unknown;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app).get("/api/health", health::get).into_router_with(unknown::refuse)
}
