//! Statistics: `/api/stats`.

mod demand;
mod employee;
mod event;
mod follow;
mod member;
mod sign;
mod trend;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "stats", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/stats/sign", sign::get, sign::get_doc)
        .get("/api/stats/demand", demand::get, demand::get_doc)
        .get("/api/stats/follow", follow::get, follow::get_doc)
        .get("/api/stats/employee", employee::get, employee::get_doc)
        .get("/api/stats/trend", trend::get, trend::get_doc)
        .get("/api/stats/event", event::get, event::get_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
