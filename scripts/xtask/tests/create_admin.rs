//! `scripts/create-admin` as somebody runs it, at a terminal and in a script.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::json;
use testing::{Client, Stack, database};
use tokio::task::spawn_blocking;

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");
const PHONE: &str = "13800000001";
const PASSWORD: &str = "a secret of nine words";

/// Types lines at a terminal, each when a question is waiting, and prints all that the terminal shows, and whether it hides
/// what is typed next.
const TERMINAL: &str = r#"
import os, pty, signal, sys, termios, time
program, lines = sys.argv[1], sys.argv[2].split("|")
pid, terminal = pty.fork()
if pid == 0:
    os.execv(program, [program] + sys.argv[3:])
shown = b""
for line in lines:
    while not shown.endswith(b": "):
        shown += os.read(terminal, 1)
    # What is typed before it is hidden would be shown.
    time.sleep(0.3)
    if line == "TERM":
        os.kill(pid, signal.SIGTERM)
        break
    os.write(terminal, b"\x03" if line == "^C" else line.encode() + b"\n")
    shown += os.read(terminal, 1)
try:
    while part := os.read(terminal, 1000):
        shown += part
except OSError:
    pass
if not termios.tcgetattr(terminal)[3] & termios.ECHO:
    shown += b"the terminal hides what is typed"
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

/// An empty table of a database of its own.
async fn stack() -> Stack {
    Stack::start().await
}

/// Runs it as a script does, with one line at its standard input.
async fn run(stack: &Stack, arguments: &[&str], input: &str) -> (String, Option<i32>) {
    let mut command = Command::new(XTASK);
    command.args(["create-admin", "--endpoint", &stack.endpoint, "--table", &stack.table]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let input = input.to_owned();
    let output = spawn_blocking(move || {
        let mut process = command.spawn().unwrap();
        // It may have ended already, because of its arguments.
        let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
        process.wait_with_output().unwrap()
    });
    said(output.await.unwrap())
}

/// Runs it at a terminal at which these lines are typed.
async fn at_a_terminal(stack: &Stack, lines: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new("python3");
    command.args(["-c", TERMINAL, XTASK, &lines.join("|"), "create-admin"]);
    command.args(["--endpoint", &stack.endpoint, "--table", &stack.table]);
    said(spawn_blocking(move || command.output()).await.unwrap().unwrap())
}

fn said(output: Output) -> (String, Option<i32>) {
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.code())
}

async fn employees(stack: &Stack) -> i32 {
    let scan = database::client(&stack.endpoint).scan().table_name(&stack.table);
    scan.send().await.unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_signs_in_and_makes_others_and_the_table_verifies() {
    let stack = stack().await;
    let (said, code) = run(&stack, &["--phone", PHONE, "--name", "老板"], &format!("{PASSWORD}\n")).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(PHONE) && !said.contains(PASSWORD), "{said}");

    let admin: Client = stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
    let new = json!({ "phoneNumber": "13800000002", "password": "another secret" });
    admin.post("/api/user/user", new).await.ok();
    let listed = admin.get("/api/user/user").await;
    assert_eq!((&listed.ok()[0]["nickName"], &listed.ok()[0]["role"]), (&json!("老板"), &json!("admin")));
    stack.verify_records().await;
    assert!(!stack.dump().await.contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_that_is_taken_is_refused_and_its_password_stays() {
    let stack = stack().await;
    run(&stack, &["--phone", PHONE], &format!("{PASSWORD}\n")).await;
    let before = employees(&stack).await;
    let (said, code) = run(&stack, &["--phone", PHONE], "some other password\n").await;
    assert_eq!(code, Some(1));
    assert_eq!(said.lines().last().unwrap().matches("is taken by the employee 1").count(), 1, "{said}");
    assert_eq!(employees(&stack).await, before);
    stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
    stack.verify_records().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_without_a_phone_number_or_with_a_weak_password() {
    let stack = stack().await;
    for (arguments, input, problem) in [
        (&[][..], "a long password\n", "Give --phone"),
        (&["--phone", ""], "a long password\n", "empty"),
        (&["--phone", PHONE], "short\n", "at least 8 characters"),
        (&["--phone", PHONE], "password1\n", "most common"),
        (&["--phone", "18888888888"], "188-8888-8888\n", "the phone number"),
        (&["--phone", PHONE], "", "nothing was typed"),
    ] {
        let (said, code) = run(&stack, arguments, input).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.lines().last().unwrap().contains(problem), "{said}");
    }
    assert_eq!(employees(&stack).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_asks_for_everything_and_does_not_show_the_password() {
    let stack = stack().await;
    let (said, code) = at_a_terminal(&stack, &[PHONE, PASSWORD, "something else"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("differ") && said.contains(PHONE), "{said}");
    assert_eq!(employees(&stack).await, 0);

    let (said, code) = at_a_terminal(&stack, &[PHONE, PASSWORD, PASSWORD]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
    stack.client(user::FUNCTION).signed_in(PHONE, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_a_question_ends_it() {
    let stack = stack().await;
    let (said, code) = at_a_terminal(&stack, &[PHONE, "^C"]).await;
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(employees(&stack).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_shows_what_is_typed_next_however_a_question_for_a_password_ends() {
    for (lines, expected) in [
        (&[PHONE, "short"][..], 1),
        (&[PHONE, "\u{4}"], 1),
        (&[PHONE, "^C"], 130),
        (&[PHONE, PASSWORD, "^C"], 130),
        (&[PHONE, "TERM"], 130),
    ] {
        let (said, code) = at_a_terminal(&stack().await, lines).await;
        assert_eq!(code, Some(expected), "{said}");
        assert!(!said.contains("hides"), "{lines:?}: {said}");
    }
}
