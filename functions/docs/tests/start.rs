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

#[test]
fn a_function_starts_with_what_the_template_lets_one_choose_and_says_what_else_is_wrong() {
    for (name, value, is_one) in [
        ("CHANGES_BY", "involved", true),
        ("CHANGES_BY", "anyone", true),
        ("CHANGES_BY", "everybody", false),
        ("OWNED_CUSTOMERS", "200", true),
        ("OWNED_CUSTOMERS", "many", false),
        ("ERROR_HTTP_STATUS", "ok", true),
        ("ERROR_HTTP_STATUS", "200", false),
    ] {
        let mut function = Command::new(env!("CARGO_BIN_EXE_docs"));
        let needed = ["TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        function.env_clear().envs(needed.map(|name| (name, "local"))).env(name, value);
        // There is no Lambda here: it ends in any case.
        let output = function.output().unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.contains(name), !is_one, "{value}: {said}");
    }
}
