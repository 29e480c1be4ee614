//! `scripts/verify` as somebody runs it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod story;

use std::{
    env, fs,
    path::PathBuf,
    process::{self, Command},
};

use aws_sdk_dynamodb::types::AttributeValue;
use indicatif::ProgressBar;
use shared::{model::Role, store::Store, time::Time};
use testing::{Stack, database, template::Template};
use xtask::local_table::TABLE;

/// What it printed, and its exit code.
async fn verify(arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("verify").args(arguments).env_remove("TABLE_NAME");
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// A folder that is not there yet.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("crm-verify-{name}-{}", process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

async fn demo_data(endpoint: &str) {
    let client = database::client(endpoint);
    let definition = Template::read().unwrap().table;
    database::create_table(&client, TABLE, &definition).await.unwrap();
    let store = Store::new(client, TABLE);
    demo::load(store, demo::Size::default(), Time(1_627_819_200), &ProgressBar::hidden()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_data_is_clean_and_damage_is_told_until_it_is_mended() {
    let folder = folder("clean");
    fs::create_dir_all(&folder).unwrap();
    let endpoint = database::embedded(Some(&folder.join("crm.db"))).await.unwrap();
    demo_data(&endpoint).await;
    let (stdout, stderr, code) = verify(&["--data", folder.to_str().unwrap()]).await;
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.ends_with("0 differences\n"), "{stdout}");

    let text = |text: &str| AttributeValue::S(text.to_owned());
    let delete = database::client(&endpoint).delete_item().table_name(TABLE);
    delete.key("p", text("E#menus")).key("s", text("0000000200000002")).send().await.unwrap();
    let here = ["--endpoint", &endpoint];
    let line = "E#menus 0000000200000002: expected an entry, found no entry\n";
    let (stdout, _, code) = verify(&here).await;
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.ends_with(&format!("{line}1 differences\n")), "{stdout}");
    let (stdout, _, code) = verify(&[here[0], here[1], "--repair"]).await;
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.ends_with(&format!("mended: {line}0 differences left\n")), "{stdout}");
    assert_eq!(verify(&here).await.2, Some(0));
    fs::remove_dir_all(folder).unwrap();
}

/// Version 0.1 told phone numbers apart that are the same today.
#[tokio::test(flavor = "multi_thread")]
async fn guards_of_version_0_1_are_mended_and_employees_who_have_the_same_number_are_told() {
    let stack = Stack::start().await;
    for (id, number) in [(1, "139 8702 2559"), (2, "13987022559"), (3, "0871-6512345")] {
        assert_eq!(stack.employee(number, Role::Staff).await, id);
        stack.drop_guard("phone", &number.replace([' ', '-'], "")).await;
    }
    for (id, number) in [(1, "139 8702 2559"), (2, "13987022559"), (3, "0871-6512345")] {
        stack.put_guard("phone", number, &[id]).await;
    }
    let here = ["--endpoint", &stack.endpoint, "--table", &stack.table];
    let guards = "UNIQUE#phone#0871-6512345 R: expected no guard, found a guard for 3
UNIQUE#phone#08716512345 R: expected a guard for 3, found no guard
UNIQUE#phone#139 8702 2559 R: expected no guard, found a guard for 1
UNIQUE#phone#13987022559 R: expected a guard for 1 and 2, found a guard for 2
";
    let collision = "collision: USR#1 and USR#2 have the same value 13987022559, which is USR#1's
1 collisions: give all but one another value
";
    let (stdout, _, code) = verify(&here).await;
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.ends_with(&format!("{guards}{collision}4 differences\n")), "{stdout}");
    let (stdout, _, code) = verify(&[here.as_slice(), &["--repair"]].concat()).await;
    assert_eq!(code, Some(0), "{stdout}");
    let mended: String = guards.lines().map(|line| format!("mended: {line}\n")).collect();
    assert!(stdout.ends_with(&format!("{mended}{collision}0 differences left\n")), "{stdout}");
    let (stdout, _, code) = verify(&here).await;
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.ends_with(&format!("{collision}0 differences\n")), "{stdout}");
}

#[tokio::test]
async fn a_folder_without_data_is_refused_and_not_made() {
    let folder = folder("none");
    let (_, stderr, code) = verify(&["--data", folder.to_str().unwrap()]).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains("has no data of scripts/dev"), "{stderr}");
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_database_of_aws_needs_the_name_of_the_table() {
    let (_, stderr, code) = verify(&["--endpoint", "https://127.0.0.1:1"]).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains("which table?"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_there_is_an_error_with_its_name() {
    let endpoint = database::embedded(None).await.unwrap();
    let (_, stderr, code) = verify(&["--endpoint", &endpoint, "--table", "nowhere"]).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains("the table nowhere"), "{stderr}");
}
