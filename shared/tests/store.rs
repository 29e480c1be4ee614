//! The store against a real DynamoDB engine, and the bucket against a real S3, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod bucket;
mod deferred;
mod dense;
mod faults;
mod history;
mod listing;
mod logs;
mod spread;
mod verify;
