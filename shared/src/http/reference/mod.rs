//! The API reference: what OpenAPI says of the routes, made from the code.
//!
//! A route is declared once, with its handler and its [`Operation`] ([`Routes`](super::Routes)): the router takes the
//! one, [`Reference`] the other, and neither is linked where it is not used. Rows are described by the types that are
//! serialized ([`JsonSchema`](schemars::JsonSchema)); the kinds of parameters stand here once, with the limits that
//! [`Params`](super::Params) reads by; who may call and what that can be refused with follows from the rule of the route
//! and from what it reads.
//!
//! Handlers read parameters one by one and there is no type of a request, so there is nothing to derive a description of
//! requests from: an operation lists its parameters. That it lists those that its handler reads, and of the same kind,
//! is checked with every request of the tests (the crate `testing`), by the [trace](super::TRACE) of what is read.

mod act;
mod described;
mod dialect;
mod document;
mod labels;
mod lenient;
mod operation;
mod param;
mod param_kind;
mod refusals;
mod strict;

pub use act::{Act, Rule};
pub use described::{Described, is_at};
pub use dialect::Dialect;
pub use document::Reference;
pub use labels::{UNKNOWN, label_of};
pub use operation::{Check, Operation};
pub use param::{
    During, Need, Param, TextCheck, choice, date, flag, id, id_or_all, ids, ids_or_none, ids_or_rows, int,
    money, name, owner, text, time, url,
};
pub use param_kind::ParamKind;

use serde_json::Value;

/// Gives an object of the document one more property.
fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
