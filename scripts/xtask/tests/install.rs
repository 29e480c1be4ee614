//! Fetching tools: once, whole, and nothing but what the lock files say. The registry is a folder here, or one that is not
//! there.
#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use std::{fs, path::PathBuf, process, process::Command, time::Duration};

use tokio::time::timeout;
use xtask::{
    install::{Shelf, Tool},
    tools::{Node, TOOLS},
};

const TOOL: Tool = Tool { name: "nothing", lock: "nothing.txt", megabytes: 1, instead: "or do without it" };
const NPM_TOOL: Tool = Tool { lock: "npm", ..TOOL };

/// Makes a wheel, as small as one can be, and writes its hash.
const WHEEL: &str = r#"
import hashlib, sys, zipfile
name = sys.argv[1] + "/nothing-1.0-py3-none-any.whl"
with zipfile.ZipFile(name, "w") as wheel:
    wheel.writestr("nothing.py", "")
    wheel.writestr("nothing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: nothing\nVersion: 1.0\n")
    wheel.writestr("nothing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("nothing-1.0.dist-info/RECORD", "")
print(hashlib.sha256(open(name, "rb").read()).hexdigest(), end="")
"#;

/// A folder of its own with a lock file, and a registry that has what is in it, or another one.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("install-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let python = Command::new("python3").args(["-c", WHEEL]).arg(&folder).output().unwrap();
        let place = Self(folder);
        place.lock(&String::from_utf8(python.stdout).unwrap());
        place
    }

    fn lock(&self, hash: &str) {
        fs::write(self.0.join(TOOL.lock), format!("nothing==1.0 --hash=sha256:{hash}\n")).unwrap();
    }

    fn shelf(&self, variables: &[(&str, &str)]) -> Shelf {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Shelf { folder: self.0.join("tools"), root: self.0.clone(), environment: environment.collect() }
    }

    fn local(&self) -> Shelf {
        self.shelf(&[("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", self.0.to_str().unwrap())])
    }

    /// What is said when it fails, which is one line.
    async fn failure(&self, shelf: Shelf) -> String {
        let said = shelf.python(TOOL).await.unwrap_err().to_string();
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn two_that_want_a_tool_at_once_get_the_same() {
    let place = Place::new("two");
    let (one, other) = (place.local(), place.local());
    let (one, other) = tokio::join!(one.python(TOOL), other.python(TOOL));
    let folder = one.unwrap();
    assert_eq!(folder, other.unwrap());
    assert!(
        Command::new(folder.join("bin/python")).args(["-c", "import nothing"]).status().unwrap().success()
    );
    assert!(!folder.join("unfinished").exists());
}

#[tokio::test]
async fn what_was_interrupted_is_made_anew() {
    let place = Place::new("interrupted");
    let shelf = place.local();
    assert!(timeout(Duration::from_millis(700), shelf.python(TOOL)).await.is_err());
    let half = fs::read_dir(&shelf.folder).unwrap().flatten().find(|it| it.path().is_dir()).unwrap().path();
    fs::write(half.join("half"), "").unwrap();
    let folder = shelf.python(TOOL).await.unwrap();
    assert_eq!(folder, half);
    assert!(!folder.join("half").exists());
}

#[tokio::test]
async fn another_file_than_the_pinned_one_is_refused() {
    let place = Place::new("hash");
    place.lock(&"0".repeat(64));
    let said = place.failure(place.local()).await;
    assert!(said.contains("is not what nothing.txt expects"), "{said}");
    // Nothing of it counts as installed.
    place.failure(place.local()).await;
}

#[tokio::test]
async fn a_registry_that_is_not_reached_or_lacks_it_is_named_with_what_to_do() {
    let place = Place::new("unreached");
    let nowhere =
        [("PIP_INDEX_URL", "http://127.0.0.1:1/simple"), ("PIP_FIND_LINKS", ""), ("PIP_RETRIES", "1")];
    let said = place.failure(place.shelf(&nowhere)).await;
    assert!(said.contains("PyPI is not reached") && said.contains("PIP_INDEX_URL"), "{said}");
    assert!(said.ends_with(TOOL.instead), "{said}");

    let empty = place.shelf(&[("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", "")]);
    let said = place.failure(empty).await;
    assert!(said.contains("PyPI has none for this machine"), "{said}");
}

#[tokio::test]
async fn npm_that_is_not_reached_is_named_with_what_to_do() {
    let place = Place::new("npm");
    let (source, project) =
        (place.0.join(NPM_TOOL.lock), testing::root().join("scripts/xtask/tools/dynamodb-local"));
    fs::create_dir_all(&source).unwrap();
    for name in ["package.json", "package-lock.json"] {
        fs::copy(project.join(name), source.join(name)).unwrap();
    }
    let cache = place.0.join("cache");
    let shelf = place.shelf(&[
        ("npm_config_registry", "http://127.0.0.1:1/"),
        ("npm_config_fetch_retries", "0"),
        ("npm_config_cache", cache.to_str().unwrap()),
    ]);
    let npm = async || Node::find().await?.command("npm");
    let said = shelf.npm(NPM_TOOL, npm, async |_| Ok(())).await.unwrap_err().to_string();
    assert!(said.contains("npm is not reached") && said.contains("npm config set registry"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn every_package_of_every_tool_has_its_version_and_hash() {
    for tool in TOOLS {
        let lock = testing::root().join(tool.lock);
        if lock.is_dir() {
            let text = fs::read_to_string(lock.join("package-lock.json")).unwrap();
            let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
            for (name, package) in
                lock["packages"].as_object().unwrap().iter().filter(|(name, _)| !name.is_empty())
            {
                assert!(package["integrity"].is_string(), "{}: {name} has no hash", tool.name);
            }
        } else {
            let text = fs::read_to_string(lock).unwrap().replace("\\\n", " ");
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                assert!(line.contains("==") && line.contains("--hash=sha256:"), "{}: {line}", tool.name);
            }
        }
    }
}
