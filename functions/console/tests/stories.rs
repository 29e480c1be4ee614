//! The rules of the stories of the console, which `scripts/check-console` tells.
#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use std::fs;

/// What stories must not know: how the page is made, and how long something takes.
const FORBIDDEN: [&str; 5] = [".locator(", "getByTestId", "querySelector", "waitForTimeout", ".$("];

#[test]
fn stories_go_by_roles_and_names_and_wait_for_things() {
    let folder = testing::root().join("functions/console/web/stories");
    let mut stories = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        stories += text.matches("test(").count();
        let found: Vec<_> = FORBIDDEN.iter().filter(|word| text.contains(**word)).collect();
        assert!(found.is_empty(), "{} has {found:?}", path.display());
    }
    assert!(stories >= 20, "{stories} stories");
}
