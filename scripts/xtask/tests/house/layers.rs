//! What a layer must not know: engine and bucket no kind of record and no Chinese, the model no parameter and no message; and no kind
//! of record stands in more files than somebody who adds one can go through.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Item, Lit};

use crate::sources::{files, parsed, rust, text, tokens};

/// The kinds of record, as words.
const KINDS: [&str; 9] = [
    "menu",
    "employee",
    "customer",
    "organization",
    "followup",
    "demand",
    "satisfaction",
    "contract",
    "plan",
];

/// The most files that name one kind of record, apart from its own, tests and snapshots.
const MOST_FILES: usize = 15;
/// The most files of the console that do, apart from its own screen and form.
const MOST_FILES_OF_CONSOLE: usize = 9;

fn is_han(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..)
}

/// A file without its tests, which stand at its end.
fn untested(file: &Path) -> String {
    text(file).split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

#[test]
fn engine_and_bucket_know_no_kind_of_record_and_no_chinese() {
    for file in
        rust("shared/src/store").into_iter().chain(rust("shared/src/bucket")).chain(rust("shared/src/jobs"))
    {
        let text = untested(&file);
        let shown = file.display();
        assert!(!text.chars().any(is_han), "{shown} has Chinese in it");
        let lower = text.replace("follow-up", "followup").to_lowercase();
        let words: BTreeSet<_> = lower.split(|letter: char| !letter.is_ascii_lowercase()).collect();
        for kind in KINDS {
            let found = words.contains(kind) || words.contains(format!("{kind}s").as_str());
            assert!(!found, "{shown} names the kind of record {kind}");
        }
    }
}

#[test]
fn the_model_knows_no_message_and_no_parameter() {
    let parameters = parameters();
    for file in rust("shared/src/model") {
        for item in parsed(&file).items {
            // A constraint, a listing and a kind have names in the table, which parameters may share.
            if matches!(item, Item::Const(_)) || is_schema(&item) {
                continue;
            }
            tokens(without_constants(item), &mut |token| {
                let TokenTree::Literal(literal) = token else { return };
                let Ok(Lit::Str(string)) = syn::parse_str::<Lit>(&literal.to_string()) else { return };
                let value = string.value();
                let shown = file.display();
                assert!(!value.chars().any(is_han), "{shown} has the message {value}");
                assert!(!parameters.contains(&value), "{shown} names the parameter {value}");
            });
        }
    }
}

/// Whether it describes an answer in the reference.
fn is_schema(item: &Item) -> bool {
    let Item::Impl(item) = item else { return false };
    item.trait_.as_ref().is_some_and(|(path, _)| path.is_ident("JsonSchema"))
}

fn without_constants(item: Item) -> proc_macro2::TokenStream {
    match item {
        Item::Impl(mut item) => {
            item.items.retain(|item| !matches!(item, syn::ImplItem::Const(_)));
            item.into_token_stream()
        }
        item => item.into_token_stream(),
    }
}

/// The names of all parameters of the API.
fn parameters() -> BTreeSet<String> {
    let operations = docs::reference().operations;
    let params = operations.iter().flat_map(|it| &it.operation.params);
    let names: BTreeSet<_> = params
        .flat_map(|param| [param.name].into_iter().chain(param.aliases.iter().copied()))
        .map(str::to_owned)
        .collect();
    assert!(names.contains("phoneNumber") && names.len() > 40, "{names:?}");
    names
}

#[test]
fn a_kind_of_record_stands_in_few_files() {
    let is_own = |file: &str| {
        ["functions/feedback/", "events/feedback-"].iter().any(|start| file.starts_with(start))
            || ["shared/src/model/satisfaction.rs", "forms/SatisfyForm.vue", "screens/SatisfactionScreen.vue"]
                .iter()
                .any(|end| file.ends_with(end))
    };
    // The examples of the reference are a snapshot too: a test compares them.
    let is_test = |file: &str| {
        ["/tests/", "snapshots/", "/stories/"].iter().any(|part| file.contains(part))
            || file == "functions/docs/examples.json"
    };
    let names = |file: &String| {
        std::fs::read_to_string(testing::root().join(file)).is_ok_and(|text| {
            let text = text.to_lowercase();
            text.contains("satisfaction") || text.contains("satisfy")
        })
    };
    let files = files().into_iter().filter(|file| !is_own(file) && !is_test(file)).filter(names);
    let files: Vec<_> = files.collect();
    let (of_console, others): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.starts_with("functions/console/"));
    for (files, most) in [(of_console, MOST_FILES_OF_CONSOLE), (others, MOST_FILES)] {
        assert!(files.len() <= most, "{} files: {files:#?}", files.len());
    }
    let checklist = text(Path::new("CONTRIBUTING.md"));
    for file in files {
        let is_there = file.ends_with(".md") || checklist.contains(&file);
        assert!(is_there, "CONTRIBUTING.md does not name {file} in \"A kind of record\"");
    }
}
