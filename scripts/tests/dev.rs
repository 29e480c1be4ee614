//! `scripts/dev` as somebody runs it: it serves everything, and leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is a failed test")]

use std::{
    env, fs,
    fs::File,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use scripts::{
    functions::envelope,
    template::{DEFAULT_PATH, Template},
};

/// In the environment of everything that a test starts, so that it can be found again.
const MARK: &str = "SCRIPTS_DEV_TEST";

/// A running `scripts/dev`. A test that fails half way ends it.
struct Dev {
    process: Child,
    url: String,
    mark: String,
}

impl Dev {
    /// Starts it on a free port and waits until it says that it is ready.
    fn start(name: &str, arguments: &[&str]) -> Self {
        let mark = format!("{name}-{}", process::id());
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("dev-{name}.log"));
        let mut command = Command::new(scripts::root().join("scripts/dev"));
        command.args(["--port", "0"]).args(arguments).env(MARK, &mark);
        // cargo tells a test of which package it is; handed on, that would make cargo build things anew.
        env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CARGO_")).for_each(|name| {
            if !["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name.as_str()) {
                command.env_remove(name);
            }
        });
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("ready: ").map(str::to_owned);
        let mut dev = Self { process, url: String::new(), mark };
        match url {
            Some(url) => dev.url = url,
            None => panic!("not ready: {line:?}\n{}", fs::read_to_string(log).unwrap()),
        }
        dev
    }

    fn port(&self) -> u16 {
        self.url.rsplit(':').next().unwrap().parse().unwrap()
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// The processes that it started, and itself.
    fn processes(&self) -> Vec<String> {
        let mark = format!("{MARK}={}", self.mark);
        let entries = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        entries
            .filter(|path| {
                let environment = fs::read(path.join("environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
            })
            .map(|path| {
                String::from_utf8_lossy(&fs::read(path.join("cmdline")).unwrap_or_default())
                    .replace('\0', " ")
            })
            .collect()
    }

    /// Waits until nothing of it is left.
    fn assert_gone(&self, within: Duration) {
        let started = Instant::now();
        loop {
            let left = self.processes();
            if left.is_empty() {
                break;
            }
            assert!(started.elapsed() < within, "still running: {left:?}");
            thread::sleep(Duration::from_millis(100));
        }
        TcpListener::bind(("::", self.port())).unwrap();
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.signal("-TERM");
            let _ = self.process.wait();
        }
    }
}

/// Runs it to its end, which must come before anything is built, and answers what it says.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_scripts")).arg("dev").args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn end_to_end_serves_every_route_and_ends_on_term() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dev-data");
    let _ = fs::remove_dir_all(&data);
    let data = data.to_str().unwrap();
    let mut dev = Dev::start("term", &["--data", data, "--empty"]);
    assert!(dev.processes().len() > 2);

    for route in Template::read().unwrap().routes {
        if route.method == "GET" {
            envelope(&format!("{}{}", dev.url, route.path)).unwrap();
        } else if route.path == DEFAULT_PATH {
            envelope(&format!("{}/api/no/such/route", dev.url)).unwrap();
            envelope(&format!("{}/", dev.url)).unwrap();
        }
    }
    envelope(&format!("http://127.0.0.1:{}/api/health", dev.port())).unwrap();

    assert!(refused(&["--port", &dev.port().to_string()]).contains("is taken"));
    assert!(refused(&["--port", "0", "--data", data]).contains("another scripts/dev"));

    dev.signal("-TERM");
    assert_eq!(dev.process.wait().unwrap().code(), Some(130));
    dev.assert_gone(Duration::from_secs(3));
}

#[test]
fn end_to_end_leaves_nothing_running_when_killed() {
    let mut dev = Dev::start("kill", &["--memory", "--empty", "--no-watch"]);
    dev.signal("-KILL");
    dev.process.wait().unwrap();
    dev.assert_gone(Duration::from_secs(5));
}
