//! The forms of items: what is like what, whatever the values are.

use serde_json::Value;
use std::collections::BTreeSet;

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
