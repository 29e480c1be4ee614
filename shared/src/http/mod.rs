//! The only place that knows HTTP: how requests are read, who may make them, and how they are answered.
//!
//! A function declares its [`Routes`], of which [`Api`] makes a [`Router`]. A handler takes a [`Call`], which has everything
//! it may use, and answers a [`Reply`] or a [`Failure`]:
//!
//! ```no_run
//! use shared::http::reference::Operation;
//! use shared::http::{Api, App, Call, HttpResult, Reply, Routes};
//!
//! async fn get(call: Call) -> HttpResult {
//!     let page = call.query.page()?;
//!     Ok(Reply::list(vec!["a row"], 1, page))
//! }
//!
//! fn get_doc() -> Operation {
//!     Operation::rows::<&str>("查询菜单")
//! }
//!
//! fn router(app: App) -> axum::Router {
//!     Api::new(app).get("/api/user/menu", get, get_doc).into_router()
//! }
//! ```

mod access;
mod api;
mod app;
mod body;
mod call;
pub mod choices;
mod credentials;
mod failure;
mod idempotency;
mod params;
mod records;
pub mod reference;
mod reply;
mod routes;
mod wording;

pub use api::{Api, run};
pub use app::App;
pub use call::{Call, Me};
pub use failure::{Failure, HttpResult};
pub use params::{Page, ParamSource, Params, TRACE};
pub use reply::{Created, Headers, PageInfo, Reply};
pub use routes::{Function, Handler, Routes};

pub use axum::Router;
