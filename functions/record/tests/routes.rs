//! One binary for all of this folder: linking it one by one would take longer than running it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod access;
mod demand;
mod events;
mod filters;
mod follow;
mod idempotency;
mod model;
mod next_plan;
mod plan;
mod plan_cost;
mod plan_model;
mod upload;
