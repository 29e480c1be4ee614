//! Follow-ups and changes of demand: `/api/record`.

mod demand;
mod follow;
mod sent;
mod upload;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app)
        .post("/api/record/upload", upload::post)
        .get("/api/record/follow", follow::get)
        .post("/api/record/follow", follow::post)
        .delete("/api/record/delfollow", follow::delete)
        .get("/api/record/demand", demand::get)
        .post("/api/record/demand", demand::post)
        .delete("/api/record/deldemand", demand::delete)
        .into_router()
}
