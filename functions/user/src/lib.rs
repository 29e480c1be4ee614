//! Employees, menus and signing in: `/api/user`.

mod login;
mod logout;
mod menu;
mod password;
mod secret;
mod user;
mod usermenu;

use shared::http::{Api, App, Router};

/// The routes of this function.
pub fn router(app: App) -> Router {
    Api::new(app)
        .get("/api/user/menu", menu::get)
        .post("/api/user/menu", menu::post)
        .get("/api/user/usermenu", usermenu::get)
        .post("/api/user/usermenu", usermenu::post)
        .post("/api/user/login", login::post)
        .post("/api/user/logout", logout::post)
        .get("/api/user/user", user::get)
        .post("/api/user/user", user::post)
        .post("/api/user/password", password::post)
        .into_router()
}
