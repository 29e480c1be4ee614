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
mod callers;
pub mod choices;
mod column;
mod cookie;
mod credentials;
mod editing;
mod envelope;
mod failure;
mod files;
mod form;
mod function;
mod idempotency;
mod import;
mod in_path;
mod limits;
mod list;
mod origin;
mod page;
mod params;
mod records;
pub mod reference;
mod reply;
mod result;
mod routes;
mod saver;
mod source;
mod upload_form;
mod value;
mod wording;

pub use api::{Api, run, run_with_bucket};
pub use app::App;
pub use call::Call;
pub use callers::{KnownCallers, Me};
pub use column::{CellKind, Column};
pub use failure::Failure;
pub use function::Function;
pub use import::{Import, ImportColumn, Likeness, Named, Place, RowForm};
pub use list::{Filters, List, ListParams, WholeList};
pub use page::Page;
pub use params::{OwnerParam, ParamSource, Params, TRACE};
pub use reply::{Created, Edited, Headers, PageInfo, Reply};
pub use result::HttpResult;
pub use routes::{Handler, Routes};
pub use saver::Saver;
pub use upload_form::UploadForm;

pub use axum::Router;
