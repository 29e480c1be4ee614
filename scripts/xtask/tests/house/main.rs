//! The rules of the house that no compiler checks: words, layers, circles of files, and how far a kind of record reaches.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is a failed test"
)]

mod circles;
mod every_test_runs;
mod layers;
mod sources;
mod words;
