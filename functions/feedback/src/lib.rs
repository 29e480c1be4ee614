//! How satisfied customers are: `/api/feedback`.

mod satisfy;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app)
        .get("/api/feedback/satisfy", satisfy::get)
        .post("/api/feedback/satisfy", satisfy::post)
        .delete("/api/feedback/delsatisfy", satisfy::delete)
        .into_router()
}
