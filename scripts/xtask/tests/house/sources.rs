//! The sources, as the rules see them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{TokenStream, TokenTree};
use testing::root;

/// The files of the project that git knows, or would.
pub fn files() -> Vec<String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let output = git.output().unwrap();
    assert!(output.status.success(), "git ls-files failed");
    let files = String::from_utf8(output.stdout).unwrap();
    files.lines().filter(|file| root().join(file).is_file()).map(str::to_owned).collect()
}

/// The Rust files below a folder.
pub fn rust(folder: &str) -> Vec<PathBuf> {
    let is_below = |file: &String| Path::new(file).starts_with(folder) && file.ends_with(".rs");
    let files: Vec<_> = files().into_iter().filter(is_below).map(PathBuf::from).collect();
    assert!(!files.is_empty(), "no file below {folder}");
    files
}

pub fn text(file: &Path) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// What a file declares, apart from its tests.
pub fn parsed(file: &Path) -> syn::File {
    let mut parsed =
        syn::parse_file(&text(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    parsed.items.retain(|item| !is_test(attributes(item)));
    parsed
}

pub fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|it| it == "test")
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Every token, also those in groups and in the arguments of macros, but none of attributes and comments.
pub fn tokens(stream: TokenStream, see: &mut impl FnMut(&TokenTree)) {
    let mut after_hash = false;
    for token in stream {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                after_hash = true;
                continue;
            }
            TokenTree::Punct(punct) if after_hash && punct.as_char() == '!' => continue,
            TokenTree::Group(group) if !after_hash => tokens(group.stream(), see),
            TokenTree::Group(_) => {}
            other => see(other),
        }
        after_hash = false;
    }
}
