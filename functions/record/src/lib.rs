//! Follow-ups, changes of demand and plans: `/api/record`.

mod demand;
mod fields;
mod follow;
mod plan;
mod upload;

pub use demand::DemandList;
pub use follow::{EVENT_NAMES, EVENTS, FollowList};

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "record", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .post("/api/record/upload", upload::post, upload::post_doc)
        .get("/api/record/follow", follow::get, follow::get_doc)
        .post("/api/record/follow", follow::post, follow::post_doc)
        .delete("/api/record/delfollow", follow::delete, follow::delete_doc)
        .get("/api/record/demand", demand::get, demand::get_doc)
        .post("/api/record/demand", demand::post, demand::post_doc)
        .delete("/api/record/deldemand", demand::delete, demand::delete_doc)
        .get("/api/record/plan", plan::get, plan::get_doc)
        .post("/api/record/plan", plan::post, plan::post_doc)
        .delete("/api/record/delplan", plan::delete, plan::delete_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
