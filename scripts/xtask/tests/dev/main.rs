//! `scripts/dev` as somebody runs it: it serves everything, keeps what it was told, and leaves nothing behind.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is a failed test"
)]

mod access;
mod client;
mod durability;
mod odd_requests;
mod running;
mod story;
mod transfers;

use std::{process::Command, time::Duration};

use testing::template::Template;
use xtask::{admin::Admin, functions::envelope, smoke};

use running::{Dev, Folder};

/// Runs it to its end, which must come before anything is built, and answers what it says.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("dev").args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn end_to_end_serves_every_route_and_ends_on_term() {
    let data = Folder::new("term");
    let dev = Dev::start("term", &["--data", data.path(), "--empty"]);
    assert!(dev.processes().len() > 2);

    let [phone, password] = client::ADMIN.map(str::to_owned);
    smoke::every_operation(&dev.url, &Template::read().unwrap(), &Admin { phone, password }, 1).unwrap();
    envelope(&format!("http://127.0.0.1:{}/api/health", dev.port())).unwrap();

    assert!(refused(&["--port", &dev.port().to_string()]).contains("is taken"));
    assert!(refused(&["--port", "0", "--data", data.path()]).contains("another scripts/dev"));

    dev.stop();
}

#[test]
fn end_to_end_leaves_nothing_running_when_killed() {
    let dev = Dev::start("kill", &["--memory", "--empty", "--no-watch"]);
    dev.kill("dev");
    dev.ended(Duration::from_secs(5));
}
