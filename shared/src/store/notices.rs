//! Errors for the log that would come with every request: each is told once a minute at most.

use super::key::Key;
use crate::Error;
use crate::log::short;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one notice keeps the same notice from being told again by this process.
const QUIET: Duration = Duration::from_secs(60);

/// Remembers when this process told what. Clones share that.
#[derive(Debug, Clone, Default)]
pub(super) struct Notices(Arc<Mutex<HashMap<&'static str, Instant>>>);

impl Notices {
    /// Logs that `what` is wrong with the item under `key`.
    pub fn tell(&self, what: &'static str, key: &Key, cause: &Error) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(what).is_none_or(|last| last.elapsed() >= QUIET) {
            told.insert(what, Instant::now());
            tracing::error!(key = short(key), cause = short(cause), "{what}");
        }
    }
}
