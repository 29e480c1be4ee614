//! What every function of the CRM shares: the one DynamoDB table ([`store`]), the entities in it ([`model`]),
//! how they are found by parts of their names ([`search`]), and how requests are read and answered ([`http`]).
//!
//! Only `store` knows DynamoDB and only `http` knows HTTP; between them stand plain values and [`Error`].
#![deny(missing_docs)]

mod error;
pub mod http;
pub mod model;
pub mod money;
pub mod search;
pub mod store;
pub mod time;

pub use error::Error;

/// The result of everything that can be refused or fail.
pub type Result<T> = std::result::Result<T, Error>;
