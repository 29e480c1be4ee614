//! A Lambda function, for whoever wants more of it than to run it.

use super::reference::Reference;
use super::{App, Router};

/// A Lambda function that answers a part of the API. Tests call its router in their own process, and the reference lists its
/// routes.
#[derive(Clone, Copy)]
pub struct Function {
    /// The name of its crate, and the part of the API that it answers: `/api/<name>`.
    pub name: &'static str,
    /// Makes what answers requests.
    pub router: fn(App) -> Router,
    /// Adds its routes to the reference.
    pub describe: fn(Reference) -> Reference,
}
