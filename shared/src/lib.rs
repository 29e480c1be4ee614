//! What every function of the CRM shares, in layers: how requests are read and answered ([`http`]), the records of the CRM
//! ([`model`]), how records are found by parts of their names ([`search`]), and the engine over the one DynamoDB table
//! ([`store`]).
//!
//! A layer knows the layers after it and none before it. Only `store` knows DynamoDB, only `http` knows HTTP, and neither the
//! engine nor the search knows what a customer is. Between them stand plain values and [`Error`].
#![deny(missing_docs)]

mod error;
pub mod http;
pub mod log;
pub mod model;
pub mod money;
mod patch;
pub mod search;
pub mod store;
pub mod time;

pub use error::Error;
pub use patch::{Clearable, Patch};

/// The result of everything that can be refused or fail.
pub type Result<T> = std::result::Result<T, Error>;
