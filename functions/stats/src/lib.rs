//! Statistics: `/api/stats`.

mod demand;
mod follow;
mod member;
mod sign;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app)
        .get("/api/stats/sign", sign::get)
        .get("/api/stats/demand", demand::get)
        .get("/api/stats/follow", follow::get)
        .into_router()
}
