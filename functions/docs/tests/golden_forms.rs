//! The forms of items: what is like what, whatever the values are, and which forms the source names that no item has.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// What an item is, and each attribute of it with its type: `FLW# R: d.gain S`. Names and values from outside are left out.
pub fn forms(items: &[Value]) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for item in items {
        let form = form(key(item));
        let counters = form.starts_with("N#");
        for (name, value) in
            item.as_object().unwrap().iter().filter(|(name, _)| !["p", "s"].contains(&name.as_str()))
        {
            // A counter is named after its slot, and a sum like it.
            let name = match (counters, name.as_str()) {
                (false, name) => name,
                (true, "~v") => "~v",
                (true, name) if name.len() % 2 == 0 => "sum",
                (true, _) => "count",
            };
            attributes(&format!("{form}: {name}"), value, &mut forms);
        }
    }
    forms
}

/// The partition key and the sort key of an item.
pub fn key(item: &Value) -> (&str, &str) {
    (item["p"].as_str().unwrap(), item["s"].as_str().unwrap())
}

fn form((p, s): (&str, &str)) -> String {
    let mut parts = p.split('#');
    let tag = parts.next().unwrap();
    let partition = match (tag, parts.next()) {
        // The family of a listing, and the constraint of a guard, is one of the application's.
        ("E" | "N", Some(listing)) => format!("{tag}#{}", family(listing)),
        ("UNIQUE" | "ID", Some(name)) => format!("{tag}#{name}"),
        (tag, Some(_)) => format!("{tag}#"),
        (tag, None) => tag.to_owned(),
    };
    let kind = match (tag, s.split_once('#')) {
        ("E", _) => "",
        // Of a node its level, and whether its shard is the first.
        ("N", _) => return format!("{partition} {}.{}", &s[..1], if s.ends_with(".0") { "0" } else { "n" }),
        ("SPREAD", _) => &s[..1],
        ("DEFERRED" | "REDO", _) => {
            if s.ends_with(".at") {
                "cursor"
            } else {
                "intent"
            }
        }
        ("RENAME" | "UNUSED", _) => "",
        (_, Some((kind, _))) => kind,
        (_, None) => s,
    };
    format!("{partition} {kind}")
}

/// A listing without the member that it is of; `employees/1` is one of its own.
fn family(listing: &str) -> &str {
    let one_of_few = ["employees/", "organizations/"].iter().any(|family| listing.starts_with(family));
    if one_of_few { listing } else { listing.rsplit_once('/').map_or(listing, |(family, _)| family) }
}

fn attributes(path: &str, value: &Value, forms: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                attributes(&format!("{path}.{name}"), value, forms);
            }
        }
        Value::Array(values) => {
            forms.insert(format!("{path} list"));
            values.iter().for_each(|value| attributes(&format!("{path}[]"), value, forms));
        }
        Value::Null => _ = forms.insert(format!("{path} null")),
        Value::Bool(_) => _ = forms.insert(format!("{path} bool")),
        Value::Number(_) => _ = forms.insert(format!("{path} number")),
        // A projection, or an answer.
        Value::String(text) if text.starts_with(['{', '[']) => {
            attributes(path, &serde_json::from_str(text).unwrap(), forms);
        }
        Value::String(_) => _ = forms.insert(format!("{path} text")),
    }
}

/// What there is of keys, kinds, levels and fields, and not among the items.
pub fn lacking(items: &[Value]) -> Vec<String> {
    let keys: Vec<_> = items.iter().map(key).collect();
    let source = |file: &str| fs::read_to_string(testing::root().join("shared/src").join(file)).unwrap();
    let (of_store, of_model) = (source("store/key.rs"), source("model/keys.rs"));
    let mut lacking = Vec::new();
    let mut expect = |what: String, is_there: bool| {
        if !is_there {
            lacking.push(what)
        }
    };
    // The tables of keys.
    let rows = of_store.lines().chain(of_model.lines()).filter_map(|line| line.strip_prefix("//! | "));
    let mut of_tables = 0;
    for row in rows.filter(|row| !row.contains("version 0.1") && !row.contains("a name")) {
        let [_, p, s] = row.splitn(3, " | ").collect::<Vec<_>>()[..] else { continue };
        let quoted = |column: &str| column.split('`').nth(1).unwrap_or("p").to_owned();
        let (p, s) = (quoted(p), quoted(s));
        if p == "p" {
            // The head of a table.
            continue;
        }
        of_tables += 1;
        expect(format!("the key {p} {s}"), keys.iter().any(|key| fits(&p, key.0) && fits(&s, key.1)));
    }
    expect("the tables of keys".to_owned(), of_tables > 15);
    // The kinds of entity: as they are and as they were.
    let kinds: Vec<_> = of_model.split("Kind::new(\"").skip(1).map(|rest| &rest[..3]).collect();
    for kind in &kinds {
        let of_kind =
            |s: &str| keys.iter().any(|key| key.0.starts_with(&format!("{kind}#")) && key.1.starts_with(s));
        expect(format!("an entity {kind}"), of_kind("R"));
        expect(format!("the history of a {kind}"), of_kind("H#"));
    }
    // The levels, on the first shard and on others.
    for level in ['c', 'f', 'b', 'm', 'h', 'g'] {
        let shard = |is_first| {
            keys.iter()
                .any(|(p, s)| p.starts_with("N#") && s.starts_with(level) && s.ends_with(".0") == is_first)
        };
        expect(format!("a node of level {level}"), shard(true));
        expect(format!("another shard of level {level}"), shard(false));
    }
    // What is empty somewhere is filled elsewhere.
    let forms = forms(items);
    for empty in forms.iter().filter_map(|form| form.strip_suffix(" null")).filter(|it| it.contains(" R: ")) {
        expect(
            format!("{empty} with a value"),
            forms.iter().any(|form| {
                form.strip_prefix(empty)
                    .is_some_and(|rest| rest != " null" && rest.starts_with([' ', '.', '[']))
            }),
        );
    }
    lacking
}

/// Whether a key is of this form: `<…>` and digits stand for anything.
fn fits(form: &str, key: &str) -> bool {
    let mut parts = vec![String::new()];
    let mut is_open = false;
    for character in form.chars() {
        match character {
            '<' => is_open = true,
            '>' => is_open = false,
            _ if is_open => continue,
            '0'..='9' => {}
            _ => {
                parts.last_mut().unwrap().push(character);
                continue;
            }
        }
        parts.push(String::new());
    }
    let (first, rest) = parts.split_first().unwrap();
    let Some(mut key) = key.strip_prefix(first.as_str()) else { return false };
    let Some((last, between)) = rest.split_last() else { return key.is_empty() };
    for part in between.iter().filter(|part| !part.is_empty()) {
        let Some((_, after)) = key.split_once(part.as_str()) else { return false };
        key = after;
    }
    key.ends_with(last.as_str())
}
