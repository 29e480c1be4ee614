//! Serves the files of the console: `web/` is their source, `scripts/dev` and `scripts/package` build them.
//!
//! This function opens no table and knows no session. It is linked with nothing of `shared`, because the first thing that
//! somebody sees should not wait for what it does not need.

mod file;
mod page;
mod plain;
mod site;

pub use site::Site;
