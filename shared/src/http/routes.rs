//! Where routes are declared, for whoever wants to know of them.

use super::reference::Operation;
use super::{Call, HttpResult};
use axum::http::Method;

/// What answers a request.
pub trait Handler: Clone + Send + Sync + 'static {
    /// Answers it.
    fn call(&self, call: Call) -> impl Future<Output = HttpResult> + Send;
}

impl<H, F> Handler for H
where
    H: Fn(Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = HttpResult> + Send,
{
    fn call(&self, call: Call) -> impl Future<Output = HttpResult> + Send {
        self(call)
    }
}

/// Takes the routes of a function: a router ([`Api`](super::Api)) what answers them, the reference
/// ([`Reference`](super::reference::Reference)) what they are for.
pub trait Routes: Sized {
    /// Takes one for each of `methods`.
    fn on(
        self,
        methods: &'static [Method],
        path: &'static str,
        handler: impl Handler,
        operation: fn() -> Operation,
    ) -> Self;

    /// GET on `path`.
    fn get(self, path: &'static str, handler: impl Handler, operation: fn() -> Operation) -> Self {
        self.on(&[Method::GET], path, handler, operation)
    }

    /// POST on `path`.
    fn post(self, path: &'static str, handler: impl Handler, operation: fn() -> Operation) -> Self {
        self.on(&[Method::POST], path, handler, operation)
    }

    /// POST and DELETE on `path` alike.
    fn delete(self, path: &'static str, handler: impl Handler, operation: fn() -> Operation) -> Self {
        self.on(&[Method::POST, Method::DELETE], path, handler, operation)
    }
}
