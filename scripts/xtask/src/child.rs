//! Processes that never outlive this one, whichever way it ends.

use std::{ffi::OsStr, process::Stdio, thread, time::Duration};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{ChildStdin, Command},
};

use crate::progress::Step;

/// Becomes the program, with a guard beside it in the same process group. The guard waits for the end of its
/// standard input, which only this process holds open: so it ends the group even after a `kill -9` of ours.
/// It is polite for two seconds, because `cargo lambda watch` needs TERM to end the functions it started.
const GUARD: &str = r#"
exec 3<&0 </dev/null
(
    read -r _ <&3
    trap '' TERM
    kill -TERM 0
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 $$ 2>/dev/null || exit 0
        sleep 0.2
    done
    kill -KILL 0
) >/dev/null 2>&1 &
exec 3<&- "$0" "$@"
"#;

/// A running process. Dropping it ends it and waits, up to three seconds, until it is gone.
pub struct Child {
    process: tokio::process::Child,
    // tokio's own `wait` would close the standard input, so it is kept apart.
    lifeline: Option<ChildStdin>,
}

/// A command for [`Child::start`]: add arguments and environment, leave its standard input alone.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("sh");
    // In a group of its own, Ctrl-C reaches this process alone, which then ends the others in order.
    command.args(["-c", GUARD]).arg(program).stdin(Stdio::piped()).process_group(0);
    command
}

impl Child {
    /// Starts what [`command`] made.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut process = command.spawn().context("cannot start `sh`")?;
        let lifeline = process.stdin.take();
        Ok(Self { process, lifeline })
    }

    /// Waits for the process to end by itself and answers its exit code.
    pub async fn wait(&mut self) -> Result<i32> {
        Ok(self.process.wait().await?.code().unwrap_or(1))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        for _ in 0..60 {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Runs a command under a spinner that shows the last line it wrote; if it fails, shows all of them.
pub async fn run(title: &str, command: Command) -> Result<()> {
    output(title, command).await.map(drop)
}

/// As [`run`], and answers what the command wrote to its standard output.
pub async fn output(title: &str, command: Command) -> Result<String> {
    let step = Step::begin(title);
    let Ended { code, out, err } = attempt(&step, command).await?;
    if code != 0 {
        step.fail(&format!("{out}{err}"));
        bail!("{title} failed");
    }
    step.done();
    Ok(out)
}

/// What has become of a command: its exit code, and all that it wrote.
pub struct Ended {
    /// 0 if all went well.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs a command to its end, as a part of a step that shows the last line it wrote.
pub async fn attempt(step: &Step, mut command: Command) -> Result<Ended> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Child::start(command)?;
    let (stdout, stderr) = (child.process.stdout.take(), child.process.stderr.take());
    let (out, err, code) = tokio::join!(lines(stdout, step), lines(stderr, step), child.wait());
    Ok(Ended { code: code?, out, err })
}

async fn lines(stream: Option<impl AsyncRead + Unpin>, step: &Step) -> String {
    let mut text = String::new();
    let Some(stream) = stream else { return text };
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        step.show(&line);
        text.push_str(&line);
        text.push('\n');
    }
    text
}
