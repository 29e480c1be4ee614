//! One binary for what is about the whole API, and about the page of its reference: linking it one by one would take longer
//! than running it. `routes` is apart, because it runs on AWS DynamoDB Local too, and so is `soak`, because it takes long.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code: a panic is a failed test"
)]

mod abuse;
mod at_once;
mod changes;
mod changes_table;
mod conflicts;
mod cross_site;
mod deadline;
mod examples;
mod faults;
mod golden;
mod golden_company;
mod golden_forms;
mod golden_lists;
mod golden_names;
mod imports;
mod in_use;
mod known_callers;
mod leaderboard;
mod log;
mod odd_names;
mod page;
mod paths;
mod policies;
mod reference;
mod route_table;
mod sent_back;
mod start;
mod strict;
