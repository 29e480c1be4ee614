//! One binary for all of this folder: linking it one by one would take longer than running it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod erase;
mod erase_faults;
mod erase_files;
mod events;
mod feed;
mod log;
mod office;
mod owner;
mod past;
mod person;
mod record;
mod restore;
mod restore_menus;
mod revert;
