//! `scripts/run bare-machine`: a machine that has next to nothing, to see there that this project brings what it needs. It is a
//! folder with a Debian of its own that a shell is started in; the rest of the system stays as it is.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use crate::{
    child::{self, Child},
    install::succeeds,
};

/// What a bare machine has besides Debian's minimum and Rust: what README.md asks for, and what fetches Rust.
const PACKAGES: &str = "git,curl,ca-certificates,gcc,libc6-dev,python3-venv";
/// Where the host's Rust is to be found there.
const RUST: &str = "opt/rust";
/// Where the project is.
const PROJECT: &str = "root/crm";
/// Certificates that somebody has added to the host's.
const CERTIFICATES: &str = "usr/local/share/ca-certificates";
/// Variables that lead to package registries, by how they begin.
const REGISTRIES: [&str; 12] = [
    "PIP_",
    "npm_config_",
    "NPM_CONFIG_",
    "CARGO_HTTP_",
    "CARGO_REGISTRIES_",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "NODE_EXTRA_CA_CERTS",
];
/// Mounts what programs expect, in a mount namespace of its own, so that nothing of it is seen outside or stays.
const ENTER: &str = r#"
root=$1 rust=$2 && shift 2
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts" 2>/dev/null || true
mount --bind "$rust" "$root/opt/rust"
mount -o remount,bind,ro "$root/opt/rust"
exec chroot "$root" sh -c 'cd /root/crm && exec "$@"' sh "$@"
"#;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct BareMachineOptions {
    /// Debian's release
    #[arg(long, default_value = "bookworm")]
    release: String,
    /// The folder of the machine [default: target/bare-RELEASE in the project]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Delete the machine
    #[arg(long, conflicts_with = "command")]
    delete: bool,
    /// What to run there, in a clone of what is committed here [default: a shell]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Makes the machine if need be, and runs the command in it.
pub async fn run(options: BareMachineOptions) -> Result<ExitCode> {
    ensure!(
        rustix::process::geteuid().is_root(),
        "a bare machine is made with debootstrap and chroot, which need root: sudo -E {}",
        "env PATH=\"$PATH\" scripts/run bare-machine"
    );
    let default = || testing::root().join(format!("target/bare-{}", options.release));
    let root = options.folder.clone().unwrap_or_else(default);
    if options.delete {
        return delete(&root).map(|()| ExitCode::SUCCESS);
    }
    make(&root, &options.release).await?;
    let rust = rust().await?;
    clone(&root).await?;

    let mut unshare = child::command("unshare");
    unshare.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", ENTER, "enter"]);
    unshare.arg(&root).arg(&rust).args(["env", "-i"]).args(environment());
    match options.command.as_slice() {
        [] => {
            println!(
                "a bare Debian {} with Rust, in a clone of what is committed; `exit` leaves it",
                options.release
            );
            // A shell wants the terminal for itself.
            let mut shell = Command::new("unshare");
            shell.args(unshare.as_std().get_args().skip(3)).arg("bash");
            let code = shell.kill_on_drop(true).status().await?.code();
            Ok(ExitCode::from(u8::try_from(code.unwrap_or(1)).unwrap_or(1)))
        }
        command => {
            unshare.args(command);
            let code = Child::start(unshare)?.wait().await?;
            Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
        }
    }
}

/// Makes the machine, unless it is there and whole.
async fn make(root: &Path, release: &str) -> Result<()> {
    let whole = root.join(".whole");
    if whole.exists() {
        return Ok(());
    }
    if root.exists() {
        ensure!(root.join(".bare").exists(), "{} is something else: give another --folder", root.display());
        fs::remove_dir_all(root)?;
    }
    ensure!(succeeds("debootstrap", &["--version"]).await, "debootstrap is missing: apt install debootstrap");
    fs::create_dir_all(root).with_context(|| format!("cannot make {}", root.display()))?;
    fs::write(root.join(".bare"), "")?;
    // It mounts things, which nobody else is to see, and nobody has to unmount.
    let mut debootstrap = child::command("unshare");
    debootstrap.args(["--mount", "--pid", "--fork", "--kill-child", "debootstrap"]);
    debootstrap.args(["--variant=minbase", &format!("--include={PACKAGES}"), release]).arg(root);
    child::run(&format!("making a bare Debian {release}, some minutes"), debootstrap).await?;
    certificates(root).await?;
    fs::create_dir_all(root.join(RUST))?;
    Ok(fs::write(whole, "")?)
}

/// A machine behind a proxy that reads along trusts what its host trusts.
async fn certificates(root: &Path) -> Result<()> {
    let Ok(files) = fs::read_dir(Path::new("/").join(CERTIFICATES)) else { return Ok(()) };
    for file in files.flatten().filter(|file| file.path().is_file()) {
        fs::copy(file.path(), root.join(CERTIFICATES).join(file.file_name()))?;
    }
    let mut update = child::command("chroot");
    update.arg(root).arg("update-ca-certificates");
    child::run("taking over the certificates of this machine", update).await
}

/// The host's toolchain, with cargo, clippy and rustfmt.
async fn rust() -> Result<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).stdin(Stdio::null()).output().await;
    let output = output.context("rustc is missing: install Rust from https://rustup.rs")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if folder.as_os_str().is_empty() || !folder.join("bin/cargo").is_file() || folder == Path::new("/usr") {
        bail!("a toolchain in a folder of its own is missing: install Rust from https://rustup.rs");
    }
    Ok(folder)
}

/// Puts what is committed here where it belongs there; what has been built and fetched there stays.
async fn clone(root: &Path) -> Result<()> {
    let (project, here) = (root.join(PROJECT), testing::root());
    let mut git = child::command("git");
    if project.join(".git").exists() {
        git.arg("-C").arg(&project).args(["fetch", "--quiet"]).arg(here).arg("HEAD");
        child::run("fetching what is committed", git).await?;
        let mut reset = child::command("git");
        reset.arg("-C").arg(&project).args(["reset", "--quiet", "--hard", "FETCH_HEAD"]);
        return child::run("taking it over", reset).await;
    }
    git.args(["clone", "--quiet", "--no-hardlinks"]).arg(here).arg(&project);
    child::run("cloning what is committed", git).await
}

fn environment() -> Vec<String> {
    let own = [
        "HOME=/root".to_owned(),
        "LANG=C.UTF-8".to_owned(),
        format!("PATH=/{RUST}/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        format!("TERM={}", env::var("TERM").unwrap_or_else(|_| "dumb".to_owned())),
    ];
    let leads = |name: &String| REGISTRIES.iter().any(|begin| name.starts_with(begin));
    let registries =
        env::vars().filter(|(name, _)| leads(name)).map(|(name, value)| format!("{name}={value}"));
    own.into_iter().chain(registries).collect()
}

fn delete(root: &Path) -> Result<()> {
    if !root.exists() {
        return Ok(());
    }
    ensure!(root.join(".bare").exists(), "{} is no bare machine: it stays", root.display());
    fs::remove_dir_all(root).with_context(|| format!("cannot delete {}", root.display()))
}
