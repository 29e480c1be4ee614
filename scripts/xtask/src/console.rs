//! The files of the console: Vite makes them of `functions/console/web`, and the function `console` serves them.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result};
use docs::document;
use shared::http::reference::Dialect;
use tokio::process::Command;

use crate::{
    alone::alone,
    child::{self, Child},
    tools::{self, Node},
};

/// Where the files are, relative to the project. `--include` of cargo-lambda puts them into the zip.
pub const FILES: &str = "target/console";
/// Where they are while [`Console::watch`] builds them, so that no other command sees half of a build.
pub const WATCHED_FILES: &str = "target/console-watched";
/// Where a build makes them.
const NEW_FILES: &str = "target/console-new";
/// Says what [`FILES`] were built from. Relative to the project, and not among the files, because those are served.
const BUILT_FROM: &str = "target/console.built-from";
/// Locked by whoever writes [`FILES`] or the types of the API: several commands of one checkout run at once.
const LOCK: &str = "target/console.lock";

/// The sources, with everything from npm in `node_modules`.
pub struct Console {
    sources: PathBuf,
    packages: PathBuf,
    node: Node,
}

impl Console {
    /// Fetches what the sources need, and describes the API to them as it is now.
    pub async fn prepare() -> Result<Self> {
        let root = testing::root();
        let (sources, packages) = (root.join("functions/console/web"), tools::console().await?);
        let console = Self { sources, packages: packages.join("node_modules"), node: Node::find().await? };
        let _lock = lock().await?;
        link(&console.packages, &console.sources.join("node_modules"))?;
        let (api, types) = (root.join("target/console-api.json"), console.sources.join("src/api.d.ts"));
        let document = document(Dialect::Strict).to_string();
        if types.exists() && fs::read_to_string(&api).is_ok_and(|described| described == document) {
            return Ok(console);
        }
        // Until the types are written to their end, they are those of no document.
        fs::write(&api, "")?;
        let new = api.with_extension("new.json");
        fs::write(&new, document)?;
        let mut describe = console.command("openapi-typescript")?;
        describe.arg(&new).arg("--output").arg(&types);
        child::run("describing the API to the console", describe).await?;
        fs::rename(&new, &api)?;
        Ok(console)
    }

    /// Builds the files, unless they have been built from these sources.
    pub async fn build(&self) -> Result<()> {
        let _lock = lock().await?;
        let (root, sources) = (testing::root(), self.fingerprint()?);
        let built_from = root.join(BUILT_FROM);
        if root.join(FILES).join("index.html").exists()
            && fs::read_to_string(&built_from).is_ok_and(|built_from| built_from == sources)
        {
            return Ok(());
        }
        // Until all is in place, the files are those of no sources.
        fs::write(&built_from, "")?;
        let mut vite = self.command("vite")?;
        vite.args(["build", "--outDir"]).arg(root.join(NEW_FILES));
        child::run("building the console", vite).await?;
        // Those who serve them never find them half written.
        remove(&root.join(FILES))?;
        fs::rename(root.join(NEW_FILES), root.join(FILES)).context("cannot put the console in place")?;
        fs::write(&built_from, sources).context("cannot say what the console was built from")
    }

    /// A number that changes with any source, the types of the API and the packages.
    fn fingerprint(&self) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        self.packages.hash(&mut hasher);
        hash_folder(&self.sources, &mut hasher)?;
        Ok(format!("{:016x}", hasher.finish()))
    }

    /// Builds [`WATCHED_FILES`] again whenever a source changes, until this is dropped. They begin as what [`Console::build`] made.
    pub async fn watch(&self) -> Result<Child> {
        let _lock = lock().await?;
        let root = testing::root();
        let watched = root.join(WATCHED_FILES);
        remove(&watched)?;
        fs::create_dir_all(&watched)?;
        for file in fs::read_dir(root.join(FILES))? {
            let file = file?;
            fs::copy(file.path(), watched.join(file.file_name()))?;
        }
        let mut vite = self.command("vite")?;
        vite.args(["build", "--watch", "--outDir"]).arg(watched).stdout(Stdio::null());
        Child::start(vite)
    }

    /// Checks the types.
    pub async fn check_types(&self) -> Result<()> {
        let mut types = self.command("vue-tsc")?;
        types.arg("--noEmit");
        child::run("checking the types of the console", types).await
    }

    /// A program from npm, in the folder of the sources.
    pub fn command(&self, program: &str) -> Result<Command> {
        let mut command = self.node.command(self.sources.join("node_modules/.bin").join(program))?;
        command.current_dir(&self.sources);
        Ok(command)
    }
}

/// Waits until nobody else writes what [`LOCK`] protects.
async fn lock() -> Result<File> {
    let path = testing::root().join(LOCK);
    fs::create_dir_all(testing::root().join("target"))?;
    alone("build of the console", &path).await
}

/// Feeds a hasher with the names and contents of all files of a folder. Links are left out, as that to `node_modules` is.
fn hash_folder(folder: &Path, hasher: &mut impl Hasher) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths.iter().filter(|path| !path.is_symlink()) {
        path.hash(hasher);
        if path.is_dir() {
            hash_folder(path, hasher)?;
        } else {
            fs::read(path).with_context(|| format!("cannot read {}", path.display()))?.hash(hasher);
        }
    }
    Ok(())
}

/// Removes a folder with all that is in it, if there is one.
fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Lets a link lead to a folder, wherever it has led before.
fn link(folder: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).is_ok_and(|old| old == folder) {
        return Ok(());
    }
    if link.is_symlink() {
        fs::remove_file(link)?;
    }
    symlink(folder, link).with_context(|| format!("cannot make the link {}", link.display()))
}
