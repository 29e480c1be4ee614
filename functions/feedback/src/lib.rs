//! How satisfied customers are: `/api/feedback`.

mod satisfy;

pub use satisfy::FeedbackList;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "feedback", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/feedback/satisfy", satisfy::get, satisfy::get_doc)
        .post("/api/feedback/satisfy", satisfy::post, satisfy::post_doc)
        .delete("/api/feedback/delsatisfy", satisfy::delete, satisfy::delete_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
