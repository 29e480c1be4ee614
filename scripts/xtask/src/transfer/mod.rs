//! Whole lists of a CRM that leave it or come into it, as files: `scripts/export` and `scripts/import`.

mod export;
mod import;
mod remote_job;

pub use export::{ExportOptions, export};
pub use import::{ImportOptions, import};
