//! Asking somebody at the terminal.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::{Command, Stdio},
};

use anyhow::{Result, bail, ensure};
use shared::model::MIN_PASSWORD_CHARS;
use tokio::task::spawn_blocking;

/// Whether there is somebody to ask.
pub fn somebody() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a line. Where there is no terminal it is the next of the standard input.
pub async fn line(question: &str) -> Result<String> {
    if somebody() {
        eprint!("{question}: ");
        io::stderr().flush()?;
    }
    // In a thread of its own, so that Ctrl-C is still heard.
    spawn_blocking(|| {
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line)? {
            0 => bail!("nothing was typed"),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    })
    .await?
}

/// Asks for a password that is there already.
pub async fn password(question: &str) -> Result<String> {
    if !somebody() {
        return line(question).await;
    }
    let _hidden = Hidden::begin()?;
    line(question).await
}

/// Asks for a password that somebody is to have from now on: at a terminal twice.
pub async fn new_password(question: &str) -> Result<String> {
    let new = password(question).await?;
    let enough = new.chars().count() >= MIN_PASSWORD_CHARS;
    ensure!(enough, "the password is too short: at least {MIN_PASSWORD_CHARS} characters");
    if somebody() {
        ensure!(password("The same again").await? == new, "the two passwords differ: nothing was written");
    }
    Ok(new)
}

/// The terminal does not show what is typed for as long as this lives, also if Ctrl-C ends it.
struct Hidden;

impl Hidden {
    fn begin() -> Result<Self> {
        ensure!(stty("-echo"), "cannot hide what is typed: `stty -echo` failed");
        Ok(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        stty("echo");
        // The end of the line that was typed was not shown either.
        eprintln!();
    }
}

fn stty(argument: &str) -> bool {
    let mut stty = Command::new("stty");
    stty.arg(argument).stdout(Stdio::null()).stderr(Stdio::null());
    stty.status().is_ok_and(|status| status.success())
}
