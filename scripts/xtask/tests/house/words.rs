//! One word for one idea: words that were given up stay given up, and no two public types of a crate share a name.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Item, Visibility};

use crate::sources::{files, parsed, rust, tokens};

/// Words that readers had to read twice. What they are called now stands in docs/glossary.md.
const GIVEN_UP: [&str; 38] = [
    "Said",
    "covering",
    "coverings",
    "Covering",
    "covered",
    "carry",
    "Carried",
    "carried",
    "Load",
    "Gathered",
    "late",
    "is_late",
    "Rest",
    "redo",
    "put_rest",
    "no_rest",
    "take_rest",
    "lessen_rest",
    "crowd",
    "Crowd",
    "Crowds",
    "Motion",
    "Goes",
    "Comes",
    "Stays",
    "home",
    "homes",
    "Asked",
    "Given",
    "or_keep",
    "or_keep_or",
    "or_keep_option",
    "or_stay",
    "Occasion",
    "occasion",
    "Mentioned",
    "Names",
    "Memory",
];

#[test]
fn words_that_were_given_up_are_no_identifiers() {
    let mut found = Vec::new();
    for file in rust("") {
        let stream = syn::parse_file(&crate::sources::text(&file)).unwrap().into_token_stream();
        tokens(stream, &mut |token| {
            if let TokenTree::Ident(ident) = token
                && GIVEN_UP.contains(&ident.to_string().as_str())
            {
                found.push(format!("{}: {ident}", file.display()));
            }
        });
    }
    assert!(found.is_empty(), "see docs/glossary.md for the words of today:\n{}", found.join("\n"));
}

#[test]
fn no_two_public_types_of_a_crate_share_a_name() {
    let crates = files().into_iter().filter_map(|file| Some(file.strip_suffix("/Cargo.toml")?.to_owned()));
    let (mut checked, mut found) = (0, Vec::new());
    for folder in crates {
        let source = format!("{folder}/src");
        if !files().iter().any(|file| file.starts_with(&source)) {
            continue;
        }
        let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in rust(&source) {
            for item in parsed(&file).items {
                let (visibility, name) = match item {
                    Item::Struct(item) => (item.vis, item.ident),
                    Item::Enum(item) => (item.vis, item.ident),
                    Item::Trait(item) => (item.vis, item.ident),
                    Item::Type(item) => (item.vis, item.ident),
                    _ => continue,
                };
                // What only its own file sees cannot be mistaken for another.
                if !matches!(visibility, Visibility::Inherited) {
                    types.entry(name.to_string()).or_default().insert(file.display().to_string());
                    checked += 1;
                }
            }
        }
        let shared = types.iter().filter(|(_, files)| files.len() > 1);
        found.extend(shared.map(|(name, files)| format!("{name}: {files:?}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(checked > 150, "{checked} types");
}
