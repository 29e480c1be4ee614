//! An operation at its path.

use super::{Operation, capital};
use axum::http::Method;

/// An operation, and where it is.
pub struct Described {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// What it does.
    pub operation: Operation,
}

impl Described {
    /// A name for generated clients: the method and the last segment; of a statistic, which are named as what they
    /// count, with that.
    pub fn id(&self) -> String {
        let mut segments = self.path.trim_start_matches("/api/").rsplit(['/']);
        let last = segments.next().unwrap_or_default();
        let last = last.split('.').next().unwrap_or_default();
        let area = segments.next().filter(|area| *area == "stats").unwrap_or_default();
        let method = self.method.as_str().to_lowercase();
        [area, last].into_iter().fold(method, |id, word| id + &capital(word))
    }

    /// The part of the API.
    pub fn tag(&self) -> &'static str {
        match self.path.trim_start_matches("/api/").split_once('/') {
            Some((area, _)) => area,
            None => "docs",
        }
    }

    /// Whether the parameters stand in the body.
    pub fn has_body(&self) -> bool {
        self.method == Method::POST
    }
}
