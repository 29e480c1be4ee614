//! The files of `events/`: requests as API Gateway hands them over.

/// The names of the events for one function.
pub fn events(function: &str) -> Vec<String> {
    let files = std::fs::read_dir(crate::root().join("events")).expect("events/ can be read");
    let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(&format!("{function}-"))).collect();
    names.sort_unstable();
    assert!(!names.is_empty(), "no event of {function}");
    names
}
