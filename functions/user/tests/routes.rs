//! One binary for all of this folder: linking it one by one would take longer than running it.

mod access;
mod events;
mod idempotency;
mod login;
mod logout;
mod menu;
mod password;
mod user;
mod usermenu;
