//! A file of tests that nothing names would be compiled by nobody, and nobody would notice.

use std::path::Path;

use crate::sources::{files, text};

#[test]
fn every_file_of_tests_is_run() {
    let files = files();
    let mut lost = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let Some((folder, inner)) = file.split_once("/tests/") else { continue };
        let name = Path::new(inner).file_stem().unwrap().to_str().unwrap();
        let manifest = text(Path::new(&format!("{folder}/Cargo.toml")));
        let is_declared = manifest.contains(&format!("tests/{inner}"));
        let is_found =
            !manifest.contains("autotests = false") && !inner.contains('/') || inner.ends_with("main.rs");
        let sibling = Path::new(file).parent().unwrap();
        let is_named = files
            .iter()
            .filter(|other| Path::new(other).parent() == Some(sibling) && other.ends_with(".rs"))
            .any(|other| text(Path::new(other)).lines().any(|line| line == format!("mod {name};")));
        if !(is_declared || is_found || is_named) {
            lost.push(file.clone());
        }
    }
    assert!(lost.is_empty(), "no test program has {lost:#?}");
}
