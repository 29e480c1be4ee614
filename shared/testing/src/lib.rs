//! What tests and local runs share: a table in a real DynamoDB engine that is embedded here, a clock that tests turn by
//! hand, and a client that speaks to a function's router in-process and holds every answer against the reference.
//!
//! `TEST_DATABASE` names the endpoint of a DynamoDB to test against, in which every test makes a table of its
//! own; without it every test starts dynoxide in memory. A failed set-up panics: it is a failed test.
//!
//! No function is known here: a test hands over the [`Function`](shared::http::Function) that it tests.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is a failed test"
)]

mod bulk;
mod client;
mod company;
pub mod database;
pub mod encoded;
mod events;
pub mod faults;
pub mod filters;
mod intercept;
mod items;
mod logs;
pub mod records;
mod reference;
pub mod restartable;
mod stack;
pub mod storage;
pub mod template;
mod thing;
pub mod upload;

pub use client::{Answer, Client};
pub use company::Company;
pub use events::events;
pub use logs::logged;
pub use stack::{ADMIN_PHONE, PASSWORD, Stack, function_of};
pub use thing::Thing;

use std::path::Path;

/// The folder of the workspace.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}
