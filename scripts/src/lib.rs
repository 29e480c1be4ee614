//! What the project needs beside its functions: the local stack, the tools it installs for itself, the data
//! it shows, what tests share. The bash files next to this crate build it and become its one binary.

pub mod admin;
pub mod ask;
pub mod bench;
pub mod check_api;
pub mod check_template;
pub mod child;
pub mod demo;
pub mod deploy;
pub mod dev;
pub mod dynamodb_local;
pub mod folder;
pub mod functions;
pub mod local_table;
pub mod ministack;
pub mod package;
pub mod patience;
pub mod progress;
pub mod rehearse;
pub mod sam;
pub mod samconfig;
pub mod smoke;
pub mod table;
pub mod tools;
pub mod verify;
