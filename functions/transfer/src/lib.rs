//! Whole lists as files: `/api/transfer`.
//!
//! An export is a [job](shared::jobs). Each of its steps walks on through the list, the oldest records first, and leaves what it
//! has made in the bucket, below `exports/<job>/`: parts of the file, and what the next step has to know.

mod export;
mod exports;
mod file;
mod format;
mod job;
mod lists;
mod progress;
mod seen;
mod stop;
mod table;
mod xlsx;

pub use exports::Exports;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "transfer", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .post("/api/transfer/export", export::post, export::post_doc)
        .get("/api/transfer/job", job::get, job::get_doc)
        .post("/api/transfer/stop", stop::post, stop::post_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
