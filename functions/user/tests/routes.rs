//! One binary for all of this folder: linking it one by one would take longer than running it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod access;
mod cookies;
mod events;
mod idempotency;
mod locks;
mod login;
mod logout;
mod me;
mod menu;
mod password;
mod search;
mod user;
mod usermenu;
