//! A PostgreSQL of our own: Debian's programs, a folder that nobody else uses, a socket in it, and nothing left afterwards.

use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;
use tokio_postgres::{Client, Config, NoTls};
use xtask::child::{self, Child};
use xtask::patience::until_it_works;
use xtask::progress::Step;

/// Where Debian has its programs, one folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Whom it runs as where we are root, as whom it refuses to run: Debian's package makes this user.
const UNPRIVILEGED: &str = "postgres";
/// The superuser of the databases.
const USER: &str = "crm";
/// Kilobytes that are cached, where the machine does not tell how much memory it has.
const CACHE: u64 = 1 << 20;

/// What makes it fast on one machine. Nothing waits for a disk, because nothing of the emulator that it stands beside does either;
/// sorts and bitmaps stay in memory; no JIT, which takes longer than most of these queries; nothing runs of its own accord.
const SETTINGS: [&str; 19] = [
    "listen_addresses=",
    "max_connections=10",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=16GB",
    "checkpoint_timeout=1h",
    "autovacuum=off",
    "work_mem=256MB",
    "maintenance_work_mem=1GB",
    "random_page_cost=1.1",
    "effective_io_concurrency=200",
    "jit=off",
    "max_worker_processes=8",
    "max_parallel_workers_per_gather=2",
    "max_parallel_maintenance_workers=2",
    "log_min_messages=fatal",
];

/// A running server. Dropping it ends it and deletes its folder.
pub struct Server {
    programs: PathBuf,
    // Ended before the folder goes.
    process: Child,
    folder: Folder,
}

/// A temporary folder, which goes with this value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("cannot delete {}: {error}", self.0.display());
        }
    }
}

impl Server {
    /// Makes a cluster and starts it.
    pub async fn start() -> Result<Self> {
        let programs = programs()?;
        let step = Step::begin("starting PostgreSQL");
        let mut make = command("mktemp");
        make.arg("-d").arg(std::env::temp_dir().join("crm-bench-sql.XXXXXX"));
        let folder = Folder(done(&step, make).await?.trim().into());
        let mut initdb = command(programs.join("initdb"));
        initdb.arg("-D").arg(folder.data()).args(["--username", USER, "--auth=trust", "--no-sync"]);
        // Trigrams are of letters, and only a locale with UTF-8 knows that 王 is one.
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        done(&step, initdb).await?;

        let mut postgres = command(programs.join("postgres"));
        postgres.stdout(Stdio::null());
        postgres.arg("-D").arg(folder.data()).arg("-k").arg(&folder.0);
        let [cached, available] = memory();
        let sized = [format!("shared_buffers={cached}kB"), format!("effective_cache_size={available}kB")];
        for setting in SETTINGS.iter().copied().chain(sized.iter().map(String::as_str)) {
            postgres.args(["-c", setting]);
        }
        let mut server = Self { programs, process: Child::start(postgres)?, folder };
        tokio::select! {
            code = server.process.wait() => bail!("PostgreSQL ended with code {}", code?),
            ready = until_it_works(async || server.folder.connect("postgres").await) => ready.map(drop)?,
        }
        step.done();
        Ok(server)
    }

    /// A connection to one of its databases.
    pub async fn connect(&self, database: &str) -> Result<Client> {
        self.folder.connect(database).await
    }

    /// Its folder, for what is to go with it.
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // At once, and with its shared memory: nobody wants a last checkpoint.
        let mut stop = std::process::Command::new("env");
        stop.args(unprivileged(self.programs.join("pg_ctl"))).arg("-D").arg(self.folder.data()).args([
            "stop",
            "-m",
            "immediate",
        ]);
        let _ = stop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

impl Folder {
    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    async fn connect(&self, database: &str) -> Result<Client> {
        let mut config = Config::new();
        config.host_path(&self.0).user(USER).dbname(database);
        let (client, connection) = config.connect(NoTls).await?;
        // It ends with the client.
        tokio::spawn(connection);
        Ok(client)
    }
}

/// The folder of the newest version's programs.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(number);
    Ok(newest.context("PostgreSQL is missing: apt-get install postgresql")?.join("bin"))
}

/// The words that run a program as somebody who is not root, wherever we are.
fn unprivileged(program: impl Into<OsString>) -> Vec<OsString> {
    let mut words = Vec::new();
    if rustix::process::geteuid().is_root() {
        let switch = ["setpriv", "--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED, "--init-groups"];
        words.extend(switch.map(OsString::from));
    }
    words.push(program.into());
    words
}

/// A command of [`unprivileged`] words for [`Child::start`].
fn command(program: impl Into<OsString>) -> Command {
    // `env` becomes whatever the words say.
    let mut command = child::command("env");
    // Where we are, others may not be allowed.
    command.args(unprivileged(program)).current_dir("/");
    command
}

/// Runs a command to its end, and answers what it wrote.
async fn done(step: &Step, command: Command) -> Result<String> {
    let ended = child::attempt(step, command).await?;
    ensure!(ended.code == 0, "{}{}", ended.out, ended.err);
    Ok(ended.out)
}

/// A quarter of the memory and three quarters of it, in kilobytes: as its manual has it for what it caches and what the system does.
fn memory() -> [u64; 2] {
    let told = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total =
        told.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok());
    let quarter = total.map_or(CACHE, |total: u64| total / 4);
    [quarter, quarter * 3]
}
