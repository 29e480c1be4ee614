//! Who did what, and the way back: `/api/history`.

mod erase;
mod feed;
mod log;
mod log_row;
mod record;
mod restore;
mod trash;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "history", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/history/record", record::get, record::get_doc)
        .get("/api/history/log", log::get, log::get_doc)
        .get("/api/history/feed", feed::get, feed::get_doc)
        .get("/api/history/trash", trash::get, trash::get_doc)
        .post("/api/history/restore", restore::post, restore::post_doc)
        .post("/api/history/erase", erase::post, erase::post_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
