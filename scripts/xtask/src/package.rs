//! `scripts/package`: the zips that are deployed, one for each function of template.yaml.

use std::{env, ffi::OsString, fs, path::Path};

use anyhow::{Context, Result};
use testing::template::Template;

use crate::{
    child,
    console::{Console, FILES},
    tools,
};

/// The function whose zip has files beside the program.
const CONSOLE: &str = "console";

/// Where the zips are, each in the folder of its function.
pub const ZIPS: &str = "target/lambda";

/// Whether this machine is for what is built for arm64: what is to run here is built so.
pub const ARM64: bool = cfg!(target_arch = "aarch64");

/// What to build for.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct PackageOptions {
    /// For arm64 (Graviton), and not for x86_64
    #[arg(long)]
    arm64: bool,
}

/// Builds all zips with one call, and tells how large they are.
pub async fn run(options: PackageOptions) -> Result<()> {
    let template = Template::read()?;
    zips(&template, options.arm64).await?;
    for function in template.functions.iter().map(|function| &function.name) {
        let zip = format!("{ZIPS}/{function}/bootstrap.zip");
        let bytes = fs::metadata(testing::root().join(&zip)).with_context(|| format!("no {zip}"))?.len();
        println!("{bytes:>9} bytes  {zip}");
    }
    Ok(())
}

/// Builds the zips of all functions.
pub async fn zips(template: &Template, arm64: bool) -> Result<()> {
    let console = Console::prepare().await?;
    console.check_types().await?;
    console.build().await?;
    let names: Vec<_> = template.functions.iter().map(|function| function.name.as_str()).collect();
    build(&names, arm64).await
}

/// Builds the zips of these packages; those whose sources have not changed take seconds.
pub async fn build(packages: &[&str], arm64: bool) -> Result<()> {
    let root = testing::root();
    build_from(root, None, packages, arm64, &root.join(ZIPS)).await
}

/// The same from the sources in a folder. Those of another version need a target folder of their own: cargo-lambda zips
/// what it finds there after the build, which could be another build's.
pub async fn build_from(
    sources: &Path,
    target: Option<&Path>,
    packages: &[&str],
    arm64: bool,
    zips: &Path,
) -> Result<()> {
    // By package: `--bin` alone would build them with the features that other packages ask of their libraries. The console
    // is known by its folder, because a library of indicatif's has the same name.
    let (console, others): (Vec<&str>, Vec<&str>) = packages.iter().partition(|package| **package == CONSOLE);
    if !others.is_empty() {
        let packages = others.into_iter().flat_map(|package| ["--package", package, "--bin", package]);
        build_at_once(sources, target, packages.collect(), arm64, zips).await?;
    }
    if !console.is_empty() {
        let manifest = format!("functions/{CONSOLE}/Cargo.toml");
        let mut package = vec!["--manifest-path", &manifest, "--bin", CONSOLE];
        if sources.join(FILES).exists() {
            package.extend(["--include", FILES]);
        }
        build_at_once(sources, target, package, arm64, zips).await?;
    }
    Ok(())
}

/// One call of cargo-lambda, which puts what it includes into each of its zips.
async fn build_at_once(
    sources: &Path,
    target: Option<&Path>,
    packages: Vec<&str>,
    arm64: bool,
    zips: &Path,
) -> Result<()> {
    let cargo_lambda = tools::cargo_lambda().await?;
    let mut build = child::command(&cargo_lambda);
    build.args(["lambda", "build", "--release", "--output-format", "zip", "--lambda-dir"]);
    build.arg(zips);
    build.args(arm64.then_some("--arm64")).args(packages);
    build.current_dir(sources);
    if let Some(target) = target {
        build.env("CARGO_TARGET_DIR", target);
    }
    // The linker comes with cargo-lambda, in the same environment.
    if let Some(folder) = cargo_lambda.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        build.env("PATH", path_after(folder)?);
    }
    let architecture = if arm64 { "arm64" } else { "x86_64" };
    child::run(&format!("building the functions for {architecture}, some minutes after a change"), build)
        .await
}

fn path_after(folder: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&path)))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn no_library_has_the_name_of_a_function_that_is_built_by_its_name() {
        let template = Template::read().unwrap();
        let names = template.functions.iter().map(|function| function.name.as_str());
        for name in names.filter(|name| *name != CONSOLE) {
            let known = Command::new(env!("CARGO")).args(["pkgid", "--locked", "--offline", name]).output();
            let known = known.unwrap();
            assert!(known.status.success(), "{name}: {}", String::from_utf8_lossy(&known.stderr));
        }
    }
}
