//! One binary for all of this folder: linking it one by one would take longer than running it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod company;
mod demand;
mod events;
mod figures;
mod follow;
mod sign;
