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

/// Whether `path` is of a route, in which `{…}` stands for any segment.
pub fn is_at(route: &str, path: &str) -> bool {
    let (route, path) = (route.split('/'), path.split('/'));
    let is_like = |of_route: &str, of_path: &str| {
        of_route == of_path || (of_route.starts_with('{') && !of_path.is_empty())
    };
    route.clone().count() == path.clone().count()
        && route.zip(path).all(|(of_route, of_path)| is_like(of_route, of_path))
}

impl Described {
    /// A name for generated clients: the method and the last segment that is no parameter; of a statistic, which are named as what they
    /// count, with that.
    pub fn id(&self) -> String {
        let segments = self.path.trim_start_matches("/api/").rsplit('/');
        let mut segments = segments.filter(|segment| !segment.starts_with('{'));
        let last = segments.next().unwrap_or_default();
        let last = last.split('.').next().unwrap_or_default();
        let area = segments.next().filter(|area| *area == "stats").unwrap_or_default();
        let method = self.method.as_str().to_lowercase();
        [area, last].into_iter().fold(method, |id, word| id + &capital(word))
    }

    /// Whether a request for `path` is for it.
    pub fn is_at(&self, path: &str) -> bool {
        is_at(self.path, path)
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
