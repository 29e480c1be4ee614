//! Pictures and documents that belong to records: `/api/file`. Their bytes pass no function: browsers send them to the bucket and
//! fetch them from it, with what is signed here.

mod announce;
mod kinds;
mod name;
mod show;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "file", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes.post("/api/file/file", announce::post, announce::post_doc).get(
        "/api/file/{token}/{name}",
        show::get,
        show::get_doc,
    )
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
