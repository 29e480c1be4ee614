//! No two files need each other, nor do three or more in a circle: whoever reads one can stop somewhere.
//!
//! A file needs another if a path in it leads to something that the other defines. Re-exports are followed to where a thing is
//! defined; a `mod` or `pub use` line of a folder's `mod.rs` is a signpost, not a need.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Item, UseTree, Visibility};

use crate::sources::{parsed, rust, tokens};

/// A module by its path below the crate, such as `store::listing`.
type Module = Vec<String>;

/// The files of one crate.
#[derive(Default)]
struct Crate {
    files: BTreeMap<Module, PathBuf>,
    /// Where a name of a module is defined: the module, or where a re-export leads.
    names: BTreeMap<(Module, String), Target>,
}

#[derive(Clone)]
enum Target {
    Here,
    Path(Module),
}

#[test]
fn no_files_need_each_other() {
    let mut edges = 0;
    for folder in ["shared/src", "functions/contract/src", "functions/customers/src", "functions/docs/src"]
        .into_iter()
        .chain([
            "functions/feedback/src",
            "functions/record/src",
            "functions/stats/src",
            "functions/user/src",
        ])
        .chain([
            "functions/console/src",
            "functions/file/src",
            "functions/history/src",
            "functions/sweeper/src",
            "functions/transfer/src",
            "shared/testing/src",
        ])
    {
        let house = Crate::read(folder);
        let needs = house.needs();
        edges += needs.values().map(BTreeSet::len).sum::<usize>();
        let circles = circles(&needs);
        assert!(circles.is_empty(), "{folder}: files that need each other: {circles:#?}");
    }
    assert!(edges > 200, "{edges} needs were found");
}

#[test]
fn a_circle_is_found() {
    let needs = [("a", ["b"]), ("b", ["c"]), ("c", ["a"]), ("d", ["a"])];
    let needs = needs.map(|(file, of)| (PathBuf::from(file), of.map(PathBuf::from).into()));
    assert_eq!(circles(&needs.into()), [["a", "b", "c"].map(PathBuf::from).into()].into());
}

impl Crate {
    fn read(folder: &str) -> Self {
        let mut house = Self::default();
        for file in rust(folder) {
            let module = module(folder, &file);
            if module.last().is_some_and(|name| name == "main" || name == "tests") {
                continue;
            }
            for item in parsed(&file).items {
                house.declare(&module, item);
            }
            house.files.insert(module, file);
        }
        house
    }

    fn declare(&mut self, module: &Module, item: Item) {
        let name = match item {
            Item::Fn(item) => item.sig.ident,
            Item::Struct(item) => item.ident,
            Item::Enum(item) => item.ident,
            Item::Trait(item) => item.ident,
            Item::Type(item) => item.ident,
            Item::Const(item) => item.ident,
            Item::Static(item) => item.ident,
            Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => {
                for path in paths(&item.tree, Vec::new()) {
                    if let (Some(name), Some(target)) = (path.last().cloned(), absolute(module, &path)) {
                        self.names.insert((module.clone(), name), Target::Path(target));
                    }
                }
                return;
            }
            _ => return,
        };
        self.names.insert((module.clone(), name.to_string()), Target::Here);
    }

    /// The file that defines what a path leads to.
    fn file(&self, path: &[String]) -> Option<&Path> {
        // The longest module that the path begins with, then the name in it.
        let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
        let module = path[..length].to_vec();
        let name = path.get(length)?;
        match self.names.get(&(module.clone(), name.clone())) {
            Some(Target::Here) => self.files.get(&module).map(PathBuf::as_path),
            Some(Target::Path(target)) if target.as_slice() != path => self.file(target),
            _ => None,
        }
    }

    fn needs(&self) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
        let mut needs = BTreeMap::new();
        for (module, file) in &self.files {
            let mut of: BTreeSet<PathBuf> = BTreeSet::new();
            let mut need = |path: &[String]| {
                if let Some(target) = absolute(module, path).and_then(|path| self.file(&path)) {
                    of.extend((target != file).then(|| target.to_owned()));
                }
            };
            for item in parsed(file).items {
                match item {
                    Item::Use(item) if matches!(item.vis, Visibility::Inherited) => {
                        paths(&item.tree, Vec::new()).iter().for_each(|path| need(path));
                    }
                    Item::Use(_) | Item::Mod(_) => {}
                    item => inline_paths(item.into_token_stream()).iter().for_each(|path| need(path)),
                }
            }
            needs.insert(file.clone(), of);
        }
        needs
    }
}

fn module(folder: &str, file: &Path) -> Module {
    let inner = file.strip_prefix(folder).unwrap().with_extension("");
    let mut module: Module = inner.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

/// The path from the crate's root; `None` if it leads to another crate.
fn absolute(module: &Module, path: &[String]) -> Option<Module> {
    let mut from: Module = module.clone();
    let mut path = path;
    match path.first()?.as_str() {
        "crate" => from.clear(),
        "self" => {}
        "super" => drop(from.pop()),
        // A child of this module, or something of another crate, which no file then defines.
        _ => return Some(from.into_iter().chain(path.iter().cloned()).collect()),
    }
    path = &path[1..];
    while path.first().is_some_and(|part| part == "super") {
        from.pop();
        path = &path[1..];
    }
    Some(from.into_iter().chain(path.iter().cloned()).collect())
}

fn paths(tree: &UseTree, before: Vec<String>) -> Vec<Vec<String>> {
    let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(path) => paths(&path.tree, with(path.ident.to_string())),
        UseTree::Name(name) if name.ident == "self" => vec![before],
        UseTree::Name(name) => vec![with(name.ident.to_string())],
        UseTree::Rename(rename) => vec![with(rename.ident.to_string())],
        UseTree::Glob(_) => vec![before],
        UseTree::Group(group) => group.items.iter().flat_map(|item| paths(item, before.clone())).collect(),
    }
}

/// Paths in code that begin with `crate` or `super`, or with the name of a module.
fn inline_paths(stream: proc_macro2::TokenStream) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    tokens(stream, &mut |token| match token {
        TokenTree::Ident(ident) if colons == 2 || path.is_empty() => {
            path.push(ident.to_string());
            colons = 0;
        }
        TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
        token => {
            if path.len() > 1 {
                all.push(path.clone());
            }
            path.clear();
            colons = 0;
            if let TokenTree::Ident(ident) = token {
                path.push(ident.to_string());
            }
        }
    });
    all
}

/// The sets of files that reach each other.
fn circles(needs: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<BTreeSet<PathBuf>> {
    let reached = |from: &PathBuf| {
        let mut reached: BTreeSet<&PathBuf> = BTreeSet::new();
        let mut open: Vec<&PathBuf> = needs.get(from).into_iter().flatten().collect();
        while let Some(file) = open.pop() {
            if reached.insert(file) {
                open.extend(needs.get(file).into_iter().flatten());
            }
        }
        reached
    };
    let reach: BTreeMap<_, _> = needs.keys().map(|file| (file, reached(file))).collect();
    let in_circle = reach.iter().filter(|(file, reached)| reached.contains(**file));
    in_circle
        .map(|(file, reached)| {
            let back = reached.iter().filter(|other| reach.get(**other).is_some_and(|of| of.contains(file)));
            back.map(|other| (*other).clone()).collect()
        })
        .collect()
}
