//! Employees, menus and signing in: `/api/user`.

mod login;
mod logout;
mod me;
mod menu;
mod password;
mod password_check;
mod user;
mod usermenu;

use shared::http::{Api, App, Function, Router, Routes};

/// This function.
pub const FUNCTION: Function = Function { name: "user", router, describe: routes };

/// The routes of this function.
pub fn routes<R: Routes>(routes: R) -> R {
    routes
        .get("/api/user/menu", menu::get, menu::get_doc)
        .post("/api/user/menu", menu::post, menu::post_doc)
        .get("/api/user/usermenu", usermenu::get, usermenu::get_doc)
        .post("/api/user/usermenu", usermenu::post, usermenu::post_doc)
        .get("/api/user/me", me::get, me::get_doc)
        .post("/api/user/login", login::post, login::post_doc)
        .post("/api/user/logout", logout::post, logout::post_doc)
        .get("/api/user/user", user::get, user::get_doc)
        .post("/api/user/user", user::post, user::post_doc)
        .post("/api/user/password", password::post, password::post_doc)
}

/// What answers them.
pub fn router(app: App) -> Router {
    routes(Api::new(app)).into_router()
}
