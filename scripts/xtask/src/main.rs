//! The binary behind the files in `scripts/`, but for `scripts/bench`.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::{
    admin, bare_machine, check_api, check_console, check_template,
    child::{self, Child},
    deploy, dev,
    dynamodb_local::DynamoDbLocal,
    package, program, rehearse, restore, tools, transfer, verify,
};

#[derive(Parser)]
#[command(bin_name = "scripts/run", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the whole project on this machine: database, demo data, functions. Ctrl-C ends it.
    #[command(override_usage = "scripts/dev [OPTIONS]")]
    Dev(dev::DevOptions),
    /// Runs a command while AWS DynamoDB Local runs, with its address in TEST_DATABASE
    WithDynamodbLocal {
        #[arg(required = true, trailing_var_arg = true)]
        command: Vec<OsString>,
    },
    /// Recounts every entry, counter and guard of a table from its records; exits 1 if any differs
    #[command(override_usage = "scripts/verify [OPTIONS]")]
    Verify(verify::VerifyOptions),
    /// Builds the zips of the functions, one for each, and tells how large they are
    #[command(override_usage = "scripts/package [OPTIONS]")]
    Package(package::PackageOptions),
    /// Saves a whole list of a CRM as a file, CSV or XLSX. The token of a session stands in CRM_TOKEN, or phone number and
    /// password are asked for. Ctrl-C stops the export
    #[command(override_usage = "scripts/export [OPTIONS] <URL> <KIND> <FILE>")]
    Export(transfer::ExportOptions),
    /// Imports a file, CSV or XLSX, as customers, organizations or contracts: checks it, tells what was found, and asks before
    /// it saves. The token of a session stands in CRM_TOKEN, or phone number and password are asked for. Ctrl-C stops the
    /// import: what is saved by then stays
    #[command(override_usage = "scripts/import [OPTIONS] <URL> <KIND> <FILE>")]
    Import(transfer::ImportOptions),
    /// Makes an admin in a table, as the first employee of a company. The password is asked for, or is one line of the
    /// standard input
    #[command(override_usage = "scripts/create-admin [OPTIONS]")]
    CreateAdmin(admin::AdminOptions),
    /// Validates, packages and deploys the stack, makes the first admin if there is no employee, and tests what answers
    #[command(override_usage = "scripts/deploy [OPTIONS] [-- <SAM>...]")]
    Deploy(deploy::DeployOptions),
    /// Copies the table of a stack as it was at a time, verifies the copy, and lets the stack serve it; or lets it serve a
    /// table that is there. The old table stays until it is deleted by hand
    #[command(override_usage = "scripts/restore --stack <NAME> <--at <TIME>|--serve <TABLE>> [OPTIONS]")]
    Restore(restore::RestoreOptions),
    /// Deploys onto a stand-in for AWS on this machine, uses every operation there, restores, updates, and deletes
    #[command(override_usage = "scripts/rehearse [--from <REV>]")]
    Rehearse(rehearse::RehearseOptions),
    /// Starts a scripts/dev of its own and checks the API reference from outside: a linter, a TypeScript client, its page
    /// in Chromium, and schemathesis
    #[command(override_usage = "scripts/check-api [OPTIONS] [CHECK]...")]
    CheckApi(check_api::CheckApiOptions),
    /// Checks the types of the console, starts a scripts/dev of its own, and tells the stories of the console in Chromium
    #[command(override_usage = "scripts/check-console [OPTIONS] [-- PLAYWRIGHT...]")]
    CheckConsole(check_console::CheckConsoleOptions),
    /// Runs SAM's, cfn-lint's and checkov's checks of template.yaml, and installs them before if need be
    CheckTemplate,
    /// Runs a command on a machine with next to nothing: a bare Debian in a folder, with Rust, and a clone of what is
    /// committed here. Needs root and debootstrap
    #[command(override_usage = "scripts/run bare-machine [OPTIONS] [-- COMMAND...]")]
    BareMachine(bare_machine::BareMachineOptions),
    /// Runs cargo-deny, and installs it before if need be
    CargoDeny {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    program::run(run(arguments.command))
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Dev(options) => match dev::run(options).await? {},
        Command::WithDynamodbLocal { command } => {
            let database = DynamoDbLocal::start(0, None).await?;
            let mut process = child::command("env");
            process.args(command).env("TEST_DATABASE", &database.endpoint);
            run_to_end(process).await
        }
        Command::Verify(options) => verify::run(options).await,
        Command::Export(options) => transfer::export(options).await.map(|()| ExitCode::SUCCESS),
        Command::Import(options) => transfer::import(options).await,
        Command::Package(options) => package::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::CreateAdmin(options) => admin::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::Deploy(options) => deploy::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::Restore(options) => restore::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::Rehearse(options) => rehearse::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::CheckApi(options) => check_api::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::CheckConsole(options) => check_console::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::CheckTemplate => check_template::run().await.map(|()| ExitCode::SUCCESS),
        Command::BareMachine(options) => bare_machine::run(options).await,
        Command::CargoDeny { arguments } => {
            let mut process = child::command(tools::cargo_deny().await?);
            process.args(arguments);
            run_to_end(process).await
        }
    }
}

async fn run_to_end(command: tokio::process::Command) -> Result<ExitCode> {
    let code = Child::start(command)?.wait().await?;
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
