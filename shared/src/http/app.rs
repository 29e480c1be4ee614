//! What a function has for all of its requests.

use super::callers::KnownCallers;
use crate::bucket::Bucket;
use crate::environment::needed;
use crate::model::{ChangesBy, OwnerLimit};
use crate::store::{Store, client};
use crate::time::Clock;
use std::env::var;
use std::num::NonZeroU32;

/// The most megabytes of a file, unless the stack says otherwise.
const MAX_FILE_MB: u32 = 20;

/// The table, the clock and the stack's parameters.
#[derive(Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The bucket, in functions that use it: the others have no such code in them.
    pub bucket: Option<Bucket>,
    /// The clock.
    pub clock: Clock,
    /// Days after a sign-in until the session ends by itself.
    pub session_days: u32,
    /// How many visible customers an employee may own.
    pub owner_limit: OwnerLimit,
    /// Whether every failure is answered with HTTP 200, for older clients.
    pub failures_are_ok: bool,
    /// By whom records are changed.
    pub changes_by: ChangesBy,
    /// How many megabytes a file may have.
    pub max_file_mb: u32,
    /// Whether answers carry the header `x-capacity`; in local runs.
    pub show_capacity: bool,
    /// Whom this instance has found signed in.
    pub callers: KnownCallers,
}

impl App {
    /// Reads `TABLE_NAME`, `UTC_OFFSET`, `SESSION_DAYS`, `OWNED_CUSTOMERS` (0: no limit), `ERROR_HTTP_STATUS` (`semantic` or
    /// `ok`), `CHANGES_BY` (`involved` or `anyone`), `MAX_FILE_MB` and `SHOW_CAPACITY` (any value) as template.yaml and scripts/dev
    /// set them, and what [`client`] reads.
    ///
    /// # Errors
    /// Names the variable that is missing or malformed.
    pub fn from_env() -> Result<Self, String> {
        let table = needed("TABLE_NAME")?;
        let offset = var("UTC_OFFSET").unwrap_or_else(|_| "+08:00".to_owned());
        let clock = Clock::machine(&offset);
        let clock = clock.ok_or_else(|| format!("UTC_OFFSET: {offset:?} is not like +08:00"))?;
        let days = var("SESSION_DAYS").unwrap_or_else(|_| "7".to_owned());
        let owned = var("OWNED_CUSTOMERS").unwrap_or_else(|_| "0".to_owned());
        let owned = owned.parse().map_err(|_| format!("OWNED_CUSTOMERS: {owned:?} is not a number"))?;
        let status = var("ERROR_HTTP_STATUS").unwrap_or_else(|_| "semantic".to_owned());
        let changes_by = var("CHANGES_BY").unwrap_or_else(|_| "involved".to_owned());
        let file_mb = var("MAX_FILE_MB").unwrap_or_else(|_| MAX_FILE_MB.to_string());
        Ok(Self {
            store: Store::new(client()?, table).with_clock(clock.clone()),
            bucket: None,
            clock,
            session_days: days.parse().map_err(|_| format!("SESSION_DAYS: {days:?} is not a number"))?,
            owner_limit: NonZeroU32::new(owned),
            failures_are_ok: match status.as_str() {
                "semantic" => false,
                "ok" => true,
                other => return Err(format!("ERROR_HTTP_STATUS: {other:?} is neither semantic nor ok")),
            },
            changes_by: match changes_by.as_str() {
                "involved" => ChangesBy::Involved,
                "anyone" => ChangesBy::Anyone,
                other => return Err(format!("CHANGES_BY: {other:?} is neither involved nor anyone")),
            },
            max_file_mb: file_mb.parse().map_err(|_| format!("MAX_FILE_MB: {file_mb:?} is not a number"))?,
            show_capacity: var("SHOW_CAPACITY").is_ok(),
            callers: KnownCallers::default(),
        })
    }

    /// The same with the bucket, as [`Bucket::from_env`] finds it.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn with_bucket(self) -> Result<Self, String> {
        Ok(Self { bucket: Some(Bucket::from_env()?), ..self })
    }
}
