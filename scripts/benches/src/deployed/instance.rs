//! One instance of a function: a process that is started as Lambda starts it.

use super::quota::Quota;
use super::runtime_api::{Answer, PATIENCE, RuntimeApi};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// A running instance. Its process ends with this value, and also by itself when this process is gone, since then
/// nobody has a next event for it.
pub struct Instance {
    /// When it was started.
    pub started: Instant,
    process: Child,
    /// Its log, unless nobody wants it.
    log: Option<Lines<BufReader<ChildStdout>>>,
    api: RuntimeApi,
}

impl Instance {
    /// Starts a function, within the quota if there is one.
    pub async fn start(
        bootstrap: &Path,
        environment: &[(String, String)],
        quota: Option<&Quota>,
    ) -> Result<Self> {
        let api = RuntimeApi::start().await?;
        let mut command = match quota {
            None => Command::new(bootstrap),
            Some(quota) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", r#"echo $$ >"$0" && exec "$1""#]).arg(quota.processes()).arg(bootstrap);
                shell
            }
        };
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.env("AWS_LAMBDA_RUNTIME_API", &api.address);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let started = Instant::now();
        let mut process = command.spawn().with_context(|| format!("cannot start {}", bootstrap.display()))?;
        let log = BufReader::new(process.stdout.take().context("no standard output")?).lines();
        Ok(Self { started, process, log: Some(log), api })
    }

    /// The same, with a log that nobody wants. Without this, and without [`Instance::database_time`], an instance waits for a reader
    /// after some hundred requests.
    pub fn without_log(mut self) -> Self {
        let log = self.log.take();
        tokio::spawn(async move {
            let Some(mut log) = log else { return };
            while let Ok(Some(_)) = log.next_line().await {}
        });
        self
    }

    /// Hands it an event and waits for its answer, which must be a success.
    pub async fn invoke(&mut self, event: &str) -> Result<Answer> {
        tokio::select! {
            answer = self.api.invoke(event) => answer,
            ended = self.process.wait() => bail!("the function ended: {}", ended?),
        }
    }

    /// How long the request that was answered last had calls to the database under way, by its line in the log.
    pub async fn database_time(&mut self) -> Result<Duration> {
        let log = self.log.as_mut().context("its log is not kept")?;
        while let Some(line) = timeout(PATIENCE, log.next_line()).await.context("no line in the log")?? {
            if let Some((_, after)) = line.split_once(r#""database_ms":"#) {
                let number = after.split([',', '}']).next().unwrap_or_default();
                return Ok(Duration::from_secs_f64(number.parse::<f64>()? / 1e3));
            }
        }
        bail!("the function ended");
    }

    /// The time of a processor that it has had.
    pub fn processor_time(&self) -> Result<Duration> {
        let mut total = Duration::ZERO;
        for thread in fs::read_dir(self.proc("task")?)? {
            let times = fs::read_to_string(thread?.path().join("schedstat"))?;
            let nanoseconds = times.split_whitespace().next().context("an empty schedstat")?.parse()?;
            total += Duration::from_nanos(nanoseconds);
        }
        Ok(total)
    }

    /// The most memory that it has had at once, in bytes.
    pub fn peak_memory(&self) -> Result<u64> {
        let status = fs::read_to_string(self.proc("status")?)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kibibytes: u64 = line.trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes * 1024)
    }

    /// Ends it and waits until it is gone.
    pub async fn end(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }

    fn proc(&self, file: &str) -> Result<String> {
        let id = self.process.id().context("the function has ended")?;
        Ok(format!("/proc/{id}/{file}"))
    }
}
