//! What every function of the CRM shares, in layers: how requests are read and answered ([`http`]), the records of the CRM
//! ([`model`]), how records are found by parts of their names ([`search`]), work that is done in steps ([`jobs`]), and the engine
//! over the one DynamoDB table ([`store`]), beside it files in the one S3 bucket ([`bucket`]).
//!
//! A layer knows the layers after it and none before it. Only `store` knows DynamoDB, only `bucket` S3, only `http` what
//! callers send, and neither the engine nor the search nor the bucket knows what a customer is. Between them stand plain values and [`Error`].
#![deny(missing_docs)]

pub mod bucket;
mod environment;
mod error;
pub mod http;
pub mod jobs;
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
