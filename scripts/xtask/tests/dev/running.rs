//! A `scripts/dev` that runs for a test.

use std::{
    env, fs,
    fs::File,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::PathBuf,
    process::{self, Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// In the environment of everything that a test starts, so that it can be found again.
const MARK: &str = "SCRIPTS_DEV_TEST";

/// A running `scripts/dev`. A test that fails half way ends it.
pub struct Dev {
    pub url: String,
    process: Child,
    stdout: BufReader<ChildStdout>,
    log: PathBuf,
    mark: String,
}

/// A folder for the data of one test. It goes with this value, unless the test fails.
pub struct Folder(String);

impl Folder {
    pub fn new(name: &str) -> Self {
        Self(temporary(name).to_str().unwrap().to_owned())
    }

    pub fn path(&self) -> &str {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A path of this run alone: somebody else may be running the same tests.
fn temporary(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("dev-{name}-{}", process::id()))
}

/// Signals a process. A machine may have no program for it.
pub fn signal(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(id.try_into().unwrap()).unwrap(), signal).unwrap();
}

impl Dev {
    /// Starts it on a free port and waits until it says that it is ready.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        Self::start_logging("info", name, arguments)
    }

    /// As [`Dev::start`]; `level` is what everything in it logs, down to the libraries of the functions.
    pub fn start_logging(level: &str, name: &str, arguments: &[&str]) -> Self {
        let mark = format!("{name}-{}", process::id());
        let log = temporary(name).with_extension("log");
        let mut command = Command::new(testing::root().join("scripts/dev"));
        command.args(["--port", "0"]).args(arguments).env(MARK, &mark).env("RUST_LOG", level);
        // cargo tells a test of which package it is; handed on, that would make cargo build things anew.
        env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CARGO_")).for_each(|name| {
            if !["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name.as_str()) {
                command.env_remove(name);
            }
        });
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut process = command.spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let mut dev = Self { url: String::new(), process, stdout, log, mark };
        match line.trim_end().strip_prefix("ready: ") {
            Some(url) => dev.url = url.to_owned(),
            None => panic!("not ready: {line:?}\n{}", dev.logged()),
        }
        dev
    }

    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Ends it as Ctrl-C or a shutdown would, and answers all that it and its functions said meanwhile.
    pub fn stop(mut self) -> String {
        signal(self.process.id(), Signal::TERM);
        assert_eq!(self.process.wait().unwrap().code(), Some(130));
        self.ended(Duration::from_secs(3))
    }

    /// Kills one part of it: `dev` itself, or the processes of the program of that name. They get no chance to
    /// do anything about it.
    pub fn kill(&self, part: &str) {
        let ids: Vec<_> = match part {
            "dev" => vec![self.process.id()],
            program => {
                let is_it =
                    |command: &str| command.split(' ').next().unwrap().ends_with(&format!("/{program}"));
                self.processes()
                    .into_iter()
                    .filter(|(_, command)| is_it(command))
                    .map(|(id, _)| id.parse().unwrap())
                    .collect()
            }
        };
        assert!(!ids.is_empty(), "no {part} in {:?}", self.processes());
        ids.into_iter().for_each(|id| signal(id, Signal::KILL));
    }

    /// Waits until nothing of it is left, and answers all that it and its functions said.
    pub fn ended(mut self, within: Duration) -> String {
        let started = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) || !self.processes().is_empty() {
            assert!(started.elapsed() < within, "still running: {:?}", self.processes());
            thread::sleep(Duration::from_millis(50));
        }
        TcpListener::bind(("::", self.port())).unwrap();
        let mut said = self.logged();
        self.stdout.read_to_string(&mut said).unwrap();
        said
    }

    /// The processes that it started, and itself: ids and command lines.
    pub fn processes(&self) -> Vec<(String, String)> {
        let mark = format!("{MARK}={}", self.mark);
        let entries = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        entries
            .filter(|path| {
                let environment = fs::read(path.join("environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
            })
            .map(|path| {
                let command = fs::read(path.join("cmdline")).unwrap_or_default();
                let id = path.file_name().unwrap().to_str().unwrap().to_owned();
                (id, String::from_utf8_lossy(&command).replace('\0', " "))
            })
            .collect()
    }

    fn logged(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap()).into_owned()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            signal(self.process.id(), Signal::TERM);
            let _ = self.process.wait();
        }
        if !thread::panicking() {
            let _ = fs::remove_file(&self.log);
        }
    }
}
