//! What the project needs beside its functions: the local stack, the tools it installs for itself, deployments and checks.
//! The bash files in `scripts/` build this and become its one binary.

pub mod admin;
mod alone;
pub mod ask;
pub mod bare_machine;
pub mod check_api;
pub mod check_console;
pub mod check_template;
pub mod child;
pub mod console;
pub mod copy;
pub mod deploy;
pub mod dev;
pub mod dynamodb_local;
pub mod folder;
pub mod functions;
pub mod install;
pub mod jobs;
pub mod lighthouse;
pub mod local_table;
pub mod ministack;
pub mod older;
pub mod package;
pub mod patience;
pub mod program;
pub mod progress;
pub mod rehearse;
pub mod restore;
pub mod sam;
pub mod samconfig;
pub mod smoke;
pub mod stacks;
pub mod table;
pub mod tools;
pub mod transfer;
pub mod verify;
