//! What a function is started with on a developer's machine.

use std::process::Command;

/// As a person would start it who has not read anything.
#[test]
fn a_function_that_misses_a_variable_says_in_one_line_which_and_what_to_start() {
    let output = Command::new(env!("CARGO_BIN_EXE_docs")).env_clear().output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("TABLE_NAME is not set") && said.contains("scripts/dev"), "{said}");
}
