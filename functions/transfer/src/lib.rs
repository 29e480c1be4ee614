//! Whole lists as files, and files as records: `/api/transfer`.
//!
//! Exports and imports are [jobs](shared::jobs). What an import does, `imports` says. Each step of an export walks on through the
//! list, the oldest records first, and leaves what it has made in the bucket, below `exports/<job>/`: parts of the file, and what
//! the next step has to know.

mod check;
mod export;
mod exports;
mod file;
mod format;
mod import;
mod imports;
mod job;
mod lists;
mod progress;
pub mod reading;
mod report;
mod run;
mod seen;
mod stop;
mod table;
mod template;
mod transfers;
mod undo;
mod xlsx;

pub use exports::Exports;
pub use imports::Imports;
pub use transfers::Transfers;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "transfer", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .post("/api/transfer/export", export::post, export::post_doc)
        .post("/api/transfer/import", import::post, import::post_doc)
        .get("/api/transfer/template", template::get, template::get_doc)
        .post("/api/transfer/check", check::post, check::post_doc)
        .post("/api/transfer/run", run::post, run::post_doc)
        .post("/api/transfer/undo", undo::post, undo::post_doc)
        .get("/api/transfer/report", report::get, report::get_doc)
        .get("/api/transfer/job", job::get, job::get_doc)
        .post("/api/transfer/stop", stop::post, stop::post_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
