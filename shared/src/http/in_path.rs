//! Parameters that stand in the path of a request, such as `{token}`.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

/// Names and values of them, decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct InPath(Vec<(String, String)>);

impl InPath {
    /// Those of a request; none if what is in the path is no text.
    pub async fn of(parts: &mut Parts) -> Self {
        let params = RawPathParams::from_request_parts(parts, &()).await.ok();
        let params = params.iter().flatten();
        Self(params.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The value of one; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}
